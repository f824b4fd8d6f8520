/** What the operator asked for, as validated records. */
@NullMarked
package io.quern.proxy.config;

import org.jspecify.annotations.NullMarked;

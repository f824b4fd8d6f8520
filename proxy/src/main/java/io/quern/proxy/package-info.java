@NullMarked
package io.quern.proxy;

import org.jspecify.annotations.NullMarked;

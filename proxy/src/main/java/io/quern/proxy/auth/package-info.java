/** The authentication exchange, passed through whole and bounded. */
@NullMarked
package io.quern.proxy.auth;

import org.jspecify.annotations.NullMarked;

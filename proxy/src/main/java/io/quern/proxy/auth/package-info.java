/** Logins: passed through whole and bounded, or conducted by Quern itself. */
@NullMarked
package io.quern.proxy.auth;

import org.jspecify.annotations.NullMarked;

/** Connections to the upstream: address, TLS, start-up. */
@NullMarked
package io.quern.proxy.backend;

import org.jspecify.annotations.NullMarked;

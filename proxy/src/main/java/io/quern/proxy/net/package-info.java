/** Netty: listening, relaying with backpressure, and who owns which buffer. */
@NullMarked
package io.quern.proxy.net;

import org.jspecify.annotations.NullMarked;

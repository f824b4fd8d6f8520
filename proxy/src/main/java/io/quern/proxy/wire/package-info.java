/** Messages and framing of the PostgreSQL protocol, ignorant of sessions. */
@NullMarked
package io.quern.proxy.wire;

import org.jspecify.annotations.NullMarked;

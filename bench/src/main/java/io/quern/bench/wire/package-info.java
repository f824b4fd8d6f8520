/** How much Quern's way from client to server costs, beside a bare relay and PgBouncer. */
@NullMarked
package io.quern.bench.wire;

import org.jspecify.annotations.NullMarked;

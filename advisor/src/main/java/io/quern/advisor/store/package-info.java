/** Keeps what Quern must not forget in a PostgreSQL schema; the only room that knows its SQL. */
@NullMarked
package io.quern.advisor.store;

import org.jspecify.annotations.NullMarked;

/** The model of an {@code EXPLAIN (FORMAT JSON)} tree. */
@NullMarked
package io.quern.optimizer.plan;

import org.jspecify.annotations.NullMarked;

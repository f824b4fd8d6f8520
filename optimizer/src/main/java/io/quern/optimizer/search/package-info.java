/** Finds rewrites of whole query levels: lifts them into Calcite's algebra and searches there. */
@NullMarked
package io.quern.optimizer.search;

import org.jspecify.annotations.NullMarked;

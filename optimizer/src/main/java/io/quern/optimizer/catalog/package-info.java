/** Names and search paths resolved against a catalog. */
@NullMarked
package io.quern.optimizer.catalog;

import org.jspecify.annotations.NullMarked;

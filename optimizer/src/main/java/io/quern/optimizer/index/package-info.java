/** Index candidates and their sizes. */
@NullMarked
package io.quern.optimizer.index;

import org.jspecify.annotations.NullMarked;

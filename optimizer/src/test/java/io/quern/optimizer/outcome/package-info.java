/** What a statement does on a real server, and whether a rewrite of it does the same. */
@NullMarked
package io.quern.optimizer.outcome;

import org.jspecify.annotations.NullMarked;

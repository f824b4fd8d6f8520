/** Finds candidates: runs the rules and composes their edits. */
@NullMarked
package io.quern.optimizer.rewrite;

import org.jspecify.annotations.NullMarked;

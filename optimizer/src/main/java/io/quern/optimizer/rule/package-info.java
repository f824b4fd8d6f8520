/** The rewrites: each recognises a pattern, guards it and edits tokens. */
@NullMarked
package io.quern.optimizer.rule;

import org.jspecify.annotations.NullMarked;

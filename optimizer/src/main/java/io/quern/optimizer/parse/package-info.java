/** The structure of a statement: blocks, relations and conjuncts that know their exact tokens. */
@NullMarked
package io.quern.optimizer.parse;

import org.jspecify.annotations.NullMarked;

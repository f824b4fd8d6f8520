/** The checks that must hold before a variant may exist, one class each. */
@NullMarked
package io.quern.optimizer.guard;

import org.jspecify.annotations.NullMarked;

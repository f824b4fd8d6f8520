/** Random schemas, rows and statements that hold what the rules look for, to put rules to test. */
@NullMarked
package io.quern.optimizer.random;

import org.jspecify.annotations.NullMarked;

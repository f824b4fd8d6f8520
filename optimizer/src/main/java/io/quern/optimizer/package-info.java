@NullMarked
package io.quern.optimizer;

import org.jspecify.annotations.NullMarked;

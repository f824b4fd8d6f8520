/** The measured suite: slow statements, and what Quern makes of them. */
@NullMarked
package io.quern.bench.rewrites;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.quern.bench.rewrites;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.quern.bench.soak;

import org.jspecify.annotations.NullMarked;

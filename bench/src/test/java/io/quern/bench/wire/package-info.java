@NullMarked
package io.quern.bench.wire;

import org.jspecify.annotations.NullMarked;

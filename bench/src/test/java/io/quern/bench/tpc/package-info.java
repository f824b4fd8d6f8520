@NullMarked
package io.quern.bench.tpc;

import org.jspecify.annotations.NullMarked;

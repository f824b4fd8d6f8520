@NullMarked
package io.quern.bench.result;

import org.jspecify.annotations.NullMarked;

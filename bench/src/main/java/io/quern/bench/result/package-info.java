/** What benchmarks found: compared, kept as files, and shown as tables. */
@NullMarked
package io.quern.bench.result;

import org.jspecify.annotations.NullMarked;

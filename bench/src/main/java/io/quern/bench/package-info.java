/** Workloads, the demo and the benchmarks; this package holds their command line. */
@NullMarked
package io.quern.bench;

import org.jspecify.annotations.NullMarked;

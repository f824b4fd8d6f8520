/** What single steps on the event loop cost, in nanoseconds and bytes: JMH benchmarks. */
@NullMarked
package io.quern.bench.jmh;

import org.jspecify.annotations.NullMarked;

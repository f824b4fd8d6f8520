/** TPC-H and TPC-DS: every statement read and rewritten by Quern, and its rewrites run. */
@NullMarked
package io.quern.bench.tpc;

import org.jspecify.annotations.NullMarked;

/** The processes a benchmark is made of: a server, a real Quern, and what it is compared with. */
@NullMarked
package io.quern.bench.process;

import org.jspecify.annotations.NullMarked;

/** The demo: a shop on an embedded PostgreSQL behind Quern, and the proof of what Quern gained. */
@NullMarked
package io.quern.bench.demo;

import org.jspecify.annotations.NullMarked;

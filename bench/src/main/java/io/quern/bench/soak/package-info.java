/** A real Quern under mixed traffic while everything around it breaks, and what must still hold. */
@NullMarked
package io.quern.bench.soak;

import org.jspecify.annotations.NullMarked;

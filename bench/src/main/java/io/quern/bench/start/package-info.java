/** How soon Quern accepts clients, and the run that prepares it for a quick start. */
@NullMarked
package io.quern.bench.start;

import org.jspecify.annotations.NullMarked;

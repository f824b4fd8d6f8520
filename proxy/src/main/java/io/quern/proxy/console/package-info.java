/** The virtual database {@code quern}: what psql shows of a running Quern, and lets one do. */
@NullMarked
package io.quern.proxy.console;

import org.jspecify.annotations.NullMarked;

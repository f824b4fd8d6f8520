/** Quern's own connections to the server: catalog, plans, shapes, index builds, privileges. */
@NullMarked
package io.quern.advisor.upstream;

import org.jspecify.annotations.NullMarked;

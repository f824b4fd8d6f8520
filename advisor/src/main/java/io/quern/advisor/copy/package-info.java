/** The upstream's schema as statements that make it elsewhere, as much of it as can be. */
@NullMarked
package io.quern.advisor.copy;

import org.jspecify.annotations.NullMarked;

/** The lab: an embedded PostgreSQL in which suggestions are tested before anyone sees them. */
@NullMarked
package io.quern.advisor.lab;

import org.jspecify.annotations.NullMarked;

/**
 * The planner twin: an embedded PostgreSQL without rows that plans what-ifs as the upstream would.
 */
@NullMarked
package io.quern.advisor.twin;

import org.jspecify.annotations.NullMarked;

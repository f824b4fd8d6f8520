/** How faithfully the planner twin plans, beside the server it is the twin of. */
@NullMarked
package io.quern.bench.lab;

import org.jspecify.annotations.NullMarked;

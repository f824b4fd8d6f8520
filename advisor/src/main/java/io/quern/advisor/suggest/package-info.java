/** Turns the workload, the optimizer's findings and PostgreSQL's plans into suggestions. */
@NullMarked
package io.quern.advisor.suggest;

import org.jspecify.annotations.NullMarked;

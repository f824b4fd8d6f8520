/** From ledger events to executions: what an execution's time is. */
@NullMarked
package io.quern.proxy.timing;

import org.jspecify.annotations.NullMarked;

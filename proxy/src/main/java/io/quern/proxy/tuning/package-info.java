/** The gate: recognises statements and chooses, per execution, the variant that runs. */
@NullMarked
package io.quern.proxy.tuning;

import org.jspecify.annotations.NullMarked;

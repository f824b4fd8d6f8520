/**
 * Judges changes by what they measured: sequential tests, guards, harm budget, before and after.
 */
@NullMarked
package io.quern.advisor.trial;

import org.jspecify.annotations.NullMarked;

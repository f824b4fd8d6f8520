/**
 * The advisor report: what was found, what it saved, what it cost, what was rolled back and why.
 */
@NullMarked
package io.quern.advisor.report;

import org.jspecify.annotations.NullMarked;

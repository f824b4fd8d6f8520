/** Leads suggestions from proposed to on or retired, every step audited, and turns their flags. */
@NullMarked
package io.quern.advisor.lifecycle;

import org.jspecify.annotations.NullMarked;

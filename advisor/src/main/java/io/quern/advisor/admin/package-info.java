/** The admin page and its HTTP API: what a person sees and does, over the {@code Desk} alone. */
@NullMarked
package io.quern.advisor.admin;

import org.jspecify.annotations.NullMarked;

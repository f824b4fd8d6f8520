/** Takes in what the proxy saw and keeps it as bounded sketches per template and variant. */
@NullMarked
package io.quern.advisor.history;

import org.jspecify.annotations.NullMarked;

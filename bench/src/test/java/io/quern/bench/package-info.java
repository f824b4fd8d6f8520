@NullMarked
package io.quern.bench;

import org.jspecify.annotations.NullMarked;

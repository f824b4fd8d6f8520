@NullMarked
package io.quern.advisor;

import org.jspecify.annotations.NullMarked;

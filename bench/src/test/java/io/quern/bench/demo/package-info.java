@NullMarked
package io.quern.bench.demo;

import org.jspecify.annotations.NullMarked;

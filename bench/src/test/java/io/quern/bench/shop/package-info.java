@NullMarked
package io.quern.bench.shop;

import org.jspecify.annotations.NullMarked;

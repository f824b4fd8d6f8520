/** A small web shop: its data, the statements its application sends, and the traffic of them. */
@NullMarked
package io.quern.bench.shop;

import org.jspecify.annotations.NullMarked;

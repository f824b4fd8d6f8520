/** What a monitoring system sees of a running Quern: read when it asks, never counted here. */
@NullMarked
package io.quern.proxy.metrics;

import org.jspecify.annotations.NullMarked;

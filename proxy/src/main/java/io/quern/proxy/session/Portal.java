package io.quern.proxy.session;

import io.quern.proxy.timing.Run;
import io.quern.proxy.tuning.KnownStatement;

import org.jspecify.annotations.Nullable;

/**
 * What a Bind made: a statement with its values, ready to be executed.
 *
 * @param statement null if it is not tracked
 * @param variant null if the original was bound
 */
record Portal(
        Run run,
        @Nullable ClientStatement statement,
        @Nullable KnownStatement known,
        @Nullable Variant variant) {}

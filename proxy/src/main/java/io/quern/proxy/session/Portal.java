package io.quern.proxy.session;

import io.quern.proxy.timing.Run;
import io.quern.proxy.tuning.KnownStatement;

import org.jspecify.annotations.Nullable;

/** What a Bind made: a statement with its values, ready to be executed. */
final class Portal {
    private @Nullable Run run;
    private @Nullable ClientStatement statement;
    private @Nullable KnownStatement known;
    private @Nullable Variant variant;

    /**
     * Makes it another.
     *
     * @param newStatement null if it is not tracked
     * @param newVariant null if the original was bound
     */
    Portal set(
            @Nullable Run newRun,
            @Nullable ClientStatement newStatement,
            @Nullable KnownStatement newKnown,
            @Nullable Variant newVariant) {
        run = newRun;
        statement = newStatement;
        known = newKnown;
        variant = newVariant;
        return this;
    }

    @Nullable Run run() {
        return run;
    }

    @Nullable ClientStatement statement() {
        return statement;
    }

    @Nullable KnownStatement known() {
        return known;
    }

    @Nullable Variant variant() {
        return variant;
    }
}

package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What a view or materialized view shows.
 *
 * @param definition its query as {@code pg_get_viewdef} prints it, every name qualified
 * @param securityBarrier whether its own conditions must be evaluated before a user's
 * @param securityInvoker whether its tables are read with the rights of whoever asks, not of its
 *     owner
 * @param checkOption {@code local} or {@code cascaded}, if rows written through it must be seen in
 *     it
 */
public record View(
        String definition,
        boolean securityBarrier,
        boolean securityInvoker,
        Optional<String> checkOption) {
    public View {
        requireNonNull(definition, "definition");
        requireNonNull(checkOption, "checkOption");
    }

    /** A view without a check option. */
    public View(String definition, boolean securityBarrier, boolean securityInvoker) {
        this(definition, securityBarrier, securityInvoker, Optional.empty());
    }
}

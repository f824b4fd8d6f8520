package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

/**
 * What a view or materialized view shows.
 *
 * @param definition its query as {@code pg_get_viewdef} prints it, every name qualified
 * @param securityBarrier whether its own conditions must be evaluated before a user's
 * @param securityInvoker whether its tables are read with the rights of whoever asks, not of its
 *     owner
 */
public record View(String definition, boolean securityBarrier, boolean securityInvoker) {
    public View {
        requireNonNull(definition, "definition");
    }
}

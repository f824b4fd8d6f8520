package io.quern.optimizer.catalog;

import java.util.List;

/** Reads a {@code search_path} setting. */
public final class SearchPath {
    private SearchPath() {}

    /**
     * The schemas of a setting as PostgreSQL writes it ({@code "$user", public}), {@code $user}
     * replaced by the role, {@code pg_temp} left out.
     */
    public static List<String> effective(String setting, String role) {
        throw new UnsupportedOperationException();
    }
}

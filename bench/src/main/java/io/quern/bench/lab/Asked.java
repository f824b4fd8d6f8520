package io.quern.bench.lab;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;

/**
 * A statement that both plan.
 *
 * @param name short and unique in its scene
 * @param sql with {@code $1}, {@code $2}, … for parameters
 * @param parameters their values in text
 * @param settings of the session
 */
record Asked(String name, String sql, List<String> parameters, Map<String, String> settings) {
    Asked {
        requireNonNull(name, "name");
        requireNonNull(sql, "sql");
        parameters = List.copyOf(parameters);
        settings = Map.copyOf(settings);
    }

    static Asked of(String name, String sql) {
        return new Asked(name, sql, List.of(), Map.of());
    }
}

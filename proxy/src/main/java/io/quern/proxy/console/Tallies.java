package io.quern.proxy.console;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Where the counts are read when somebody asks; nothing is counted here. A figure nobody counts is
 * absent, never zero.
 *
 * @param figures reads of counters that only grow; called from any thread
 * @param mishaps what went wrong inside Quern without harm, by kind
 */
public record Tallies(Map<Figure, LongSupplier> figures, Supplier<Map<String, Long>> mishaps) {
    public Tallies {
        EnumMap<Figure, LongSupplier> ordered = new EnumMap<>(Figure.class);
        ordered.putAll(figures);
        figures = Collections.unmodifiableMap(ordered);
        requireNonNull(mishaps, "mishaps");
    }
}

package io.quern.bench.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Pairs of statements of which a person knows whether they always return the same: the classical
 * mistakes, and what looks like one and is none.
 *
 * <p>Their file begins with {@code -- schema}; then each pair has a heading, {@code -- wrong:} or
 * {@code -- right:} with what it is about, and two lines.
 *
 * @param schema creates the tables
 */
record Pairs(String schema, List<Pair> all) {
    private static final String SCHEMA = "-- schema";
    private static final String WRONG = "-- wrong: ";
    private static final String RIGHT = "-- right: ";

    Pairs {
        all = List.copyOf(all);
    }

    /**
     * Two statements.
     *
     * @param wrong whether some database tells them apart
     */
    record Pair(String name, boolean wrong, String before, String after) {}

    /** The pairs that come along. */
    static Pairs read() throws IOException {
        try (InputStream in =
                requireNonNull(Pairs.class.getResourceAsStream("pairs.sql"), "pairs.sql")) {
            return of(new String(in.readAllBytes(), UTF_8));
        }
    }

    static Pairs of(String text) {
        String schema = "";
        List<Pair> pairs = new ArrayList<>();
        for (String section : text.split("(?m)^(?=-- )")) {
            List<String> lines = section.lines().filter(line -> !line.isBlank()).toList();
            String heading = lines.isEmpty() ? "" : lines.getFirst();
            if (heading.equals(SCHEMA)) {
                schema = lines.stream().skip(1).collect(Collectors.joining("\n"));
            } else if (lines.size() == 3 && heading.startsWith(WRONG)) {
                pairs.add(pair(heading.substring(WRONG.length()), true, lines));
            } else if (lines.size() == 3 && heading.startsWith(RIGHT)) {
                pairs.add(pair(heading.substring(RIGHT.length()), false, lines));
            } else if (!heading.isEmpty()) {
                throw new IllegalArgumentException("no schema, and no pair: " + heading);
            }
        }
        return new Pairs(schema, pairs);
    }

    private static Pair pair(String name, boolean wrong, List<String> lines) {
        return new Pair(name, wrong, lines.get(1), lines.get(2));
    }
}

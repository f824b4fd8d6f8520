package io.quern.proxy.console;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a command brought.
 *
 * @param rows each with a value, or null, for every column of the command
 * @param notices one line each
 */
record Outcome(List<List<@Nullable Object>> rows, List<String> notices) {
    static final Outcome NOTHING = new Outcome(List.of(), List.of());

    Outcome {
        rows = List.copyOf(rows);
        notices = List.copyOf(notices);
    }

    static Outcome rows(List<List<@Nullable Object>> rows) {
        return new Outcome(rows, List.of());
    }

    static Outcome notice(String line) {
        return new Outcome(List.of(), List.of(line));
    }

    /** A row; null is SQL's. */
    static List<@Nullable Object> row(@Nullable Object... values) {
        List<@Nullable Object> row = new ArrayList<>(values.length);
        Collections.addAll(row, values);
        return Collections.unmodifiableList(row);
    }
}

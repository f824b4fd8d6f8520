package io.quern.bench.tpc;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;

/**
 * A table of a suite and where its rows come from.
 *
 * @param columns with their types, as DDL has them
 * @param lines the rows for a scale, as COPY reads them with {@code |} between columns
 */
public record Source(String name, List<String> columns, DoubleFunction<Stream<String>> lines) {
    public Source {
        requireNonNull(name, "name");
        columns = List.copyOf(columns);
        requireNonNull(lines, "lines");
    }

    String ddl() {
        return "CREATE TABLE " + name + " (" + String.join(", ", columns) + ")";
    }
}

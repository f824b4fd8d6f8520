package io.quern.advisor.lab;

import static java.util.stream.Collectors.joining;

import io.quern.optimizer.Column;
import io.quern.optimizer.QualifiedName;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A tiny database with the parameters both statements get. Values are in PostgreSQL's text form.
 *
 * @param zone index of the session's time zone in the hunt's list
 */
record Sample(List<Content> contents, List<@Nullable String> parameters, int zone) {
    Sample {
        contents = List.copyOf(contents);
        parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
    }

    /** A table's rows; a value for every column in each. */
    record Content(CopiedTable table, List<List<@Nullable String>> rows) {
        public Content {
            rows = List.copyOf(rows);
        }

        /** One statement that inserts the rows; what a key forbids is left out on request. */
        String insert(boolean skipConflicts) {
            String columns =
                    table.columns().stream()
                            .map(Column::name)
                            .map(QualifiedName::quote)
                            .collect(joining(", "));
            String values = rows.stream().map(Sample::tuple).collect(joining(", "));
            return "INSERT INTO "
                    + table.name().quoted()
                    + " ("
                    + columns
                    + ") VALUES "
                    + values
                    + (skipConflicts ? " ON CONFLICT DO NOTHING" : "");
        }
    }

    int rows() {
        return contents.stream().mapToInt(c -> c.rows().size()).sum();
    }

    /** The statements that fill the tables. */
    List<String> inserts(boolean skipConflicts) {
        return contents.stream()
                .filter(c -> !c.rows().isEmpty() && !c.table().columns().isEmpty())
                .map(c -> c.insert(skipConflicts))
                .toList();
    }

    /** {@code (a, b)} for EXECUTE; empty without parameters. */
    String arguments() {
        return parameters.isEmpty() ? "" : tuple(parameters);
    }

    static String tuple(List<@Nullable String> values) {
        return values.stream()
                .map(v -> v == null ? "NULL" : Literals.quote(v))
                .collect(joining(", ", "(", ")"));
    }

    Sample with(int content, List<List<@Nullable String>> rows) {
        List<Content> changed = new ArrayList<>(contents);
        changed.set(content, new Content(contents.get(content).table(), rows));
        return new Sample(changed, parameters, zone);
    }

    Sample withParameter(int index, @Nullable String value) {
        List<@Nullable String> changed = new ArrayList<>(parameters);
        changed.set(index, value);
        return new Sample(contents, changed, zone);
    }

    /** The same database with its rows inserted the other way round. */
    Sample reversed() {
        return new Sample(
                contents.stream().map(c -> new Content(c.table(), c.rows().reversed())).toList(),
                parameters,
                zone);
    }
}

package io.quern.advisor.twin;

import static java.util.stream.Collectors.joining;

import io.quern.advisor.twin.Snapshot.Extreme;
import io.quern.optimizer.QualifiedName;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts two rows into each table: all columns' least values in one, their greatest in the other.
 * Where the upstream's planner looks an end of a column up in an index ({@code
 * get_actual_variable_range}), the twin's finds the same value there then. Values come from the
 * upstream's indexes, else from its statistics.
 */
final class TwoRows {
    private static final String COLUMNS =
            """
            SELECT n.nspname AS schema, c.relname AS name, a.attname AS column_name
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE c.relkind = 'r' AND a.attgenerated = ''
              AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
            ORDER BY a.attnum
            """;

    private static final String CHECKS_AGAIN =
            """
            UPDATE pg_class c SET relchecks = k.count
            FROM (SELECT conrelid, count(*) FROM pg_constraint WHERE contype = 'c' GROUP BY conrelid) k
            WHERE c.oid = k.conrelid
            """;

    private final Script script;
    private final Snapshot upstream;
    private final Map<Place, Extreme> known = new HashMap<>();

    private record Place(QualifiedName table, String column) {}

    TwoRows(Script script, Snapshot upstream) {
        this.script = script;
        this.upstream = upstream;
        for (ColumnStatistics column : upstream.columns()) {
            if (!column.inherited()) {
                fromStatistics(column)
                        .ifPresent(
                                e -> known.put(new Place(column.relation(), column.column()), e));
            }
        }
        upstream.extremes()
                .forEach(
                        (table, extremes) ->
                                extremes.forEach(e -> known.put(new Place(table, e.column()), e)));
    }

    private static Optional<Extreme> fromStatistics(ColumnStatistics column) {
        String values = column.histogram() != null ? column.histogram() : column.commonValues();
        if (values == null) {
            return Optional.empty();
        }
        List<String> list = ArrayText.elements(values);
        return list.isEmpty()
                ? Optional.empty()
                : Optional.of(new Extreme(column.column(), list.getFirst(), list.getLast()));
    }

    /**
     * Fills the tables, in a transaction.
     *
     * @return the tables that refuse rows made so, by the bounds of a partition for one
     */
    Set<QualifiedName> insert(Set<QualifiedName> tables) throws SQLException {
        Map<QualifiedName, List<String>> columns = new HashMap<>();
        script.rows(
                COLUMNS,
                row ->
                        columns.computeIfAbsent(SnapshotLoader.name(row), t -> new ArrayList<>())
                                .add(SnapshotLoader.text(row, "column_name")));
        Set<QualifiedName> refused = new java.util.HashSet<>();
        // no trigger looks after foreign keys then, and a relation without checks has none to obey
        script.run("SET LOCAL session_replication_role = replica");
        script.run("UPDATE pg_class SET relchecks = 0 WHERE relchecks > 0");
        // a row has the expressions of indexes computed: not by a superuser
        script.run("SET LOCAL ROLE " + TwinServer.OWNER);
        for (Relation relation : upstream.relations()) {
            List<String> its = columns.get(relation.name());
            if (relation.kind() == 'r'
                    && its != null
                    && relation.bytes() > 0
                    && tables.contains(relation.name())
                    && !insert(relation.name(), its)) {
                refused.add(relation.name());
            }
        }
        script.run("RESET ROLE");
        script.run("SET LOCAL session_replication_role = origin");
        script.run(CHECKS_AGAIN);
        return refused;
    }

    private boolean insert(QualifiedName table, List<String> columns) throws SQLException {
        List<Extreme> extremes =
                columns.stream()
                        .map(
                                c ->
                                        known.getOrDefault(
                                                new Place(table, c), new Extreme(c, null, null)))
                        .toList();
        String into =
                "INSERT INTO "
                        + table.quoted()
                        + " ("
                        + columns.stream().map(QualifiedName::quote).collect(joining(", "))
                        + ") OVERRIDING SYSTEM VALUE VALUES (";
        String least = extremes.stream().map(e -> literal(e.least())).collect(joining(", "));
        String greatest = extremes.stream().map(e -> literal(e.greatest())).collect(joining(", "));
        if (!script.attempt(into + least + ")").isEmpty()) {
            return false;
        }
        // with one value in all rows of a unique column there is one row
        return script.attempt(into + greatest + ") ON CONFLICT DO NOTHING").isEmpty();
    }

    /** Of an unknown type, which the column makes its own. */
    static String literal(@org.jspecify.annotations.Nullable String value) {
        return value == null ? "NULL" : "'" + value.replace("'", "''") + "'";
    }
}

package io.quern.bench.lab;

import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.plan.Plan;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Says SQL to the upstream as its superuser. */
final class Sql {
    private Sql() {}

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    static List<String> texts(Connection connection, String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try (ResultSet rows = statement.executeQuery(sql)) {
                while (rows.next()) {
                    texts.add(rows.getString(1));
                }
            }
        }
        return texts;
    }

    static long number(Connection connection, String sql) throws SQLException {
        return Long.parseLong(texts(connection, sql).getFirst());
    }

    /** The plan for the values given. */
    static Plan plan(Connection connection, Asked asked) throws SQLException {
        connection.setAutoCommit(false);
        try {
            run(connection, "SET LOCAL plan_cache_mode = force_custom_plan");
            for (Map.Entry<String, String> setting : asked.settings().entrySet()) {
                run(
                        connection,
                        "SET LOCAL "
                                + QualifiedName.quote(setting.getKey())
                                + " = '"
                                + setting.getValue()
                                + "'");
            }
            run(connection, "PREPARE asked AS " + asked.sql());
            String values =
                    asked.parameters().stream()
                            .map(v -> "'" + v.replace("'", "''") + "'")
                            .collect(Collectors.joining(", ", "(", ")"));
            return Plan.parse(
                    texts(
                                    connection,
                                    "EXPLAIN (FORMAT JSON) EXECUTE asked"
                                            + (asked.parameters().isEmpty() ? "" : values))
                            .getFirst());
        } finally {
            connection.rollback();
            run(connection, "DEALLOCATE ALL");
            connection.commit();
            connection.setAutoCommit(true);
        }
    }
}

package io.quern.advisor.twin;

import io.quern.advisor.twin.Snapshot.Settings;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads the planner's settings: those the server flags for {@code EXPLAIN (SETTINGS)}. What this
 * session or role changed is not everyone's: the default stands for it.
 */
final class SettingsReading {
    private final Connection connection;

    SettingsReading(Connection connection) {
        this.connection = connection;
    }

    Settings read() throws SQLException {
        Map<String, String> general = new HashMap<>();
        Map<String, String> database = new HashMap<>();
        Map<String, Map<String, String>> roles = new HashMap<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery(SnapshotQueries.SETTINGS)) {
                while (row.next()) {
                    general.put(
                            SnapshotLoader.text(row, "name"), SnapshotLoader.text(row, "value"));
                }
            }
            try (ResultSet row = statement.executeQuery(SnapshotQueries.CHANGED_SETTINGS)) {
                while (row.next()) {
                    String role = row.getString("role");
                    Map<String, String> changed =
                            role == null
                                    ? database
                                    : roles.computeIfAbsent(role, r -> new HashMap<>());
                    add(row.getArray("setconfig"), general.keySet(), changed);
                }
            }
        }
        return new Settings(general, database, roles);
    }

    private static void add(Array assignments, Set<String> known, Map<String, String> changed)
            throws SQLException {
        for (String assignment : (String[]) assignments.getArray()) {
            int equals = assignment.indexOf('=');
            String name = assignment.substring(0, equals);
            if (known.contains(name)) {
                changed.put(name, assignment.substring(equals + 1));
            }
        }
    }
}

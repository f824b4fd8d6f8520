package io.quern.advisor.upstream;

import io.quern.optimizer.PostgresServer;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An empty database of the test server, with a role of few privileges of its own. */
final class FreshDatabase implements AutoCloseable {
    private static final PostgresServer SERVER = PostgresServer.shared();

    final String name = SERVER.createDatabase();
    final String role = "role_" + name;
    private final List<UpstreamDatabases> opened = new ArrayList<>();

    /** Runs statements as superuser, each in a transaction of its own. */
    void sql(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** One value, as superuser. */
    String value(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return String.valueOf(rows.getString(1));
        }
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(SERVER.jdbcUrl(name), SERVER.user(), SERVER.password());
    }

    int major() throws SQLException {
        return Integer.parseInt(value("SHOW server_version_num")) / 10_000;
    }

    UpstreamDatabases asSuperuser() {
        return databases(SERVER.user(), SERVER.password());
    }

    /** Quern's connections as a role that may log in and nothing else. */
    UpstreamDatabases asNobody() throws SQLException {
        sql("CREATE ROLE " + role + " LOGIN PASSWORD 'nobody-password'");
        return databases(role, "nobody-password");
    }

    /** As whom Quern logs in with everything allowed. */
    UpstreamUrl superuser() {
        return url(SERVER.user(), SERVER.password());
    }

    private UpstreamUrl url(String user, String password) {
        return new UpstreamUrl(SERVER.host(), SERVER.port(), name, user, password, Map.of());
    }

    private UpstreamDatabases databases(String user, String password) {
        UpstreamDatabases databases =
                new UpstreamDatabases(
                        Directory.of(url(user, password)),
                        new UpstreamDatabases.Limits(
                                4,
                                2,
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(20),
                                Duration.ofSeconds(2),
                                Duration.ofMinutes(1)),
                        InstantSource.system());
        opened.add(databases);
        return databases;
    }

    @Override
    public void close() {
        opened.forEach(UpstreamDatabases::close);
    }
}

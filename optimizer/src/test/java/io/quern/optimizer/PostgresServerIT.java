package io.quern.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

import java.sql.DriverManager;
import java.sql.SQLException;

final class PostgresServerIT {
    private final PostgresServer server = PostgresServer.shared();

    @Test
    void createdDatabasesAreEmptyAndDistinct() throws SQLException {
        String one = server.createDatabase();
        String two = server.createDatabase();
        assertThat(one).isNotEqualTo(two);
        try (var c = server.connect(one);
                var rows =
                        c.createStatement()
                                .executeQuery(
                                        "SELECT current_database(), count(c.oid) FROM pg_class c"
                                                + " WHERE relnamespace = 'public'::regnamespace"
                                                + " GROUP BY 1")) {
            assertThat(rows.next()).isFalse();
        }
    }

    @Test
    void demandsThePasswordAndLetsRolesOfTestsIn() throws SQLException {
        assumeTrue(System.getProperty("quern.test.postgres", "").isBlank());
        String database = server.createDatabase();
        try (var c = server.connect(database)) {
            c.createStatement().execute("CREATE ROLE fixture_login LOGIN PASSWORD 'x y'");
        }
        try (var c =
                DriverManager.getConnection(server.jdbcUrl(database), "fixture_login", "x y")) {
            assertThat(c.isValid(5)).isTrue();
        }
        assertThatThrownBy(
                        () ->
                                DriverManager.getConnection(
                                        server.jdbcUrl(database), "fixture_login", "wrong"))
                .isInstanceOf(SQLException.class);
        assertThatThrownBy(
                        () ->
                                DriverManager.getConnection(
                                        server.jdbcUrl(database), server.user(), "wrong"))
                .isInstanceOf(SQLException.class);
    }
}

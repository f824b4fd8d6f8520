package io.quern.optimizer.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quern.optimizer.CatalogFixture;
import io.quern.optimizer.Context;
import io.quern.optimizer.PostgresServer;
import io.quern.optimizer.ServerAnalyzer;
import io.quern.optimizer.Statement;
import io.quern.optimizer.rewrite.Rewriter;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** A rewrite that reads a table no longer asks for the right to read it all the same. */
final class RightsCheckIT {
    private Connection connection;
    private String database;
    private String role;

    @BeforeEach
    void twoTables() throws SQLException {
        database = PostgresServer.shared().createDatabase();
        role = "reader_of_" + database;
        connection = PostgresServer.shared().connect(database);
        execute(
                "CREATE TABLE parents (id int PRIMARY KEY, name text)",
                "CREATE TABLE children (id int PRIMARY KEY, parent int NOT NULL REFERENCES parents)",
                "INSERT INTO parents VALUES (1, 'a')",
                "INSERT INTO children VALUES (1, 1), (2, 1)",
                "CREATE ROLE " + role,
                "GRANT SELECT ON children TO " + role);
    }

    @AfterEach
    void noRole() throws SQLException {
        execute("RESET ROLE", "DROP OWNED BY " + role, "DROP ROLE " + role);
        connection.close();
    }

    @Test
    void aJoinThatIsDroppedStillAsksForTheRight() throws SQLException {
        asks(
                new DropForeignKeyJoin(),
                "SELECT c.id FROM children c JOIN parents p ON p.id = c.parent");
    }

    @Test
    void anOuterJoinThatIsDroppedStillAsksForTheRight() throws SQLException {
        asks(
                new DropOuterJoinUnderDistinct(),
                "SELECT DISTINCT c.parent FROM children c LEFT JOIN parents p ON p.id < c.id");
    }

    private void asks(Rule rule, String sql) throws SQLException {
        String rewritten = rewritten(rule, sql);
        assertThat(rewritten).isNotEqualTo(sql);
        execute("SET ROLE " + role);
        forbidden(sql);
        forbidden(rewritten);
        execute("RESET ROLE", "GRANT SELECT (name) ON parents TO " + role, "SET ROLE " + role);
        forbidden(sql);
        forbidden(rewritten);
        execute("RESET ROLE", "GRANT SELECT (id) ON parents TO " + role, "SET ROLE " + role);
        execute(sql, rewritten);
    }

    private void forbidden(String sql) {
        assertThatThrownBy(() -> execute(sql))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }

    private String rewritten(Rule rule, String sql) throws SQLException {
        try (Connection own = PostgresServer.shared().connect(database)) {
            return new Rewriter(new ServerAnalyzer(own), List.of(rule), Set.of())
                    .analyse(
                            new Statement(sql, List.of()),
                            new Context(CatalogFixture.read(own), List.of("public"), "UTC"))
                    .candidates()
                    .getFirst()
                    .sql();
        }
    }

    private void execute(String... statements) throws SQLException {
        try (var s = connection.createStatement()) {
            for (String statement : statements) {
                s.execute(statement);
            }
        }
    }
}

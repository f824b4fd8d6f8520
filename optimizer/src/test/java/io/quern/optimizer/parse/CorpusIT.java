package io.quern.optimizer.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quern.optimizer.PostgresServer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** PostgreSQL is asked whether the corpus is right, and what its key words are. */
final class CorpusIT {
    private static Connection connection;

    @BeforeAll
    static void connect() throws SQLException {
        PostgresServer server = PostgresServer.shared();
        connection =
                DriverManager.getConnection(
                        server.jdbcUrl(server.createDatabase()), server.user(), server.password());
        assumeTrue(
                connection.getMetaData().getDatabaseMajorVersion() >= 18,
                "the corpus holds forms of 18");
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
    }

    /** Whether the server's grammar takes a statement; tables and functions are none of it. */
    private static boolean isSyntax(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute("PREPARE q AS " + sql);
            statement.execute("DEALLOCATE q");
            return true;
        } catch (SQLException e) {
            return !"42601".equals(e.getSQLState());
        }
    }

    @Test
    void theCorpusIsPostgres() throws SQLException {
        List<String> wrong = new ArrayList<>();
        for (String sql : Corpus.parsed().toList()) {
            if (!isSyntax(sql)) {
                wrong.add(sql);
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** Ours may take more, but little. */
    @Test
    void whatPostgresRefusesIsMostlyRefused() throws SQLException {
        List<String> right = new ArrayList<>();
        List<String> taken = new ArrayList<>();
        for (String sql : Corpus.wrong().toList()) {
            if (isSyntax(sql)) {
                right.add(sql);
            }
            if (Grammar.parse(sql) instanceof Tree) {
                taken.add(sql);
            }
        }
        assertThat(right).as("PostgreSQL takes these").isEmpty();
        assertThat(taken).as("taken though wrong").hasSizeLessThanOrEqualTo(4);
    }

    @Test
    void keywordsAreThoseOfTheServer() throws SQLException {
        var theirs = new TreeSet<String>();
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT word, catcode, barelabel FROM pg_get_keywords()")) {
            while (rows.next()) {
                Keywords.Category category =
                        switch (rows.getString(2)) {
                            case "U" -> Keywords.Category.UNRESERVED;
                            case "C" -> Keywords.Category.COLUMN_NAME;
                            case "T" -> Keywords.Category.TYPE_OR_FUNCTION;
                            default -> Keywords.Category.RESERVED;
                        };
                theirs.add(rows.getString(1) + " " + category + " " + rows.getBoolean(3));
            }
        }
        var ours = new TreeSet<String>();
        Keywords.all()
                .forEach((word, c) -> ours.add(word + " " + c + " " + Keywords.isBareLabel(word)));
        assertThat(ours).isEqualTo(theirs);
    }
}

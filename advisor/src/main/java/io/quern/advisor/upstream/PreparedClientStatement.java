package io.quern.advisor.upstream;

import io.quern.advisor.Refused;
import io.quern.optimizer.Statement;

import org.postgresql.core.Parser;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A client's statement under an SQL-level {@code PREPARE} in a transaction that will be rolled
 * back.
 *
 * <p>The text is the client's, so nothing of it may run. {@code PREPARE} only analyses, and takes
 * no utility command. That a text holds exactly one statement is enforced twice, by different
 * lexers: the driver must find nothing to split, so that it sends one Parse message; and PostgreSQL
 * refuses a Parse message with more than one command. The transaction is read-only besides.
 *
 * <p>While the client's {@code search_path} is set, no SQL of Quern's with an operator in it is
 * run: a path may put another schema before {@code pg_catalog}.
 */
final class PreparedClientStatement {
    private static final String NAME = "quern_statement";

    private final Connection connection;
    private final String searchPath;

    private PreparedClientStatement(Connection connection, String searchPath) {
        this.connection = connection;
        this.searchPath = searchPath;
    }

    /**
     * Prepares it, and leaves the {@code search_path} at {@code pg_catalog}.
     *
     * @throws SQLException if PostgreSQL does not accept it
     * @throws Refused if it is not one statement, or a declared type does not exist
     */
    static PreparedClientStatement prepare(
            Connection connection, String searchPath, Statement statement) throws SQLException {
        if (searchPath.isBlank()) {
            throw new Refused("the search_path of the statement is unknown");
        }
        if (!isSingle(statement.sql())) {
            throw new Refused("the text is not exactly one statement");
        }
        String types = declared(connection, statement.parameterTypes());
        PreparedClientStatement prepared = new PreparedClientStatement(connection, searchPath);
        prepared.underClientPath(
                () -> run(connection, "PREPARE " + NAME + types + " AS\n" + statement.sql()));
        return prepared;
    }

    static boolean isSingle(String sql) throws SQLException {
        return Parser.parseJdbcSql(sql, true, false, true, false, false).size() == 1;
    }

    private static String declared(Connection connection, List<Integer> types) throws SQLException {
        if (types.stream().allMatch(type -> type == 0)) {
            return "";
        }
        String oids =
                types.stream()
                        .map(type -> type == 0 ? 705 : type) // 705 is unknown's
                        .map(Integer::toUnsignedString)
                        .collect(Collectors.joining(",", "{", "}"));
        List<String> names = new ArrayList<>();
        try (PreparedStatement query =
                connection.prepareStatement(
                        """
                        SELECT pg_catalog.quote_ident(n.nspname) || '.'
                          || pg_catalog.quote_ident(t.typname)
                        FROM pg_catalog.unnest(?::bigint[]) WITH ORDINALITY AS u(oid, ordinal)
                        LEFT JOIN pg_catalog.pg_type t ON t.oid = u.oid::oid
                        LEFT JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
                        ORDER BY u.ordinal
                        """)) {
            query.setString(1, oids);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    String name = rows.getString(1);
                    if (name == null) {
                        throw new Refused("the type of parameter $" + rows.getRow() + " is gone");
                    }
                    names.add(name);
                }
            }
        }
        return " (" + String.join(", ", names) + ")";
    }

    /** The types PostgreSQL resolved for the parameters. */
    List<Integer> parameterTypes() throws SQLException {
        return oids("parameter_types");
    }

    /** The types of the result columns; PostgreSQL 16 and later. */
    List<Integer> resultTypes() throws SQLException {
        return oids("result_types");
    }

    private List<Integer> oids(String column) throws SQLException {
        List<Integer> oids = new ArrayList<>();
        try (java.sql.Statement query = connection.createStatement();
                ResultSet rows =
                        query.executeQuery(
                                "SELECT u.oid::bigint FROM pg_catalog.pg_prepared_statements p,"
                                        + " pg_catalog.unnest(p."
                                        + column
                                        + "::oid[]) WITH ORDINALITY AS u(oid, ordinal)"
                                        + " WHERE p.name = '"
                                        + NAME
                                        + "' ORDER BY u.ordinal")) {
            while (rows.next()) {
                oids.add((int) rows.getLong(1));
            }
        }
        return oids;
    }

    /**
     * An EXECUTE of it with NULL for every parameter: for Describe and EXPLAIN, never to be run.
     */
    String execute(int parameters) {
        return parameters == 0
                ? "EXECUTE " + NAME
                : "EXECUTE "
                        + NAME
                        + " ("
                        + String.join(", ", java.util.Collections.nCopies(parameters, "NULL"))
                        + ")";
    }

    /** Runs a step under the client's {@code search_path} and returns to {@code pg_catalog}. */
    void underClientPath(Step step) throws SQLException {
        path(searchPath);
        step.run();
        path("pg_catalog");
    }

    private void path(String setting) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement(
                        "SELECT pg_catalog.set_config('search_path', ?, true)")) {
            query.setString(1, setting);
            query.execute();
        }
    }

    /** Forgets it, which no rollback does; a transaction that failed is rolled back first. */
    void deallocate() throws SQLException {
        try {
            run(connection, "DEALLOCATE " + NAME);
        } catch (SQLException e) {
            connection.rollback();
            run(connection, "DEALLOCATE " + NAME);
        }
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (java.sql.Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    /** A part of the work. */
    @FunctionalInterface
    interface Step {
        void run() throws SQLException;
    }
}

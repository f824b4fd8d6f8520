package io.quern.optimizer.outcome;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Runs statements in one transaction and takes each back, so that every one meets the same rows.
 * One thread at a time.
 */
public final class Session implements AutoCloseable {
    private static final int MOST_ROWS = 20_000;

    private final Connection connection;
    private final Statement statement;
    private final Map<String, Integer> types = new HashMap<>();
    private List<String> tables = List.of();

    /** Takes a connection over. */
    public Session(Connection connection) throws SQLException {
        this.connection = connection;
        connection.setAutoCommit(false);
        this.statement = connection.createStatement();
        statement.setEscapeProcessing(false);
    }

    /** Runs what is no test's statement: settings, rows. */
    public void execute(String sql) throws SQLException {
        statement.execute(sql);
    }

    /** Runs it, and goes on as if it had not been there if it fails. */
    public boolean attempt(String sql) throws SQLException {
        statement.execute("SAVEPOINT here");
        try {
            statement.execute(sql);
            return true;
        } catch (SQLException e) {
            statement.execute("ROLLBACK TO here");
            return false;
        }
    }

    public void commit() throws SQLException {
        connection.commit();
        types.clear();
    }

    public void rollback() throws SQLException {
        connection.rollback();
    }

    /** All tables with rows of their own, which a statement may change; looks them up anew. */
    public List<String> tables() throws SQLException {
        tables =
                column(
                        "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r'"
                                + " AND relnamespace = 'public'::regnamespace ORDER BY 1");
        return tables;
    }

    /** The first column of a query's rows. */
    public List<String> column(String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            List<String> all = new ArrayList<>();
            while (rows.next()) {
                all.add(String.valueOf(rows.getString(1)));
            }
            return all;
        }
    }

    /** The types that the parameters are declared with; 0 for one that is not. */
    public List<Integer> types(List<Parameter> parameters) throws SQLException {
        List<Integer> oids = new ArrayList<>();
        for (Parameter parameter : parameters) {
            Integer known = types.get(parameter.type());
            if (known == null) {
                String oid =
                        column("SELECT '" + parameter.type() + "'::regtype::oid::bigint")
                                .getFirst();
                known = parameter.type().equals("unknown") ? 0 : (int) Long.parseLong(oid);
                types.put(parameter.type(), known);
            }
            oids.add(known);
        }
        return oids;
    }

    /**
     * The parameters under the types that PostgreSQL resolves them to, with which a rewrite is
     * prepared; as they are if it does not prepare the statement.
     */
    public List<Parameter> resolved(String sql, List<Parameter> parameters) throws SQLException {
        if (parameters.stream().noneMatch(p -> p.type().equals("unknown"))) {
            return parameters;
        }
        if (!attempt("PREPARE q (" + declared(parameters) + ") AS " + sql)) {
            return parameters;
        }
        List<String> names =
                column(
                        "SELECT unnest(parameter_types) FROM pg_prepared_statements WHERE name = 'q'");
        statement.execute("DEALLOCATE q");
        return IntStream.range(0, parameters.size())
                .mapToObj(i -> new Parameter(names.get(i), parameters.get(i).value()))
                .toList();
    }

    private static String declared(List<Parameter> parameters) {
        return parameters.stream().map(Parameter::type).collect(Collectors.joining(", "));
    }

    /** Runs a statement as a prepared one and takes it back. */
    public Outcome run(String sql, List<Parameter> parameters) throws SQLException {
        String declared = declared(parameters);
        String values =
                parameters.stream().map(Parameter::literal).collect(Collectors.joining(", "));
        statement.execute("SAVEPOINT run");
        try {
            statement.execute(
                    "PREPARE q" + (declared.isEmpty() ? "" : "(" + declared + ")") + " AS " + sql);
            boolean rows =
                    statement.execute("EXECUTE q" + (values.isEmpty() ? "" : "(" + values + ")"));
            if (!rows) {
                return new Outcome(null, List.of(), List.of(), left(List.of()));
            }
            try (ResultSet result = requireNonNull(statement.getResultSet())) {
                List<String> columns = columns(result);
                List<String> lines = lines(result);
                return result.next()
                        ? Outcome.failed("54000")
                        : new Outcome(
                                null, columns, lines, changing(sql) ? left(lines) : List.of());
            }
        } catch (SQLException e) {
            return Outcome.failed(String.valueOf(e.getSQLState()));
        } finally {
            statement.execute("ROLLBACK TO run");
            statement.execute("DEALLOCATE ALL");
        }
    }

    private static boolean changing(String sql) {
        String word = sql.stripLeading();
        return word.regionMatches(true, 0, "update", 0, 6)
                || word.regionMatches(true, 0, "delete", 0, 6)
                || word.regionMatches(true, 0, "insert", 0, 6);
    }

    private List<String> left(List<String> returned) throws SQLException {
        List<String> left = new ArrayList<>();
        left.add("changed " + (returned.isEmpty() ? statement.getUpdateCount() : returned.size()));
        for (String table : tables) {
            left.addAll(
                    column(
                            "SELECT '%s ' || t::text FROM ONLY %s t ORDER BY 1 COLLATE \"C\""
                                    .formatted(table.replace("'", "''"), table)));
        }
        return left;
    }

    private static List<String> columns(ResultSet rows) throws SQLException {
        var shape = rows.getMetaData();
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= shape.getColumnCount(); i++) {
            columns.add(
                    shape.getColumnName(i)
                            + " "
                            + shape.getColumnTypeName(i)
                            + "("
                            + shape.getPrecision(i)
                            + ","
                            + shape.getScale(i)
                            + ")");
        }
        return columns;
    }

    private static List<String> lines(ResultSet rows) throws SQLException {
        int width = rows.getMetaData().getColumnCount();
        List<String> lines = new ArrayList<>();
        while (lines.size() < MOST_ROWS && rows.next()) {
            lines.add(
                    IntStream.rangeClosed(1, width)
                            .mapToObj(i -> value(rows, i))
                            .collect(Collectors.joining("|")));
        }
        return lines;
    }

    private static String value(ResultSet rows, int column) {
        try {
            String value = rows.getString(column);
            return value == null ? "\\N" : value;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}

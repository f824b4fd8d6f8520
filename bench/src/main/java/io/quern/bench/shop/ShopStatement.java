package io.quern.bench.shop;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * A query of the shop's application.
 *
 * @param name short, for people
 * @param sql as the application writes it, with JDBC's {@code ?}
 * @param fault what is wrong with it, one sentence; empty if nothing is
 * @param share its weight among all statements of the traffic; 0 if it only follows others
 * @param parameters draws the values of one execution
 */
public record ShopStatement(
        String name,
        String sql,
        String fault,
        int share,
        Function<SplittableRandom, List<Object>> parameters) {
    public ShopStatement {
        requireNonNull(name, "name");
        requireNonNull(sql, "sql");
        requireNonNull(fault, "fault");
        requireNonNull(parameters, "parameters");
        if (share < 0) {
            throw new IllegalArgumentException("share is negative: " + share);
        }
    }

    /** Runs it as a prepared statement; each row is the text of its columns (or null). */
    public List<List<String>> run(Connection connection, List<Object> values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 1, values.get(i));
            }
            try (ResultSet result = statement.executeQuery()) {
                return rows(result);
            }
        }
    }

    /** Runs it as one text with the values written into it. */
    public List<List<String>> runLiteral(Connection connection, List<Object> values)
            throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(literal(values))) {
            return rows(result);
        }
    }

    /** The statement with its values written into it, as string-building applications do. */
    public String literal(List<Object> values) {
        StringBuilder text = new StringBuilder();
        int next = 0;
        for (String piece : sql.split("\\?", -1)) {
            text.append(piece);
            if (next < values.size()) {
                text.append(quoted(values.get(next++)));
            }
        }
        return text.toString();
    }

    /** The statement as a driver sends it, with {@code $1}, {@code $2} and so on. */
    public String numbered() {
        StringBuilder text = new StringBuilder();
        int next = 0;
        for (String piece : sql.split("\\?", -1)) {
            text.append(next == 0 ? "" : "$" + next).append(piece);
            next++;
        }
        return text.toString();
    }

    /** A value as an SQL literal. */
    public static String quoted(Object value) {
        String text = value.toString();
        return value instanceof Number ? text : "'" + text.replace("'", "''") + "'";
    }

    /** All rows of a result, as text: what a multiset comparison needs. */
    public static List<List<String>> rows(ResultSet result) throws SQLException {
        int columns = result.getMetaData().getColumnCount();
        List<List<String>> rows = new ArrayList<>();
        while (result.next()) {
            List<String> row = new ArrayList<>(columns);
            for (int i = 1; i <= columns; i++) {
                // Null and the text "NULL" must differ.
                String text = result.getString(i);
                row.add(text == null ? "NULL" : "'" + text + "'");
            }
            rows.add(row);
        }
        return rows;
    }
}

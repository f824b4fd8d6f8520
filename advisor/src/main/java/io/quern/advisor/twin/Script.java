package io.quern.advisor.twin;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Says SQL of Quern's own to the twin. For one thread. */
final class Script {
    private final Connection connection;

    Script(Connection connection) {
        this.connection = connection;
    }

    /** Makes something of a row. */
    @FunctionalInterface
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    /** Runs a command with parameters; how many rows it changed. */
    int change(String sql, @Nullable Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepared(sql, parameters)) {
            return statement.executeUpdate();
        }
    }

    /**
     * Runs it within a transaction, and undoes it if PostgreSQL refuses.
     *
     * @return the SQLSTATE of the refusal, or empty
     */
    String attempt(String sql) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            run(sql);
            connection.releaseSavepoint(before);
            return "";
        } catch (SQLException e) {
            connection.rollback(before);
            return String.valueOf(e.getSQLState());
        }
    }

    <T> List<T> rows(String sql, Reader<T> reader, @Nullable Object... parameters)
            throws SQLException {
        List<T> found = new ArrayList<>();
        try (PreparedStatement statement = prepared(sql, parameters);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                found.add(reader.read(row));
            }
        }
        return found;
    }

    private PreparedStatement prepared(String sql, @Nullable Object... parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            Object parameter = parameters[i];
            if (parameter instanceof Long[] numbers) {
                statement.setArray(i + 1, connection.createArrayOf("bigint", numbers));
            } else if (parameter instanceof Double[] numbers) {
                statement.setArray(i + 1, connection.createArrayOf("float8", numbers));
            } else if (parameter instanceof String[] texts) {
                statement.setArray(i + 1, connection.createArrayOf("text", texts));
            } else {
                statement.setObject(i + 1, parameter);
            }
        }
        return statement;
    }

    Connection connection() {
        return connection;
    }
}

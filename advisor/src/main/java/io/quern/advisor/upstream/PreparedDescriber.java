package io.quern.advisor.upstream;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Describer;
import io.quern.advisor.Refused;
import io.quern.optimizer.Statement;

import org.postgresql.jdbc.PgConnection;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks PostgreSQL for the shape of a statement by preparing it, never by running it.
 *
 * <p>From 16 on, {@code pg_prepared_statements} tells the result types. On 15 they are read from
 * the protocol's own Describe of an {@code EXECUTE} of the prepared statement, which PostgreSQL
 * answers with that statement's row description, still without running anything; the one difference
 * is that a row description names a domain's base type. Both are the same for an original and its
 * variant, which is what shapes are compared for.
 *
 * <p>The {@code search_path} is used as given: {@code "$user"} in it would mean Quern's own role,
 * so callers replace it first. Thread-safe; blocks on the network.
 */
public final class PreparedDescriber implements Describer {
    private final UpstreamDatabases databases;

    public PreparedDescriber(UpstreamDatabases databases) {
        this.databases = requireNonNull(databases, "databases");
    }

    @Override
    public Shape describe(String database, String searchPath, Statement statement) {
        try {
            return databases.readingOrFault(
                    database, connection -> describe(connection, searchPath, statement));
        } catch (SQLException e) {
            throw Faults.answered(e)
                    ? new Refused(Faults.statement(e))
                    : databases.fault(database, e);
        }
    }

    private static Shape describe(Connection connection, String searchPath, Statement statement)
            throws SQLException {
        PreparedClientStatement prepared =
                PreparedClientStatement.prepare(connection, searchPath, statement);
        try {
            List<Integer> parameters = prepared.parameterTypes();
            boolean tells = connection.getMetaData().getDatabaseMajorVersion() >= 16;
            List<Integer> results =
                    tells
                            ? prepared.resultTypes()
                            : described(connection, prepared, parameters.size());
            return new Shape(parameters, results);
        } finally {
            prepared.deallocate();
        }
    }

    /**
     * PostgreSQL analyses the statement again before it describes it, so that is asked under the
     * client's path. The driver tells a type's name, not its OID, and finds the OID again by the
     * name: both are asked with {@code pg_catalog} alone as the path, so that the name of a user's
     * type always comes with its schema and means one type only.
     */
    private static List<Integer> described(
            Connection connection, PreparedClientStatement prepared, int parameters)
            throws SQLException {
        List<Integer> types = new ArrayList<>();
        PgConnection driver = connection.unwrap(PgConnection.class);
        try (PreparedStatement query = driver.prepareStatement(prepared.execute(parameters))) {
            List<ResultSetMetaData> described = new ArrayList<>();
            prepared.underClientPath(
                    () -> {
                        ResultSetMetaData columns = query.getMetaData();
                        if (columns != null) {
                            described.add(columns);
                        }
                    });
            for (ResultSetMetaData columns : described) {
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    types.add(driver.getTypeInfo().getPGType(columns.getColumnTypeName(i)));
                }
            }
        }
        return types;
    }
}

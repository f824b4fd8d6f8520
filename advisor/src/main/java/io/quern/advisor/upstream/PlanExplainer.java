package io.quern.advisor.upstream;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Explainer;
import io.quern.advisor.Refused;
import io.quern.optimizer.Statement;
import io.quern.optimizer.plan.Plan;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.function.Function;

/**
 * Asks PostgreSQL for a statement's generic plan: {@code EXPLAIN (FORMAT JSON) EXECUTE} of the
 * prepared statement under {@code plan_cache_mode = force_generic_plan}, one way for 15 to 18 and
 * for statements with and without parameters. Nothing is executed, but planning evaluates immutable
 * and stable functions of constants: that happens under Quern's own role, in a read-only
 * transaction and under a statement time-out, one more reason for a role with few privileges.
 *
 * <p>Where a privilege is missing, the refusal holds the exact GRANT. Which one is found without
 * reading the (translated) message: the analysed statement holds a lock on each relation it names.
 *
 * <p>A replica is asked where there is one: planning costs the primary nothing then. The {@code
 * search_path} is used as given: callers replace {@code "$user"} first. Thread-safe; blocks on the
 * network.
 */
public final class PlanExplainer implements Explainer {
    private final UpstreamDatabases databases;
    private final Function<String, Explained> reader;

    /** Reads plans with {@link Plan}. */
    public PlanExplainer(UpstreamDatabases databases) {
        this(databases, json -> Explained.of(Plan.parse(json)));
    }

    /**
     * @param reader makes redacted text and a cost of a plan in JSON
     */
    public PlanExplainer(UpstreamDatabases databases, Function<String, Explained> reader) {
        this.databases = requireNonNull(databases, "databases");
        this.reader = requireNonNull(reader, "reader");
    }

    @Override
    public Explained explain(String database, String searchPath, Statement statement) {
        String json;
        try {
            json =
                    databases.exploringOrFault(
                            database, connection -> explain(connection, searchPath, statement));
        } catch (SQLException e) {
            throw Faults.answered(e)
                    ? new Refused(Faults.statement(e))
                    : databases.fault(database, e);
        }
        try {
            return reader.apply(json);
        } catch (RuntimeException e) {
            throw new Refused("the plan could not be read: " + e.getClass().getSimpleName());
        }
    }

    /** The generic plan in JSON. */
    static String explain(Connection connection, String searchPath, Statement statement)
            throws SQLException {
        Savepoint clean = connection.setSavepoint("clean");
        PreparedClientStatement prepared;
        try {
            prepared = PreparedClientStatement.prepare(connection, searchPath, statement);
        } catch (SQLException e) {
            connection.rollback(clean);
            throw refusal(e, Grants.schemas(connection, searchPath, statement.sql()));
        }
        try {
            int parameters = prepared.parameterTypes().size();
            PreparedClientStatement.run(
                    connection,
                    "SELECT pg_catalog.set_config("
                            + "'plan_cache_mode', 'force_generic_plan', true)");
            Savepoint analysed = connection.setSavepoint("analysed");
            try {
                StringBuilder json = new StringBuilder();
                prepared.underClientPath(
                        () ->
                                read(
                                        connection,
                                        "EXPLAIN (FORMAT JSON) " + prepared.execute(parameters),
                                        json));
                return json.toString();
            } catch (SQLException e) {
                connection.rollback(analysed);
                throw refusal(e, Grants.tables(connection));
            }
        } finally {
            prepared.deallocate();
        }
    }

    private static void read(Connection connection, String sql, StringBuilder into)
            throws SQLException {
        try (java.sql.Statement query = connection.createStatement()) {
            query.setEscapeProcessing(false);
            try (ResultSet rows = query.executeQuery(sql)) {
                while (rows.next()) {
                    into.append(rows.getString(1));
                }
            }
        }
    }

    /** A missing schema privilege shows as 42501 where it is written, as 42P01 in a path. */
    private static RuntimeException refusal(SQLException fault, List<String> grants)
            throws SQLException {
        boolean privilege = Faults.is(fault, "42501");
        if (!privilege && !(Faults.is(fault, "42P01") && !grants.isEmpty())) {
            throw fault;
        }
        return new Refused(
                "Quern's role may not plan this statement"
                        + (grants.isEmpty()
                                ? ": " + Faults.statement(fault)
                                : "; " + String.join(" ", grants)));
    }
}

package io.quern.advisor.upstream;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Refused;
import io.quern.advisor.SecondOpinion;
import io.quern.optimizer.Statement;
import io.quern.optimizer.plan.Plan;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Optional;

/**
 * A second opinion on an index that is not there, of the upstream's own planner, where somebody has
 * installed the extension HypoPG in the database. It takes indexes for up to 2.6 times as large as
 * they become and knows neither GIN nor GiST, so it confirms or casts doubt, and decides nothing.
 *
 * <p>Each question has a session of its own: what HypoPG imagines lives as long as the session and
 * would show in every EXPLAIN there. The transaction is read-only, and nothing is executed; of the
 * statement the generic plan is asked for, as {@link PlanExplainer} does. Thread-safe; blocks on
 * the network.
 */
public final class HypotheticalIndexes implements SecondOpinion {
    private static final String SCHEMA =
            """
            SELECT pg_catalog.quote_ident(n.nspname) FROM pg_catalog.pg_extension e
            JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
            WHERE e.extname = 'hypopg' AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
            """;

    private final UpstreamDatabases databases;

    public HypotheticalIndexes(UpstreamDatabases databases) {
        this.databases = requireNonNull(databases, "databases");
    }

    @Override
    public Optional<Double> cost(
            String database, String searchPath, Statement statement, String createIndexDdl) {
        requireNonNull(createIndexDdl, "createIndexDdl");
        try (Connection connection = databases.dedicated(database)) {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            try {
                PreparedClientStatement.run(connection, "SET LOCAL statement_timeout = '15s'");
                PreparedClientStatement.run(connection, "SET LOCAL lock_timeout = '2s'");
                return imagine(connection, createIndexDdl)
                        ? Optional.of(
                                Plan.parse(PlanExplainer.explain(connection, searchPath, statement))
                                        .totalCost())
                        : Optional.empty();
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw Faults.answered(e)
                    ? new Refused(Faults.statement(e))
                    : databases.fault(database, e);
        }
    }

    private static boolean imagine(Connection connection, String ddl) throws SQLException {
        String schema;
        try (java.sql.Statement query = connection.createStatement();
                ResultSet row = query.executeQuery(SCHEMA)) {
            if (!row.next()) {
                return false;
            }
            schema = row.getString(1);
        }
        Savepoint before = connection.setSavepoint();
        try (PreparedStatement create =
                connection.prepareStatement(
                        "SELECT h.indexrelid FROM " + schema + ".hypopg_create_index(?) h")) {
            create.setString(1, ddl);
            try (ResultSet row = create.executeQuery()) {
                return row.next();
            }
        } catch (SQLException e) {
            if (!Faults.answered(e)) {
                throw e;
            }
            connection.rollback(before);
            return false;
        }
    }
}

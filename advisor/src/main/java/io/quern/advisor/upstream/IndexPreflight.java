package io.quern.advisor.upstream;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Proposal;
import io.quern.optimizer.IndexDefinition;
import io.quern.optimizer.QualifiedName;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is looked at before, while and after an index is built: read-only questions. */
final class IndexPreflight {

    /** What stands under the name an index shall have. */
    enum State {
        ABSENT,
        /** Not an index of Quern's on that table. */
        FOREIGN,
        /** Quern's, invalid, and another session is at work on it. */
        BUSY,
        /** Quern's and invalid: the remains of a failed build. */
        CARCASS,
        VALID
    }

    private static final String MARKED =
            "(pg_catalog.obj_description(i.oid, 'pg_class') LIKE 'quern: %'"
                    + " OR i.relname ~ '^quern_[0-9a-f]{12}$')";

    /**
     * A concurrent build shows as progress (its own role's always does), a concurrent drop as a
     * SHARE UPDATE EXCLUSIVE lock; readers, writers and VACUUM hold weaker ones on an index.
     */
    private static final String WORKED_ON =
            """
            (EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p
                     WHERE p.index_relid = i.oid
                       AND p.datname = pg_catalog.current_database())
             OR EXISTS (SELECT FROM pg_catalog.pg_locks l
                        WHERE l.relation = i.oid AND l.granted AND l.locktype = 'relation'
                          AND l.mode NOT IN ('AccessShareLock', 'RowExclusiveLock')
                          AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d
                            WHERE d.datname = pg_catalog.current_database())))
            """;

    private final UpstreamDatabases databases;

    IndexPreflight(UpstreamDatabases databases) {
        this.databases = requireNonNull(databases, "databases");
    }

    State state(String database, Proposal.NewIndex index) {
        return databases.reading(database, connection -> state(connection, index));
    }

    private static State state(Connection connection, Proposal.NewIndex index) throws SQLException {
        QualifiedName table = index.definition().table();
        try (PreparedStatement query =
                connection.prepareStatement(
                        "SELECT coalesce("
                                + MARKED
                                + " AND i.relkind = 'i' AND t.relname = ?, false),"
                                + " coalesce(x.indisvalid AND x.indisready AND x.indislive, false),"
                                + WORKED_ON
                                + " FROM pg_catalog.pg_class i"
                                + " JOIN pg_catalog.pg_namespace n ON n.oid = i.relnamespace"
                                + " LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = i.oid"
                                + " LEFT JOIN pg_catalog.pg_class t ON t.oid = x.indrelid"
                                + " WHERE n.nspname = ? AND i.relname = ?")) {
            query.setString(1, table.name());
            query.setString(2, table.schema());
            query.setString(3, index.name());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return State.ABSENT;
                }
                if (!row.getBoolean(1)) {
                    return State.FOREIGN;
                }
                if (row.getBoolean(2)) {
                    return State.VALID;
                }
                return row.getBoolean(3) ? State.BUSY : State.CARCASS;
            }
        }
    }

    /** Why an index could not be built as things stand, one line with the remedy. */
    Optional<String> obstacle(String database, Proposal.NewIndex index) {
        return databases.reading(database, connection -> obstacle(connection, index));
    }

    private static Optional<String> obstacle(Connection connection, Proposal.NewIndex index)
            throws SQLException {
        QualifiedName table = index.definition().table();
        try (PreparedStatement query =
                connection.prepareStatement(
                        """
                        SELECT c.oid::bigint, c.relkind, pg_catalog.pg_get_userbyid(c.relowner),
                          pg_catalog.pg_has_role(c.relowner, 'USAGE'),
                          pg_catalog.has_schema_privilege(n.oid, 'CREATE'), current_user
                        FROM pg_catalog.pg_class c
                        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                        WHERE n.nspname = ? AND c.relname = ?
                        """)) {
            query.setString(1, table.schema());
            query.setString(2, table.name());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return Optional.of("there is no table " + table);
                }
                String kind = String.valueOf(row.getString(2));
                if (!kind.equals("r") && !kind.equals("m")) {
                    return Optional.of(
                            kind.equals("p")
                                    ? table
                                            + " is partitioned: its index must be built partition"
                                            + " by partition, which Quern does not do yet"
                                    : table + " is not a table that can be indexed");
                }
                String role = String.valueOf(row.getString(6));
                if (!row.getBoolean(4)) {
                    return Optional.of(
                            "only the owner of "
                                    + table
                                    + " may index it: "
                                    + Grants.membership(String.valueOf(row.getString(3)), role));
                }
                if (!row.getBoolean(5)) {
                    return Optional.of(
                            "an index needs CREATE on the schema of "
                                    + table
                                    + ": "
                                    + Grants.create(table.schema(), role));
                }
                return nameTaken(connection, index);
            }
        }
    }

    private static Optional<String> nameTaken(Connection connection, Proposal.NewIndex index)
            throws SQLException {
        String name = index.name();
        return switch (state(connection, index)) {
            case FOREIGN ->
                    Optional.of("the name " + name + " is taken by something that is not Quern's");
            case VALID -> Optional.of("the index " + name + " exists and is valid");
            case BUSY -> Optional.of("the index " + name + " is being built by another session");
            case ABSENT, CARCASS -> equivalent(connection, index.definition());
        };
    }

    /**
     * A valid plain B-tree with the same keys in the same directions, or all of them reversed (a
     * B-tree is read both ways), default operator classes and the columns' own collations.
     */
    private static Optional<String> equivalent(Connection connection, IndexDefinition wanted)
            throws SQLException {
        List<String> forward = new ArrayList<>();
        List<String> backward = new ArrayList<>();
        for (IndexDefinition.Key key : wanted.keys()) {
            forward.add(key.column() + (key.descending() ? "/3" : "/0"));
            backward.add(key.column() + (key.descending() ? "/0" : "/3"));
        }
        try (PreparedStatement query =
                connection.prepareStatement(
                        """
                        SELECT i.relname, pg_catalog.array_agg(
                            a.attname::text || '/' || x.indoption[k.n - 1]::text ORDER BY k.n),
                          pg_catalog.bool_and(oc.opcdefault
                            AND x.indcollation[k.n - 1] = a.attcollation)
                        FROM pg_catalog.pg_index x
                        JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
                        JOIN pg_catalog.pg_am am ON am.oid = i.relam AND am.amname = 'btree'
                        JOIN pg_catalog.pg_class t ON t.oid = x.indrelid
                        JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
                        CROSS JOIN LATERAL
                          pg_catalog.generate_series(1, x.indnkeyatts::int) AS k(n)
                        LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid
                          AND a.attnum = x.indkey[k.n - 1] AND x.indkey[k.n - 1] <> 0
                        LEFT JOIN pg_catalog.pg_opclass oc ON oc.oid = x.indclass[k.n - 1]
                        WHERE n.nspname = ? AND t.relname = ? AND x.indpred IS NULL
                          AND x.indisvalid AND x.indisready AND x.indislive
                        GROUP BY x.indexrelid, i.relname ORDER BY i.relname
                        """)) {
            query.setString(1, wanted.table().schema());
            query.setString(2, wanted.table().name());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    List<String> keys = texts(row, 2);
                    if (row.getBoolean(3) && (keys.equals(forward) || keys.equals(backward))) {
                        return Optional.of(
                                "the index " + row.getString(1) + " has the same keys already");
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static List<String> texts(ResultSet row, int column) throws SQLException {
        List<String> texts = new ArrayList<>();
        for (Object text : (Object[]) row.getArray(column).getArray()) {
            texts.add(String.valueOf(text));
        }
        return texts;
    }

    /** Transactions of this database open for at least so long, one phrase each; no statement. */
    List<String> longTransactions(String database, Duration age) {
        return databases.reading(
                database,
                connection ->
                        Grants.rows(
                                        connection,
                                        "SELECT a.pid, coalesce(nullif(a.application_name, ''), '?'),"
                                                + " a.usename, coalesce(a.state, '?'),"
                                                + " extract(epoch FROM pg_catalog.clock_timestamp()"
                                                + " - a.xact_start)::bigint"
                                                + " FROM pg_catalog.pg_stat_activity a"
                                                + " WHERE a.datname = pg_catalog.current_database()"
                                                + " AND a.pid <> pg_catalog.pg_backend_pid()"
                                                + " AND a.backend_type <> 'autovacuum worker'"
                                                + " AND a.xact_start <= pg_catalog.clock_timestamp()"
                                                + " - pg_catalog.make_interval(secs => "
                                                + age.toMillis() / 1000.0
                                                + ") ORDER BY a.xact_start LIMIT 5",
                                        5)
                                .stream()
                                .map(
                                        r ->
                                                "process %s (%s, role %s, %s) for %s s"
                                                        .formatted(r.toArray()))
                                .toList());
    }

    List<String> leftovers(String database) {
        return databases.reading(
                database,
                connection ->
                        Grants.rows(
                                        connection,
                                        "SELECT i.relname FROM pg_catalog.pg_index x"
                                                + " JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid"
                                                + " WHERE NOT (x.indisvalid AND x.indisready)"
                                                + " AND i.relkind = 'i' AND "
                                                + MARKED
                                                + " AND NOT "
                                                + WORKED_ON
                                                + " ORDER BY 1",
                                        1)
                                .stream()
                                .map(List::getFirst)
                                .toList());
    }

    Optional<String> progress(String database, Proposal.NewIndex index) {
        return databases.reading(
                database,
                connection -> {
                    try (PreparedStatement query =
                            connection.prepareStatement(
                                    """
                                    SELECT p.phase || CASE
                                      WHEN p.lockers_total > p.lockers_done THEN
                                        ', ' || (p.lockers_total - p.lockers_done)
                                          || ' transactions to wait for'
                                      WHEN p.tuples_total > 0 THEN
                                        ', ' || 100 * p.tuples_done / p.tuples_total || ' % of rows'
                                      WHEN p.blocks_total > 0 THEN
                                        ', ' || 100 * p.blocks_done / p.blocks_total
                                          || ' % of blocks'
                                      ELSE '' END
                                    FROM pg_catalog.pg_stat_progress_create_index p
                                    JOIN pg_catalog.pg_class i ON i.oid = p.index_relid
                                    JOIN pg_catalog.pg_namespace n ON n.oid = i.relnamespace
                                    WHERE p.datname = pg_catalog.current_database()
                                      AND n.nspname = ? AND i.relname = ?
                                    """)) {
                        query.setString(1, index.definition().table().schema());
                        query.setString(2, index.name());
                        try (ResultSet row = query.executeQuery()) {
                            return row.next()
                                    ? Optional.ofNullable(row.getString(1))
                                    : Optional.empty();
                        }
                    }
                });
    }
}

package io.quern.advisor.upstream;

import static io.quern.advisor.upstream.CatalogReading.oids;
import static io.quern.advisor.upstream.CatalogReading.text;
import static io.quern.advisor.upstream.CatalogReading.texts;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toUnmodifiableSet;

import io.quern.optimizer.Catalog;
import io.quern.optimizer.ExtendedStatistics;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Routine;
import io.quern.optimizer.Table;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Loads a {@link Catalog}: some twenty set-based queries in one REPEATABLE READ, READ ONLY
 * transaction, on PostgreSQL 15 to 18. No user table is read; statistics come from {@code pg_stats}
 * as far as the role may read it. A relation under the lock of another's DDL is left out, so that
 * nothing is waited for; its name resolves to nothing meanwhile. Thread-safe; blocks on the
 * network.
 */
public final class CatalogLoader {

    /**
     * A catalog and whether it may be about to change.
     *
     * @param pending whether another transaction holds or awaits the lock of DDL: it may have
     *     changed facts that no snapshot shows before it commits
     */
    public record Loaded(Catalog catalog, boolean pending) {
        public Loaded {
            requireNonNull(catalog, "catalog");
        }
    }

    private final UpstreamDatabases databases;

    public CatalogLoader(UpstreamDatabases databases) {
        this.databases = requireNonNull(databases, "databases");
    }

    /**
     * Loads a database's catalog.
     *
     * @throws io.quern.advisor.Refused if it cannot be reached or read
     */
    public Loaded load(String database) {
        return databases.reading(database, connection -> load(connection, database));
    }

    private static Loaded load(Connection connection, String database) throws SQLException {
        // A transaction that ends before the locks are looked at is in the snapshot, which must
        // therefore be taken after that look: in a transaction of its own.
        boolean before = pending(connection);
        connection.rollback();
        CatalogReading reading = CatalogReading.begin(connection);
        List<Table> tables =
                new TableQuery(
                                ColumnQuery.read(reading),
                                IndexQuery.read(reading),
                                ConstraintQuery.foreignKeys(reading),
                                ConstraintQuery.checks(reading),
                                statistics(reading))
                        .read(reading);
        Catalog catalog =
                new Catalog(
                        database,
                        reading.version,
                        tables,
                        otherRelations(reading, tables),
                        routines(reading),
                        DefinitionQuery.read(reading));
        boolean pending = pending(connection) || before;
        return new Loaded(catalog, pending);
    }

    private static boolean pending(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(CatalogQueries.PENDING)) {
            rows.next();
            return rows.getBoolean(1);
        }
    }

    private static Map<Long, List<ExtendedStatistics>> statistics(CatalogReading reading)
            throws SQLException {
        Map<Long, List<ExtendedStatistics>> statistics = new HashMap<>();
        reading.each(
                CatalogQueries.EXTENDED_STATISTICS,
                row ->
                        statistics
                                .computeIfAbsent(row.getLong("table_oid"), o -> new ArrayList<>())
                                .add(
                                        new ExtendedStatistics(
                                                name(row),
                                                texts(row, "kinds").stream()
                                                        .map(CatalogLoader::statisticsKind)
                                                        .collect(toUnmodifiableSet()),
                                                texts(row, "columns"),
                                                texts(row, "expressions"))));
        return statistics;
    }

    private static ExtendedStatistics.Kind statisticsKind(String stxkind) {
        return switch (stxkind) {
            case "d" -> ExtendedStatistics.Kind.NDISTINCT;
            case "f" -> ExtendedStatistics.Kind.DEPENDENCIES;
            case "m" -> ExtendedStatistics.Kind.MCV;
            case "e" -> ExtendedStatistics.Kind.EXPRESSIONS;
            default -> throw new IllegalStateException("unknown stxkind " + stxkind);
        };
    }

    /** The names that mean something else than a table that was read. */
    private static Set<QualifiedName> otherRelations(CatalogReading reading, List<Table> tables)
            throws SQLException {
        Set<QualifiedName> names = new HashSet<>();
        reading.each(CatalogQueries.NAMES, row -> names.add(name(row)));
        tables.forEach(table -> names.remove(table.name()));
        return names;
    }

    private static List<Routine> routines(CatalogReading reading) throws SQLException {
        List<Routine> routines = new ArrayList<>();
        reading.each(
                CatalogQueries.ROUTINES,
                row ->
                        routines.add(
                                new Routine(
                                        name(row),
                                        routineKind(text(row, "kind")),
                                        oids(row, "parameters"),
                                        (int) row.getLong("return_type"),
                                        row.getBoolean("returns_set"),
                                        row.getBoolean("strict"),
                                        volatility(text(row, "volatility")))));
        return routines;
    }

    private static Routine.Kind routineKind(String prokind) {
        return switch (prokind) {
            case "f" -> Routine.Kind.FUNCTION;
            case "a" -> Routine.Kind.AGGREGATE;
            case "w" -> Routine.Kind.WINDOW;
            case "p" -> Routine.Kind.PROCEDURE;
            default -> throw new IllegalStateException("unknown prokind " + prokind);
        };
    }

    private static Routine.Volatility volatility(String provolatile) {
        return switch (provolatile) {
            case "i" -> Routine.Volatility.IMMUTABLE;
            case "s" -> Routine.Volatility.STABLE;
            case "v" -> Routine.Volatility.VOLATILE;
            default -> throw new IllegalStateException("unknown provolatile " + provolatile);
        };
    }

    private static QualifiedName name(ResultSet row) throws SQLException {
        return new QualifiedName(text(row, "schema"), text(row, "name"));
    }
}

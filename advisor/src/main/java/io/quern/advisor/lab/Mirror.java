package io.quern.advisor.lab;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.copy.Maker;
import io.quern.advisor.copy.Part;
import io.quern.advisor.copy.SchemaCopy;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.Context;
import io.quern.optimizer.Definition;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.catalog.SystemCatalog;
import io.quern.optimizer.catalog.SystemCatalogQuery;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A database of the lab's and what has been copied into it of an upstream's: parts come when a
 * statement first names them, and serve until one is no longer what the catalog says. For one
 * thread.
 */
final class Mirror implements AutoCloseable {
    /** Volatile functions that the schema brought along: nobody is to execute them. */
    private static final String VOLATILE =
            "SELECT 'REVOKE EXECUTE ON ROUTINE ' || p.oid::pg_catalog.regprocedure || ' FROM public'"
                    + " FROM pg_catalog.pg_proc p WHERE p.provolatile = 'v' AND p.oid >= 16384"
                    + " AND pg_catalog.has_function_privilege('"
                    + LabServer.ROLE
                    + "', p.oid, 'EXECUTE')";

    private final LabServer.Database database;
    private final Purpose purpose;
    private final Map<String, Part> parts = new HashMap<>();
    private final Map<String, String> failed = new HashMap<>();
    private final Map<SystemCatalogQuery, List<List<String>>> rows =
            new EnumMap<>(SystemCatalogQuery.class);
    private boolean outdated = true;
    private final Set<QualifiedName> filled = new HashSet<>();
    private List<String> settings = List.of();
    private @Nullable SystemCatalog system;
    private @Nullable Catalog seen;

    /** What a mirror is for. */
    enum Purpose {
        /** Statements are analysed: how a table is partitioned does not matter to that. */
        READING,
        /** Statements run on rows. */
        HUNTING
    }

    Mirror(LabServer.Database database, Purpose purpose) {
        this.database = requireNonNull(database, "database");
        this.purpose = requireNonNull(purpose, "purpose");
    }

    LabServer.Database database() {
        return database;
    }

    /** Why parts are not there, by key. */
    Map<String, String> failed() {
        return failed;
    }

    /**
     * Whether nothing in it contradicts a catalog: all that was copied is still there, and what is
     * wanted now was made in the same way, with nothing more to it.
     */
    @SuppressWarnings("ReferenceEquality") // to look again takes less than to compare catalogs
    boolean agrees(Catalog catalog, SchemaCopy wanted) {
        if (catalog != seen && lost(catalog)) {
            return false;
        }
        return wanted.parts().stream().noneMatch(this::contradicts) && !more(wanted);
    }

    /** Whether something that was copied is gone: another of its name may be meant now. */
    private boolean lost(Catalog catalog) {
        Set<String> objects =
                catalog.definitions().objects().stream()
                        .map(Definition::title)
                        .collect(Collectors.toSet());
        return parts.values().stream()
                .anyMatch(
                        part ->
                                switch (part.kind()) {
                                    case TABLE, VIEW -> catalog.table(part.name()).isEmpty();
                                    case DEFINITION -> !objects.contains(part.key());
                                    default -> false;
                                });
    }

    private boolean contradicts(Part part) {
        Part there = parts.get(part.key());
        if (there == null) {
            return false;
        }
        if (purpose == Purpose.HUNTING) {
            return !there.statements().equals(part.statements());
        }
        return part.kind() != Part.Kind.PLACE
                && !whole(there.statements()).equals(whole(part.statements()));
    }

    private static List<String> whole(List<String> create) {
        return create.stream().map(sql -> sql.replaceFirst("\\) PARTITION BY .*", ")")).toList();
    }

    /** Whether a wanted table has a check, an index or a parent here that it has no longer. */
    private boolean more(SchemaCopy wanted) {
        Set<String> keys = wanted.parts().stream().map(Part::key).collect(Collectors.toSet());
        Set<QualifiedName> tables = new HashSet<>();
        for (Part part : wanted.parts()) {
            if (part.kind() == Part.Kind.TABLE) {
                tables.add(part.name());
            }
        }
        return parts.values().stream()
                .filter(part -> tables.contains(part.name()) && !keys.contains(part.key()))
                .anyMatch(
                        part ->
                                switch (part.kind()) {
                                    case CHECK, INDEX -> true;
                                    // below a parent that is not wanted it does no harm
                                    case PLACE -> keys.containsAll(part.needs());
                                    default -> false;
                                });
    }

    /**
     * Copies what is not there yet of what is wanted, with which it {@linkplain #agrees agrees}.
     */
    void add(Context context, SchemaCopy wanted) throws SQLException {
        seen = context.catalog();
        List<Part> missing = new ArrayList<>(wanted.parts());
        missing.removeIf(part -> parts.containsKey(part.key()));
        if (missing.isEmpty()) {
            return;
        }
        failed.putAll(
                Maker.make(
                        database.keeper(),
                        database.owner(),
                        new Maker.Terms(LabServer.ROLE, context.searchPath()),
                        missing,
                        failed));
        missing.forEach(part -> parts.put(part.key(), part));
        outdated = true;
        if (missing.stream().anyMatch(part -> part.kind() == Part.Kind.DEFINITION)) {
            LabServer.execute(
                    database.keeper(), ask(VOLATILE).stream().map(row -> row.getFirst()).toList());
        }
        // its operator classes may be of types that came with PostgreSQL
        if (missing.stream().anyMatch(part -> part.key().startsWith("extension "))) {
            rows.clear();
        }
    }

    /** Makes settings of the reader's session, unless they are its already. */
    void set(List<String> commands) throws SQLException {
        if (!commands.equals(settings)) {
            settings = List.of();
            LabServer.execute(database.reader(), commands);
            settings = commands;
        }
    }

    /**
     * Empties tables that are about to be filled: rows that were rolled back stay in their files.
     *
     * @param player who does it
     */
    void empty(List<CopiedTable> tables, Connection player) throws SQLException {
        String used =
                tables.stream()
                        .map(CopiedTable::name)
                        .filter(name -> !filled.add(name))
                        .map(QualifiedName::quoted)
                        .collect(Collectors.joining(", "));
        if (!used.isEmpty()) {
            LabServer.execute(player, List.of("TRUNCATE " + used));
        }
    }

    /** What the object identifiers of this database mean. */
    SystemCatalog system() throws SQLException {
        SystemCatalog known = system;
        if (known != null && !outdated) {
            return known;
        }
        for (SystemCatalogQuery query : SystemCatalogQuery.values()) {
            List<List<String>> there = rows.get(query);
            rows.put(query, there == null ? ask(query.sql()) : again(query, there));
        }
        outdated = false;
        SystemCatalog asked = SystemCatalogQuery.read(rows);
        system = asked;
        return asked;
    }

    /** What came with PostgreSQL stays as it is: only the rest is asked for anew. */
    private List<List<String>> again(SystemCatalogQuery query, List<List<String>> there)
            throws SQLException {
        List<List<String>> all = new ArrayList<>(there);
        all.removeIf(row -> Long.parseLong(row.getFirst()) >= Ground.FIRST_NORMAL_OID);
        all.addAll(
                ask(
                        "SELECT * FROM ("
                                + query.sql()
                                + ") q WHERE q.oid::pg_catalog.oid >= "
                                + Ground.FIRST_NORMAL_OID));
        return all;
    }

    private List<List<String>> ask(String sql) throws SQLException {
        List<List<String>> all = new ArrayList<>();
        try (var statement = database.keeper().createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            int width = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= width; i++) {
                    String value = result.getString(i);
                    row.add(value == null ? "" : value);
                }
                all.add(row);
            }
        }
        return all;
    }

    @Override
    public void close() throws SQLException {
        database.close();
    }
}

package io.quern.optimizer;

import static java.util.Objects.hash;
import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An immutable snapshot of one database of an upstream, compared by its contents. A class, not a
 * record, because it keeps what finds a table by its name or OID at once.
 */
public final class Catalog {
    private final String database;
    private final int serverVersion;
    private final List<Table> tables;
    private final Set<QualifiedName> otherRelations;
    private final List<Routine> routines;
    private final Definitions definitions;
    private final Map<QualifiedName, Table> byName = new HashMap<>();
    private final Map<Long, Table> byOid = new HashMap<>();
    private final Map<String, List<Routine>> routinesByName = new HashMap<>();

    /** A catalog of tables alone. */
    public Catalog(String database, int serverVersion, List<Table> tables) {
        this(database, serverVersion, tables, Set.of(), List.of());
    }

    /**
     * A catalog.
     *
     * @param serverVersion {@code server_version_num}, such as 180006
     * @param tables the user relations
     * @param otherRelations the names of everything else that a name in FROM may mean: system
     *     relations, sequences, indexes, composite types, and tables that could not be looked at
     * @param routines the functions, aggregates and procedures outside the system's schemas
     * @param definitions what the relations are made of
     */
    public Catalog(
            String database,
            int serverVersion,
            List<Table> tables,
            Set<QualifiedName> otherRelations,
            List<Routine> routines,
            Definitions definitions) {
        this.database = requireNonNull(database, "database");
        this.serverVersion = serverVersion;
        this.tables = List.copyOf(tables);
        this.otherRelations = Set.copyOf(otherRelations);
        this.routines = List.copyOf(routines);
        this.definitions = requireNonNull(definitions, "definitions");
        for (Table table : this.tables) {
            byName.putIfAbsent(table.name(), table);
            byOid.putIfAbsent(table.oid(), table);
        }
        for (Routine routine : this.routines) {
            routinesByName
                    .computeIfAbsent(routine.name().name(), name -> new ArrayList<>())
                    .add(routine);
        }
    }

    /** A catalog without definitions. */
    public Catalog(
            String database,
            int serverVersion,
            List<Table> tables,
            Set<QualifiedName> otherRelations,
            List<Routine> routines) {
        this(database, serverVersion, tables, otherRelations, routines, Definitions.NONE);
    }

    /**
     * The same as of a server of another version.
     *
     * @param otherVersion {@code server_version_num}
     */
    public Catalog ofVersion(int otherVersion) {
        return new Catalog(database, otherVersion, tables, otherRelations, routines, definitions);
    }

    public String database() {
        return database;
    }

    /** {@code server_version_num}, such as 180006. */
    public int serverVersion() {
        return serverVersion;
    }

    /** Every user relation. */
    public List<Table> tables() {
        return tables;
    }

    /** The names in schemas that are taken by what is not among the tables. */
    public Set<QualifiedName> otherRelations() {
        return otherRelations;
    }

    /** Functions, aggregates and procedures outside the system's schemas. */
    public List<Routine> routines() {
        return routines;
    }

    /** What the relations are made of. */
    public Definitions definitions() {
        return definitions;
    }

    /** The major version, such as 18. */
    public int major() {
        return serverVersion / 10_000;
    }

    /**
     * The table a name means: as written when qualified, else that of the first schema of the path
     * that has something of that name, {@code pg_catalog} before all others unless listed. If what
     * is found first is no table of ours (a system relation, a sequence, …) it resolves to nothing.
     */
    public Optional<Table> resolve(Optional<String> schema, String name, List<String> searchPath) {
        if (schema.isPresent()) {
            return table(new QualifiedName(schema.get(), name));
        }
        if (!searchPath.contains("pg_catalog")
                && otherRelations.contains(new QualifiedName("pg_catalog", name))) {
            return Optional.empty();
        }
        for (String candidate : searchPath) {
            QualifiedName qualified = new QualifiedName(candidate, name);
            Table table = byName.get(qualified);
            if (table != null || otherRelations.contains(qualified)) {
                return Optional.ofNullable(table);
            }
        }
        return Optional.empty();
    }

    /** The table of that very name. */
    public Optional<Table> table(QualifiedName name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** The table of a {@code pg_class.oid}. */
    public Optional<Table> table(long oid) {
        return Optional.ofNullable(byOid.get(oid));
    }

    /** The routines of a name, whatever their schemas and parameters. */
    public List<Routine> routines(String name) {
        return List.copyOf(routinesByName.getOrDefault(name, List.of()));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Catalog that
                && database.equals(that.database)
                && serverVersion == that.serverVersion
                && tables.equals(that.tables)
                && otherRelations.equals(that.otherRelations)
                && routines.equals(that.routines)
                && definitions.equals(that.definitions);
    }

    @Override
    public int hashCode() {
        return hash(database, serverVersion, tables);
    }

    @Override
    public String toString() {
        return "catalog of " + database + " (" + tables.size() + " relations)";
    }
}

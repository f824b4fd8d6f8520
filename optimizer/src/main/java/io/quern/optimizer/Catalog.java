package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * An immutable snapshot of one database of an upstream.
 *
 * @param serverVersion {@code server_version_num}, such as 180006
 * @param tables every user relation
 */
public record Catalog(String database, int serverVersion, List<Table> tables) {
    public Catalog {
        requireNonNull(database, "database");
        tables = List.copyOf(tables);
    }

    /** The major version, such as 18. */
    public int major() {
        return serverVersion / 10_000;
    }

    /**
     * The table a name means: as written when qualified, else the first schema of the path that has
     * it. Like PostgreSQL it looks into {@code pg_catalog} first; a name found only there resolves
     * to nothing, because system relations are none of ours.
     */
    public Optional<Table> resolve(Optional<String> schema, String name, List<String> searchPath) {
        List<String> schemas = schema.map(List::of).orElse(searchPath);
        for (String candidate : schemas) {
            for (Table table : tables) {
                if (table.name().schema().equals(candidate) && table.name().name().equals(name)) {
                    return Optional.of(table);
                }
            }
        }
        return Optional.empty();
    }
}

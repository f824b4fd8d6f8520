package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.stream.Collectors;

/**
 * An index that does not exist yet: a plain B-tree over columns.
 *
 * @param table the table it is for
 * @param keys its key columns in order
 */
public record IndexDefinition(QualifiedName table, List<Key> keys) {

    /** A key column; DESC sorts NULLS FIRST as PostgreSQL's default does. */
    public record Key(String column, boolean descending) {
        public Key {
            requireNonNull(column, "column");
        }
    }

    public IndexDefinition {
        requireNonNull(table, "table");
        keys = List.copyOf(keys);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("keys is empty");
        }
    }

    /** The safe way to build it under the given name. */
    public String createConcurrently(String name) {
        return create("CREATE INDEX CONCURRENTLY ", name);
    }

    /** The way to build it where nobody else is: under the given name, all at once. */
    public String create(String name) {
        return create("CREATE INDEX ", name);
    }

    private String create(String command, String name) {
        return command
                + QualifiedName.quote(name)
                + " ON "
                + table.quoted()
                + " ("
                + keys.stream()
                        .map(k -> QualifiedName.quote(k.column()) + (k.descending() ? " DESC" : ""))
                        .collect(Collectors.joining(", "))
                + ")";
    }

    /** The safe way to undo {@link #createConcurrently}. */
    public String dropConcurrently(String name) {
        return "DROP INDEX CONCURRENTLY IF EXISTS "
                + QualifiedName.quote(table.schema())
                + "."
                + QualifiedName.quote(name);
    }
}

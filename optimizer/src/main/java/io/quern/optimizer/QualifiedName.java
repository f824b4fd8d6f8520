package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

/** A schema and a name as PostgreSQL stores them, unquoted. */
public record QualifiedName(String schema, String name) {
    public QualifiedName {
        requireNonNull(schema, "schema");
        requireNonNull(name, "name");
    }

    /** Both parts always quoted, ready for SQL. */
    public String quoted() {
        return quote(schema) + "." + quote(name);
    }

    /** {@code name} as an SQL identifier, quoted whatever it contains. */
    public static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    @Override
    public String toString() {
        return schema + "." + name;
    }
}

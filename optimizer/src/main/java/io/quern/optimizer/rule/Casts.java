package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Resolved;

import org.apache.calcite.sql.SqlNode;

import java.util.List;

/** What the statement says, cast to the type that PostgreSQL resolved it to. */
public final class Casts {
    private Casts() {}

    /**
     * {@code (part)::type}: a literal's text is read by the same type as before, a value goes
     * through the cast that nobody wrote.
     *
     * @throws IllegalArgumentException if the type is not known
     */
    static List<Object> to(int type, SqlNode part, Resolved statement) {
        return List.of("(", part, ")::" + name(type, statement));
    }

    /** The qualified name of a type. */
    public static String name(int type, Resolved statement) {
        return statement
                .system()
                .type(type)
                .map(t -> Names.of(t.name().schema()) + "." + Names.of(t.name().name()))
                .orElseThrow(() -> new IllegalArgumentException("unknown type " + type));
    }
}

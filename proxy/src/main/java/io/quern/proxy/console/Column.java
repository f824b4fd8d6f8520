package io.quern.proxy.console;

import static java.util.Objects.requireNonNull;

/** A column of an answer. */
record Column(String name, ColumnType type) {
    Column {
        requireNonNull(name, "name");
        requireNonNull(type, "type");
    }

    static Column text(String name) {
        return new Column(name, ColumnType.TEXT);
    }

    static Column int8(String name) {
        return new Column(name, ColumnType.INT8);
    }

    static Column bool(String name) {
        return new Column(name, ColumnType.BOOL);
    }

    static Column float8(String name) {
        return new Column(name, ColumnType.FLOAT8);
    }

    static Column timestamptz(String name) {
        return new Column(name, ColumnType.TIMESTAMPTZ);
    }
}

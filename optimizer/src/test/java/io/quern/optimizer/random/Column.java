package io.quern.optimizer.random;

/** A column of a table, a view or a subquery. */
record Column(String name, Kind kind, boolean notNull) {
    Column as(String other) {
        return new Column(other, kind, notNull);
    }
}

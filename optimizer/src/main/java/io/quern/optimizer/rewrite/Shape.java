package io.quern.optimizer.rewrite;

import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.SystemCatalog;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a client is told of a statement before its rows: the columns' names, types and modifiers,
 * and the types of its parameters.
 *
 * @param origins where each column comes from, as the row description tells it: empty where it does
 *     not
 */
record Shape(
        List<Column> columns,
        List<Optional<Origin>> origins,
        TreeMap<Integer, Integer> parameters) {

    /** A column of the result. */
    record Column(String name, int type, int typmod) {}

    /** The column of a table that a result column shows. */
    record Origin(QualifiedName table, int column) {}

    static Shape of(Resolved statement) {
        Level top = statement.levels().getFirst();
        List<Column> columns = new ArrayList<>();
        List<Optional<Origin>> origins = new ArrayList<>();
        for (PgNode target : statement.query().nodes("targetList")) {
            PgNode expression = target.node("expr");
            if (!target.flag("resjunk") && expression != null) {
                var typed = new Expression(expression, top);
                columns.add(new Column(target.text("resname"), typed.type(), typed.typmod()));
                origins.add(
                        statement
                                .system()
                                .relation(target.number("resorigtbl"))
                                .map(SystemCatalog.Relation::name)
                                .map(name -> new Origin(name, target.integer("resorigcol"))));
            }
        }
        TreeMap<Integer, Integer> parameters = new TreeMap<>();
        statement
                .query()
                .walk(
                        node -> {
                            if (node.is("PARAM") && node.integer("paramkind") == 0) {
                                parameters.put(node.integer("paramid"), node.integer("paramtype"));
                            }
                        });
        return new Shape(columns, origins, parameters);
    }

    /** Why a rewrite of another shape may not stand for this; empty if it may. */
    Optional<String> difference(Shape rewritten) {
        if (!columns.equals(rewritten.columns)) {
            return Optional.of("the rewrite's columns have other names, types or modifiers");
        }
        boolean same =
                rewritten.parameters.entrySet().stream()
                        .allMatch(e -> e.getValue().equals(parameters.get(e.getKey())));
        return same ? Optional.empty() : Optional.of("the rewrite's parameters have other types");
    }

    /** What a client loses that asks which table a column comes from; empty if nothing. */
    Optional<String> loss(Shape rewritten) {
        return origins.equals(rewritten.origins)
                ? Optional.empty()
                : Optional.of(
                        "the result no longer tells which table and column its columns come from");
    }

    /** Functions and operators that a statement calls and that are nobody's but PostgreSQL's. */
    static Set<QualifiedName> foreign(Resolved statement) {
        Set<QualifiedName> names = new HashSet<>();
        SystemCatalog system = statement.system();
        statement
                .query()
                .walk(
                        node -> {
                            for (String field : List.of("funcid", "aggfnoid", "winfnoid")) {
                                system.function(node.number(field))
                                        .map(SystemCatalog.Function::name)
                                        .ifPresent(names::add);
                            }
                            system.operator(node.number("opno"))
                                    .map(SystemCatalog.Operator::name)
                                    .ifPresent(names::add);
                        });
        names.removeIf(name -> name.schema().equals("pg_catalog"));
        return names;
    }
}

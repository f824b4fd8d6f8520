package io.quern.advisor.copy;

import io.quern.optimizer.Catalog;
import io.quern.optimizer.Column;
import io.quern.optimizer.Definition;
import io.quern.optimizer.ForeignKey;
import io.quern.optimizer.Index;
import io.quern.optimizer.Table;

import java.util.ArrayList;
import java.util.List;

/** All that a catalog says of its objects but their numbers, sizes and owners: a line for each. */
final class Inventory {
    private Inventory() {}

    static List<String> of(Catalog catalog) {
        List<String> lines = new ArrayList<>();
        for (Definition d : catalog.definitions().objects()) {
            lines.add(d.title() + ": " + d.create() + d.obstacle());
        }
        for (Table t : catalog.tables()) {
            of(t, lines);
        }
        lines.sort(null);
        return lines;
    }

    private static void of(Table t, List<String> lines) {
        String name = t.name() + ": ";
        lines.add(name + kind(t) + " " + t.view().filter(v -> isView(t)) + inheritance(t));
        for (Column c : t.columns()) {
            lines.add(
                    name
                            + c.position()
                            + " "
                            + c.name()
                            + " "
                            + c.type()
                            + " "
                            + c.notNull()
                            + c.origin()
                            + c.expression()
                            + c.ordering().map(o -> o.name() + " " + o.deterministic())
                            + c.domain().map(d -> d.name() + d.baseType() + d.checked()));
        }
        for (Index i : t.indexes()) {
            lines.add(name + "index " + i.definition() + i.declaration() + i.valid());
        }
        for (ForeignKey k : t.foreignKeys()) {
            lines.add(name + "foreign key " + k);
        }
        t.checks().forEach(c -> lines.add(name + c));
        t.extendedStatistics()
                .forEach(
                        s ->
                                lines.add(
                                        name
                                                + s.name()
                                                + s.kinds().stream().sorted().toList()
                                                + s.columns()
                                                + s.expressions()));
    }

    private static boolean isView(Table t) {
        return t.kind() == Table.Kind.VIEW;
    }

    private static Table.Kind kind(Table t) {
        return t.kind() == Table.Kind.MATERIALIZED_VIEW ? Table.Kind.TABLE : t.kind();
    }

    private static String inheritance(Table t) {
        return t.inheritance().toString();
    }
}

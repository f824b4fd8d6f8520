package io.quern.optimizer.rule;

import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.parse.Keywords;

import java.util.List;

/** Names as a rule writes them. */
public final class Names {
    private Names() {}

    /** A name, quoted only where it must be. */
    public static String of(String name) {
        return name.matches("[a-z_][a-z0-9_]*") && !Keywords.isReserved(name)
                ? name
                : QualifiedName.quote(name);
    }

    /** A column with the alias of its FROM item. */
    public static String of(ColumnUse column) {
        return of(column.item().alias()) + "." + of(column.column().name());
    }

    /** Whether a FROM item's alias means it in another level too: nothing there has that name. */
    static boolean visible(Item item, Level inside) {
        return inside.items().stream().noneMatch(i -> i.alias().equals(item.alias()));
    }

    /** An alias that no FROM item of these levels has. */
    static String fresh(String wish, List<Level> levels) {
        String name = wish;
        for (int i = 2; taken(name, levels); i++) {
            name = wish + i;
        }
        return name;
    }

    private static boolean taken(String name, List<Level> levels) {
        return levels.stream()
                .flatMap(level -> level.items().stream())
                .anyMatch(item -> item.alias().equals(name));
    }
}

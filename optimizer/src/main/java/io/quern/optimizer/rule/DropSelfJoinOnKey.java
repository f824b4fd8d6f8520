package io.quern.optimizer.rule;

import io.quern.optimizer.Column;
import io.quern.optimizer.Table;
import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.CannotFail;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Turns {@code t a JOIN t b ON b.id = a.id} into {@code t a}, with b's columns read as a's.
 *
 * <p>Sound because the two are the same row: their keys are equal, and a statement sees one state
 * of the table. A key may not be NULL, or a row would be joined with none. PostgreSQL does so
 * itself from 18 on.
 */
final class DropSelfJoinOnKey implements Rule {
    @Override
    public int nativeFrom() {
        return 18;
    }

    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            List<Item> items = level.items();
            for (int i = 0; i < items.size(); i++) {
                for (Item other : items.subList(i + 1, items.size())) {
                    if (level.select().isPresent() && same(items.get(i), other)) {
                        look(statement, level, other, items.get(i), findings);
                    }
                }
            }
        }
    }

    private static boolean same(Item one, Item other) {
        return one.isTable()
                && other.isTable()
                && !one.aliased()
                && !one.nullable()
                && !other.aliased()
                && !other.nullable()
                && one.table().orElseThrow().oid() == other.table().orElseThrow().oid();
    }

    private static void look(
            Resolved statement, Level level, Item second, Item first, Findings findings) {
        List<Removal> removals = new ArrayList<>();
        removal(statement, level, second, first).ifPresent(removals::add);
        removal(statement, level, first, second).ifPresent(removals::add);
        if (!removals.isEmpty()) {
            Removal best =
                    removals.stream()
                            .filter(Removal::possible)
                            .findFirst()
                            .orElse(removals.getFirst());
            rewrite(statement, best, findings.attempt());
        }
    }

    /** One of two items that could go, the other to stay. */
    private record Removal(
            Substitution substitution,
            List<Substitution.Equality> equalities,
            Map<String, ColumnUse> columns,
            Item gone,
            Item kept) {
        boolean possible() {
            return substitution.covers(columns, equalities) && substitution.visible(kept);
        }
    }

    private static Optional<Removal> removal(
            Resolved statement, Level level, Item gone, Item kept) {
        List<Substitution.Equality> equalities =
                Substitution.equalities(statement, level, gone, kept).stream()
                        .filter(e -> e.gone().equals(e.kept().column().name()))
                        .toList();
        Table table = kept.table().orElseThrow();
        Map<String, ColumnUse> columns = new HashMap<>();
        for (Column column : table.columns()) {
            columns.put(column.name(), new ColumnUse(kept, table, column, 0));
        }
        return equalities.isEmpty()
                ? Optional.empty()
                : Substitution.of(statement, level, gone)
                        .map(s -> new Removal(s, equalities, columns, gone, kept));
    }

    private static void rewrite(Resolved statement, Removal removal, Attempt attempt) {
        Table table = removal.kept().table().orElseThrow();
        Set<String> joined =
                removal.equalities().stream()
                        .map(Substitution.Equality::gone)
                        .collect(Collectors.toSet());
        if (!attempt.holds(
                        table.keys().stream()
                                .filter(key -> notNull(table, key))
                                .anyMatch(joined::containsAll),
                        "no-key",
                        "what " + table.name().name() + " is joined with itself by is no key of it")
                || !attempt.holds(
                        removal.substitution().visible(removal.kept()),
                        "captured",
                        removal.kept() + " is also a name inside a subquery")) {
            return;
        }
        if (!removal.substitution().covers(removal.columns(), removal.equalities())) {
            attempt.refuse("whole", "* or a whole row of " + removal.gone() + " is asked for");
            return;
        }
        if (attempt.requires(new CannotFail(statement))) {
            attempt.fact(
                    removal.gone() + " is the same row of the same table as " + removal.kept());
            removal.substitution()
                    .apply(removal.columns(), removal.equalities(), List.of(), attempt);
            attempt.found();
        }
    }

    private static boolean notNull(Table table, Set<String> key) {
        Set<String> names = new HashSet<>(key);
        table.columns().stream().filter(Column::notNull).map(Column::name).forEach(names::remove);
        return names.isEmpty();
    }
}

package io.quern.optimizer.rule;

import io.quern.optimizer.ForeignKey;
import io.quern.optimizer.Table;
import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.Types;
import io.quern.optimizer.guard.CannotFail;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Drops an inner join to the table that a foreign key refers to, if of that table nothing but the
 * columns it refers to is asked for; the referring columns stand in their place, and must not be
 * NULL.
 *
 * <p>Sound because the foreign key gives every row that refers to anything the row it refers to, in
 * every state that a statement can see, and what it refers to is unique there. That holds only of a
 * foreign key that was and is checked at once and everywhere: see {@link ForeignKey#holds} and
 * {@link Table#subscribed}. The right to read the table stays required ({@link RightsCheck}).
 */
final class DropForeignKeyJoin implements Rule {
    /** Types of which equal values look the same. */
    private static final Set<Integer> ALIKE =
            Set.of(
                    Types.BOOL,
                    Types.INT2,
                    Types.INT4,
                    Types.INT8,
                    Types.TEXT,
                    Types.VARCHAR,
                    Types.DATE,
                    Types.TIMESTAMP,
                    Types.TIMESTAMPTZ,
                    Types.UUID);

    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            for (Item parent : level.items()) {
                for (Item child : level.items()) {
                    boolean tables = parent.isTable() && child.isTable() && !child.nullable();
                    if (level.select().isPresent() && tables && !parent.equals(child)) {
                        look(statement, level, parent, child, findings);
                    }
                }
            }
        }
    }

    private static void look(
            Resolved statement, Level level, Item parent, Item child, Findings findings) {
        Optional<Substitution> found = Substitution.of(statement, level, parent);
        List<Substitution.Equality> equalities =
                Substitution.equalities(statement, level, parent, child);
        if (found.isEmpty() || equalities.isEmpty() || child.aliased()) {
            return;
        }
        for (ForeignKey key : child.table().orElseThrow().foreignKeys()) {
            Map<String, ColumnUse> columns = columns(key, parent, equalities);
            if (columns.size() == key.columns().size()
                    && columns.size() == equalities.size()
                    && found.get().covers(alike(columns), equalities)) {
                var join = new Join(statement, level, parent, child, key);
                rewrite(join, found.get(), columns, equalities, findings.attempt());
                return;
            }
        }
    }

    /** A join that a foreign key may make needless. */
    private record Join(Resolved statement, Level level, Item parent, Item child, ForeignKey key) {
        Table table() {
            return child.table().orElseThrow();
        }
    }

    /** For the columns a foreign key refers to those it refers from, as far as they are equated. */
    private static Map<String, ColumnUse> columns(
            ForeignKey key, Item parent, List<Substitution.Equality> equalities) {
        Map<String, ColumnUse> columns = new HashMap<>();
        if (key.referencedTable().equals(parent.table().orElseThrow().name())) {
            for (int i = 0; i < key.columns().size(); i++) {
                String from = key.columns().get(i);
                String to = key.referencedColumns().get(i);
                equalities.stream()
                        .filter(e -> e.gone().equals(to))
                        .filter(e -> e.kept().column().name().equals(from))
                        .findFirst()
                        .ifPresent(e -> columns.put(to, e.kept()));
            }
        }
        return columns;
    }

    private static Map<String, ColumnUse> alike(Map<String, ColumnUse> columns) {
        Map<String, ColumnUse> alike = new HashMap<>(columns);
        alike.values().removeIf(use -> !ALIKE.contains(use.column().typeOid()));
        return alike;
    }

    private static void rewrite(
            Join join,
            Substitution substitution,
            Map<String, ColumnUse> columns,
            List<Substitution.Equality> equalities,
            Attempt attempt) {
        ForeignKey key = join.key();
        Optional<List<Object>> rights = RightsCheck.of(join.parent(), join.level());
        if (rights.isEmpty()
                || !attempt.holds(
                        key.validated() && key.enforced() && key.triggersEnabled(),
                        "unchecked",
                        "the foreign key " + key.name() + " is not checked for every row")
                || !attempt.holds(
                        !key.deferrable(),
                        "deferrable",
                        "the foreign key " + key.name() + " may be checked after the statement")
                || !attempt.holds(
                        key.defaultEquality() && !key.temporal(),
                        "equality",
                        "the foreign key " + key.name() + " compares otherwise than by =")
                || !attempt.holds(
                        !join.table().subscribed()
                                && !join.parent().table().orElseThrow().subscribed(),
                        "subscribed",
                        "replication may write "
                                + join.table().name().name()
                                + " or what it refers to, which no foreign key checks")
                || !attempt.holds(
                        speaksForAll(join.child()) && speaksForAll(join.parent()),
                        "children",
                        "the foreign key "
                                + key.name()
                                + " does not speak for inheritance children")
                || !attempt.holds(
                        substitution.visible(join.child()),
                        "captured",
                        join.child() + " is also a name inside a subquery")
                || !attempt.requires(new CannotFail(join.statement()))) {
            return;
        }
        attempt.fact(
                "the foreign key " + key.name() + " gives each row of " + join.child() + " one");
        substitution.apply(columns, equalities, List.of(rights.get()), attempt);
        attempt.found();
    }

    private static boolean speaksForAll(Item item) {
        Table table = item.table().orElseThrow();
        return table.kind() == Table.Kind.PARTITIONED_TABLE || !table.hasChildren();
    }
}

package io.quern.advisor.copy;

import static java.util.stream.Collectors.joining;

import io.quern.optimizer.ExtendedStatistics;
import io.quern.optimizer.ForeignKey;
import io.quern.optimizer.Index;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Table;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How a table's indexes, keys, foreign keys and extended statistics are made. */
record IndexParts(Table table) {

    static String key(Table table, Index index) {
        return "index " + index.name() + " of " + table.name();
    }

    /** Valid ones; those of a partitioned table take those of its partitions as theirs. */
    List<Part> indexes(boolean uniqueOnly) {
        List<Part> parts = new ArrayList<>();
        boolean[] primary = {table.indexes().stream().anyMatch(i -> i.declaration().isPresent())};
        for (Index index : table.indexes()) {
            if (index.valid() && (!uniqueOnly || decides(index))) {
                parts.add(index(index, create(index, primary)));
            }
        }
        return parts;
    }

    /** Whether it says at any time which rows there can be. */
    static boolean decides(Index index) {
        return index.immediate()
                && (index.unique()
                        || index.declaration().filter(d -> d.startsWith("EXCLUDE")).isPresent());
    }

    private Part index(Index index, String create) {
        String name = new QualifiedName(table.name().schema(), index.name()).quoted();
        String drop =
                index.declaration().isPresent()
                        ? "ALTER TABLE IF EXISTS "
                                + table.name().quoted()
                                + " DROP CONSTRAINT IF EXISTS "
                                + QualifiedName.quote(index.name())
                                + " CASCADE"
                        : "DROP INDEX IF EXISTS " + name + " CASCADE";
        return Part.of(
                key(table, index),
                Part.Kind.INDEX,
                table.name(),
                create,
                drop,
                Set.of(TableParts.key(table.name())));
    }

    private String create(Index index, boolean[] primary) {
        if (index.declaration().isPresent()) {
            return add(index.name(), index.declaration().get());
        }
        if (!index.definition().isEmpty()) {
            // of a partitioned table it speaks of that alone
            String only = " ON ONLY ";
            String before = index.definition().substring(0, named(index).length());
            String after = index.definition().substring(before.length());
            return before + (after.startsWith(only) ? " ON " + after.substring(9) : after);
        }
        List<String> keys = index.keys().stream().flatMap(k -> k.column().stream()).toList();
        boolean known =
                keys.stream().allMatch(c -> table.column(c).filter(k -> k.notNull()).isPresent());
        // Which is the primary key may not be told; that one exists matters, because GROUP BY a
        // primary key makes the table's other columns known.
        if (!primary[0] && index.constraint() && known) {
            primary[0] = true;
            return add(index.name(), "PRIMARY KEY (" + quoted(keys) + ")");
        }
        return (index.unique() ? "CREATE UNIQUE INDEX ON " : "CREATE INDEX ON ")
                + table.name().quoted()
                + " ("
                + quoted(keys)
                + ")"
                + (index.nullsNotDistinct() ? " NULLS NOT DISTINCT" : "");
    }

    /** The beginning of a definition, up to the index's name. */
    private static String named(Index index) {
        String start = index.unique() ? "CREATE UNIQUE INDEX " : "CREATE INDEX ";
        String plain = start + index.name();
        return index.definition().startsWith(plain + " ON ")
                ? plain
                : start + QualifiedName.quote(index.name());
    }

    private String add(String constraint, String declaration) {
        return "ALTER TABLE "
                + table.name().quoted()
                + " ADD CONSTRAINT "
                + QualifiedName.quote(constraint)
                + " "
                + declaration;
    }

    private static String quoted(List<String> names) {
        return names.stream().map(QualifiedName::quote).collect(joining(", "));
    }

    /** Those of its own: a partition has its parent's besides. */
    List<Part> foreignKeys(List<Table> parents) {
        List<Part> parts = new ArrayList<>();
        List<ForeignKey> own = new ArrayList<>(table.foreignKeys());
        if (table.inheritance().partition()) {
            own.removeIf(
                    k ->
                            parents.stream()
                                    .flatMap(p -> p.foreignKeys().stream())
                                    .anyMatch(
                                            p ->
                                                    p.columns().equals(k.columns())
                                                            && p.referencedTable()
                                                                    .equals(k.referencedTable())));
        }
        for (ForeignKey k : own) {
            String name = QualifiedName.quote(k.name());
            parts.add(
                    Part.of(
                            "foreign key " + k.name() + " of " + table.name(),
                            Part.Kind.FOREIGN_KEY,
                            table.name(),
                            add(k.name(), declaration(k)),
                            "ALTER TABLE IF EXISTS "
                                    + table.name().quoted()
                                    + " DROP CONSTRAINT IF EXISTS "
                                    + name
                                    + " CASCADE",
                            Set.of(
                                    TableParts.key(table.name()),
                                    k.referencedTable().equals(table.name())
                                            ? TableParts.schema(table.name())
                                            : TableParts.key(k.referencedTable()))));
        }
        return parts;
    }

    private static String declaration(ForeignKey k) {
        return "FOREIGN KEY ("
                + columns(k.columns(), k.temporal())
                + ") REFERENCES "
                + k.referencedTable().quoted()
                + " ("
                + columns(k.referencedColumns(), k.temporal())
                + ")"
                + (k.match() == ForeignKey.Match.FULL ? " MATCH FULL" : "")
                + (k.deferrable() ? " DEFERRABLE" : "")
                + (!k.enforced() ? " NOT ENFORCED" : k.validated() ? "" : " NOT VALID");
    }

    private static String columns(List<String> names, boolean temporal) {
        int last = names.size() - 1;
        return temporal
                ? quoted(names.subList(0, last))
                        + ", PERIOD "
                        + quoted(names.subList(last, last + 1))
                : quoted(names);
    }

    List<Part> statistics() {
        List<Part> parts = new ArrayList<>();
        for (ExtendedStatistics s : table.extendedStatistics()) {
            List<String> kinds =
                    s.kinds().stream()
                            .filter(k -> k != ExtendedStatistics.Kind.EXPRESSIONS)
                            .map(Enum::name)
                            .sorted()
                            .toList();
            List<String> on = new ArrayList<>();
            s.columns().forEach(c -> on.add(QualifiedName.quote(c)));
            s.expressions().forEach(e -> on.add("(" + e + ")"));
            Optional<String> list =
                    kinds.isEmpty() || on.size() < 2
                            ? Optional.empty()
                            : Optional.of(" (" + String.join(", ", kinds) + ")");
            parts.add(
                    Part.of(
                            "statistics " + s.name(),
                            Part.Kind.STATISTICS,
                            table.name(),
                            "CREATE STATISTICS "
                                    + s.name().quoted()
                                    + list.orElse("")
                                    + " ON "
                                    + String.join(", ", on)
                                    + " FROM "
                                    + table.name().quoted(),
                            "DROP STATISTICS IF EXISTS " + s.name().quoted(),
                            Set.of(TableParts.key(table.name()))));
        }
        return parts;
    }
}

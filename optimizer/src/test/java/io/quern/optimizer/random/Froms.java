package io.quern.optimizer.random;

import io.quern.optimizer.random.Scope.Source;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** FROM clauses with joins of all kinds. */
final class Froms {
    private final Writing writing;
    private final Dice dice;
    private final RowPatterns rows;

    /**
     * A FROM clause.
     *
     * @param conditions of joins by comma, for WHERE
     * @param merged whether {@code *} shows fewer columns than the items have
     */
    record From(String sql, Scope scope, List<String> conditions, boolean merged) {
        From {
            conditions = List.copyOf(conditions);
        }
    }

    Froms(Writing writing, RowPatterns rows) {
        this.writing = writing;
        this.dice = writing.dice();
        this.rows = rows;
    }

    From one(Source source) {
        return new From(source.sql(), writing.scope(source), List.of(), false);
    }

    /** Some items, joined. */
    From some(int most) {
        return from(item(), dice.oneIn(2) ? 1 : dice.between(1, most));
    }

    From from(Source first, int count) {
        From from = one(first);
        for (int i = 1; i < count; i++) {
            from = join(from, item());
        }
        return from;
    }

    /** A table, or what may stand for one. */
    Source item() {
        Source table = writing.table();
        if (dice.oneIn(25)) {
            return values();
        }
        if (!dice.oneIn(10)) {
            return table;
        }
        String where = rows.simple(writing.scope(table));
        String alias = writing.fresh();
        return new Source(
                "(SELECT * FROM %s%s) %s%s"
                        .formatted(
                                table.sql(),
                                where == null ? "" : " WHERE " + where,
                                dice.of("", "AS "),
                                alias),
                alias,
                table.columns(),
                null);
    }

    /** Rows that stand in the statement, or are made by a function. */
    private Source values() {
        String alias = writing.fresh();
        if (dice.oneIn(3)) {
            return new Source(
                    "generate_series(1, 3) AS " + alias + " (n)",
                    alias,
                    List.of(new Column("n", Kind.INT4, false)),
                    null);
        }
        return new Source(
                "(VALUES (1, 'a'), (2, NULL), (2, 'ab')) AS " + alias + " (id, t)",
                alias,
                List.of(new Column("id", Kind.INT4, false), new Column("t", Kind.TEXT, false)),
                null);
    }

    /** Joins one more item, if something joins it. */
    From join(From from, Source next) {
        Source partner = dice.pick(from.scope().sources());
        String on = writing.joined(partner, next);
        boolean named =
                from.scope().sources().stream().anyMatch(s -> s.alias().equals(next.alias()));
        if (named) {
            return from;
        }
        String shared = dice.oneIn(8) ? shared(from, next) : null;
        if (shared != null) {
            String kind = dice.of(" JOIN ", " LEFT JOIN ", " FULL JOIN ", " RIGHT JOIN ");
            From made = joined(from, next, kind, " USING (" + shared + ")", List.of(), true);
            Scope scope = made.scope();
            Set<String> merged = new HashSet<>(scope.merged());
            merged.add(shared);
            return new From(
                    made.sql(),
                    new Scope(scope.sources(), scope.others(), merged, dice),
                    made.conditions(),
                    true);
        }
        if (on == null) {
            return joined(from, next, dice.of(" CROSS JOIN ", ", "), "", List.of(), false);
        }
        if (dice.oneIn(6)) {
            return joined(from, next, dice.of(", ", " CROSS JOIN "), "", List.of(on), false);
        }
        String kind =
                dice.of(
                        " JOIN ",
                        " JOIN ",
                        " INNER JOIN ",
                        " LEFT JOIN ",
                        " LEFT JOIN ",
                        " RIGHT JOIN ",
                        " FULL JOIN ");
        Scope both = scope(from, next);
        String more =
                switch (dice.below(8)) {
                    case 0 -> rows.simple(both);
                    case 1 -> rows.of(dice.pick(rows.names()), both);
                    default -> null;
                };
        boolean full = kind.equals(" FULL JOIN ");
        String all = more == null || full ? on : "(" + on + " AND (" + more + "))";
        return joined(from, next, kind, " ON " + all, List.of(), false);
    }

    From joined(
            From from,
            Source next,
            String kind,
            String on,
            List<String> conditions,
            boolean merged) {
        List<String> all = new ArrayList<>(from.conditions());
        all.addAll(conditions);
        return new From(
                from.sql() + kind + next.sql() + on,
                scope(from, next),
                all,
                from.merged() || merged);
    }

    private Scope scope(From from, Source next) {
        List<Source> sources = new ArrayList<>(from.scope().sources());
        sources.add(next);
        return new Scope(sources, List.of(), from.scope().merged(), dice);
    }

    /** A column that both sides have once, of types that compare. */
    private @Nullable String shared(From from, Source next) {
        List<String> names = new ArrayList<>();
        for (Column column : next.columns()) {
            var mine = from.scope().places(c -> c.name().equals(column.name()));
            if (mine.size() == 1
                    && column.kind().ordered()
                    && mine.getFirst().kind().comparable(column.kind())) {
                names.add(column.name());
            }
        }
        return dice.any(names);
    }
}

package io.quern.optimizer.random;

import io.quern.optimizer.outcome.Parameter;
import io.quern.optimizer.random.Froms.From;
import io.quern.optimizer.random.Scope.Source;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Random statements over a schema. Each is built around the pattern of one rule, in a dressing that
 * owes nothing to the rule; some are no valid SQL, which whoever runs them finds out.
 */
final class RandomStatements {
    private final Dice dice;
    private final List<Table> tables;
    private final List<String> rules;

    /** A statement, and whether its ORDER BY leaves no choice. */
    record Made(String sql, List<Parameter> parameters, boolean ordered) {}

    RandomStatements(Dice dice, List<Table> tables, List<String> rules) {
        this.dice = dice;
        this.tables = tables;
        this.rules = rules;
    }

    Made next() {
        Made made = new One(new Writing(dice, tables), rules).make();
        return dice.oneIn(4)
                ? new Made(spaced(made.sql()), made.parameters(), made.ordered())
                : made;
    }

    /** With other white space and comments between some words. */
    private String spaced(String sql) {
        StringBuilder text = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            quoted ^= c == '\'' || c == '"';
            text.append(
                    c == ' ' && !quoted && dice.oneIn(6)
                            ? dice.of("\n", " /* ' */ ", " -- it's\n", "  ", "\t")
                            : String.valueOf(c));
        }
        return text + dice.of("", "", ";", " -- end");
    }

    /** One statement. */
    private static final class One {
        private final Writing writing;
        private final Dice dice;
        private final RowPatterns rows;
        private final Froms froms;
        private final Conditions conditions;
        private final Selects selects;
        private final QueryPatterns queries;
        private final List<String> rules;

        One(Writing writing, List<String> rules) {
            this.writing = writing;
            this.rules = rules;
            this.dice = writing.dice();
            this.rows = new RowPatterns(writing);
            var subqueries = new SubqueryPatterns(writing, rows);
            this.froms = new Froms(writing, rows);
            this.conditions = new Conditions(writing, rows, subqueries);
            this.selects = new Selects(writing, rows, subqueries);
            this.queries = new QueryPatterns(writing, froms, rows, subqueries, conditions, selects);
        }

        Made make() {
            String rule = dice.pick(rules);
            boolean row = rows.has(rule) && !queries.has(rule);
            if (row && dice.oneIn(6)) {
                String change = change(rule);
                if (change != null) {
                    return new Made(change, writing.parameters(), false);
                }
            }
            Query query = wrapped(query(rule));
            return new Made(query.sql(), writing.parameters(), query.ordered());
        }

        private Query query(String rule) {
            for (int i = 0; i < 5; i++) {
                Query query = queries.has(rule) && !dice.oneIn(6) ? queries.of(rule) : null;
                if (query == null) {
                    query = conditional(rule);
                }
                if (query != null) {
                    return query;
                }
            }
            From from = froms.some(3);
            return selects.any(from, conditions.where(from.scope(), from.conditions(), 1));
        }

        private @Nullable Query conditional(String rule) {
            From from = froms.some(3);
            String pattern = conditions.pattern(rule, from.scope());
            if (pattern == null) {
                return null;
            }
            List<String> terms = new ArrayList<>(from.conditions());
            terms.add(dice.oneIn(3) ? conditions.nested(from.scope(), pattern) : pattern);
            return selects.any(from, conditions.where(from.scope(), terms, 1));
        }

        /** UPDATE or DELETE by the pattern. */
        private @Nullable String change(String rule) {
            Source source = writing.table(t -> !t.view());
            String pattern =
                    source == null ? null : conditions.pattern(rule, writing.scope(source));
            if (source == null || pattern == null) {
                return null;
            }
            Scope scope = writing.scope(source);
            String where = conditions.where(scope, List.of(conditions.nested(scope, pattern)), 1);
            String returning = dice.oneIn(3) ? " RETURNING " + source.alias() + ".*" : "";
            Source other = dice.oneIn(3) ? writing.table() : null;
            String join =
                    other == null || other.alias().equals(source.alias())
                            ? null
                            : writing.joined(source, other);
            String more = other == null || join == null ? "" : other.sql();
            if (join != null) {
                where = where + " AND " + join;
            }
            if (dice.oneIn(2)) {
                return "DELETE FROM "
                        + source.sql()
                        + (more.isEmpty() ? "" : " USING " + more)
                        + where
                        + returning;
            }
            Scope.Place set = scope.any(c -> !c.name().equals("id"));
            return set == null
                    ? null
                    : "UPDATE %s SET %s = %s%s%s%s"
                            .formatted(
                                    source.sql(),
                                    set.column().name(),
                                    writing.value(set.kind()),
                                    more.isEmpty() ? "" : " FROM " + more,
                                    where,
                                    returning);
        }

        /** As it is, or as a part of a greater query. */
        private Query wrapped(Query query) {
            String sql = query.sql();
            if (dice.percent(70)) {
                return query;
            }
            String name = writing.fresh();
            String star = "SELECT " + name + ".* FROM (" + sql + ") AS " + name;
            List<Column> outputs = query.outputs();
            return switch (dice.below(9)) {
                case 0 -> new Query("SELECT count(*) FROM (" + sql + ") AS " + name, List.of());
                case 1 ->
                        new Query(
                                "WITH " + name + " AS (" + sql + ") SELECT * FROM " + name,
                                outputs);
                case 2 -> {
                    String both = dice.of(" UNION ALL ", " UNION ALL ", " EXCEPT ", " UNION ");
                    boolean can = query.comparable() || both.equals(" UNION ALL ");
                    yield can
                            ? new Query("(" + sql + ")" + both + "(" + sql + ")", outputs)
                            : query;
                }
                case 3 -> new Query("SELECT EXISTS (" + sql + ") AS e", List.of());
                case 4 -> {
                    Source table = writing.table();
                    yield new Query(
                            "SELECT %s.* FROM %s, LATERAL (%s) AS %s"
                                    .formatted(name, table.sql(), sql, name),
                            outputs);
                }
                case 5 -> {
                    Source derived = new Source("(" + sql + ") AS " + name, name, outputs, null);
                    From from = froms.join(froms.one(derived), writing.table());
                    yield query.distinctNames()
                            ? selects.any(
                                    from, conditions.where(from.scope(), from.conditions(), 1))
                            : query;
                }
                case 6 -> {
                    String columns =
                            outputs.stream()
                                    .map(c -> writing.fresh())
                                    .collect(Collectors.joining(", "));
                    yield new Query(star + " (" + columns + ")", outputs);
                }
                case 7 -> {
                    Source table = writing.table();
                    yield new Query(
                            "SELECT %s FROM %s WHERE EXISTS (%s)"
                                    .formatted(
                                            table.alias() + "." + dice.pick(table.columns()).name(),
                                            table.sql(),
                                            sql),
                            List.of());
                }
                default -> new Query(star, outputs);
            };
        }
    }
}

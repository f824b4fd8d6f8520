package io.quern.optimizer.search;

import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.AggregatesCannotFail;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.rule.Attempt;
import io.quern.optimizer.rule.Findings;
import io.quern.optimizer.rule.Rule;

import org.apache.calcite.sql.SqlNode;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Groups some of the tables before the others are joined to them:
 *
 * <pre>SELECT p.category, sum(l.price) FROM lines l JOIN products p ON p.id = l.product_id
 *     GROUP BY p.category
 *
 * SELECT p.category, sum(l.total) AS sum FROM (SELECT product_id, sum(l.price) AS total
 *     FROM lines l GROUP BY product_id) AS l JOIN products p ON p.id = l.product_id
 *     GROUP BY p.category</pre>
 *
 * <p>Sound because the groups have every column of the tables below that anything above looks at,
 * and values that are grouped together are the very same: all rows of a group meet the same rows of
 * the other tables, the same conditions, and fall into the same group above. So a joined row stands
 * for as many rows as its group has, and those that an outer join adds for one. Aggregates that can
 * be put together from parts, exactly and in any order, are; others decline.
 *
 * <p>Which tables, if any, depends on how many rows have the same keys and how many the join would
 * keep; so there is one alternative for each set that is joined among itself, those first that
 * statistics say shrink most. After W. P. Yan and P.-Å. Larson, "Eager aggregation and lazy
 * aggregation" (VLDB 1995); PostgreSQL does it itself from 19 on.
 */
public final class AggregateBelowJoin implements Rule {
    /** Alternatives for one level; PostgreSQL reads and plans each. */
    private static final int MOST = 6;

    @Override
    public int nativeFrom() {
        return 19;
    }

    @Override
    public boolean alternatives() {
        return true;
    }

    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            if (level.select().isPresent() && level.query().flag("hasAggs") && joins(level)) {
                look(statement, level, findings);
            }
        }
    }

    /** Whether several tables are joined, perhaps in a derived table. */
    private static boolean joins(Level level) {
        return level.items().size() > 1
                || level.items().stream()
                        .map(Item::subquery)
                        .anyMatch(
                                inside -> inside != null && Lift.isPlain(inside) && joins(inside));
    }

    private static void look(Resolved statement, Level level, Findings findings) {
        List<Findings> trials = new ArrayList<>();
        int found = 0;
        try {
            Block block = Block.of(statement, level);
            List<Cut> cuts =
                    Cut.of(block).stream()
                            .filter(cut -> !cut.columns().isEmpty() || !cut.keys().isEmpty())
                            .sorted(Comparator.comparingDouble((Cut c) -> -Reduction.of(c)))
                            .toList();
            boolean sound = true;
            for (Cut cut : cuts) {
                if (found < MOST && sound) {
                    Findings trial = findings.trial();
                    sound = rewrite(cut, trial);
                    found += trial.matches().size();
                    trials.add(trial);
                }
            }
        } catch (Unfit e) {
            findings.attempt().refuse(e.code(), e.reason());
        }
        boolean any = found > 0;
        // what keeps one set of tables away matters only if there is no other
        trials.stream().filter(t -> !any || !t.matches().isEmpty()).forEach(findings::adopt);
    }

    /** Tries one; false if what keeps it away keeps all others away, too. */
    private static boolean rewrite(Cut cut, Findings findings) {
        Resolved statement = cut.block().statement();
        Attempt attempt = findings.attempt();
        Optional<String> vague = vague(cut);
        boolean fit =
                attempt.holds(
                                Reduction.reduces(cut),
                                "keyed",
                                "each row of " + named(cut) + " would be a group of its own")
                        && attempt.holds(
                                vague.isEmpty(),
                                "equal-values",
                                vague.orElse("") + " may have equal values that look different");
        if (!fit) {
            return true;
        }
        if (!attempt.requires(new AggregatesCannotFail(statement, cut.block().level()))
                || !attempt.requires(new CannotFail(statement))) {
            return false;
        }
        try {
            new Writer(cut).write(attempt);
            pinKeys(cut, attempt);
            attempt.fact("a group of " + named(cut) + " has all that is looked at above")
                    .choice(cut.below().stream().map(Leaf::alias).collect(Collectors.joining("+")))
                    .found();
        } catch (Unfit e) {
            attempt.refuse(e.code(), e.reason());
        }
        return true;
    }

    /** A column that is grouped by below and has values that are equal and not the same. */
    private static Optional<String> vague(Cut cut) {
        return cut.columns().stream()
                .filter(
                        c ->
                                c.leaf()
                                        .tableColumn(c.field())
                                        .filter(t -> Sameness.of(t, c.leaf().level()))
                                        .isEmpty())
                .map(c -> c.leaf().alias() + "." + c.name())
                .findFirst();
    }

    /** A key written twice is the same expression only as long as its literals are. */
    private static void pinKeys(Cut cut, Attempt attempt) {
        Resolved statement = cut.block().statement();
        List<SqlNode> keys = new ArrayList<>();
        cut.block().grouped().keys().forEach(key -> keys.add(key.node()));
        cut.block()
                .level()
                .select()
                .flatMap(s -> Optional.ofNullable(s.getGroup()))
                .ifPresent(keys::addAll);
        for (SqlNode key : keys) {
            var span = statement.span(key);
            for (int token = span.from(); token < span.to(); token++) {
                if (statement.tokens().sql().kind(token).literal()) {
                    attempt.pin(token);
                }
            }
        }
    }

    private static String named(Cut cut) {
        return cut.below().stream().map(Leaf::alias).collect(Collectors.joining(", "));
    }
}

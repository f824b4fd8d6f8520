package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.SystemCatalog.Operator;
import io.quern.optimizer.catalog.Types;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.guard.NeverNull;
import io.quern.optimizer.parse.Span;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Turns {@code x >= ALL (query)} into a comparison with the query's greatest value, which is looked
 * up once, where the original looks through the query's rows for every x:
 *
 * <pre>(x >= (SELECT max(v) FROM (query) AS q (v)) OR NOT EXISTS (query))</pre>
 *
 * <p>Of nothing, ALL is true, which is what the second half says. A NULL among the rows makes ALL
 * unknown where max passes over it, so there may be none. {@code x >= ANY (query)} is {@code x >=
 * (SELECT min(v) …)}: true for the same x, NULLs or not, and never true of nothing. Downward
 * comparisons have min and max swapped.
 *
 * <p>That the greatest value speaks for all needs one order in both places: max orders by the
 * column's type and collation, so the operator must be of that type, or of one to which its values
 * go in the same order, and of that collation.
 */
final class QuantifiedToExtreme implements Rule {
    private static final Map<String, Boolean> UPWARD =
            Map.of(">", true, ">=", true, "<", false, "<=", false);

    private static final Set<Integer> NUMBERS =
            Set.of(Types.INT2, Types.INT4, Types.INT8, Types.NUMERIC, Types.FLOAT4, Types.FLOAT8);

    private static final Set<Integer> MOMENTS = Set.of(Types.DATE, Types.TIMESTAMP);

    /** {@code text} and {@code varchar} are one to every operator. */
    private static final Set<Integer> TEXTS = Set.of(Types.TEXT, Types.VARCHAR);

    /** Types that are compared among themselves only. */
    private static final Set<Integer> ALONE =
            Set.of(Types.BPCHAR, Types.TIMESTAMPTZ, Types.INTERVAL);

    private static final int ALL_SUBLINK = 1;
    private static final int ANY_SUBLINK = 2;

    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            for (Level.Condition condition : level.truths()) {
                if (condition.node() instanceof SqlCall call && call.operandCount() == 2) {
                    look(statement, call, findings);
                }
            }
        }
    }

    private static void look(Resolved statement, SqlCall call, Findings findings) {
        Optional<Level> inner = statement.subquery(call);
        Optional<Expression> read = statement.expression(call);
        if (inner.isEmpty() || read.isEmpty() || !read.get().node().is("SUBLINK")) {
            return;
        }
        int kind = read.get().node().integer("subLinkType");
        PgNode test = read.get().node().node("testexpr");
        if ((kind != ALL_SUBLINK && kind != ANY_SUBLINK) || test == null || !test.is("OPEXPR")) {
            return;
        }
        Expression comparison = new Expression(test, read.get().level());
        Optional<Operator> operator = comparison.operator();
        if (operator.isPresent() && UPWARD.keySet().stream().anyMatch(operator.get()::is)) {
            rewrite(
                    statement,
                    call,
                    kind == ALL_SUBLINK,
                    comparison,
                    inner.get(),
                    findings.attempt());
        }
    }

    private static void rewrite(
            Resolved statement,
            SqlCall call,
            boolean all,
            Expression comparison,
            Level inner,
            Attempt attempt) {
        Operator operator = comparison.operator().orElseThrow();
        Expression value = inner.results().getFirst();
        Optional<ColumnUse> column = value.column();
        if (!sameOrder(value.type(), operator.right())) {
            attempt.refuse("order", "the operator and max could order the values differently");
            return;
        }
        boolean count = value.function().filter(f -> f.is("count")).isPresent();
        boolean collated =
                comparison.collation() == 0
                        || column.filter(c -> c.column().collation() == comparison.collation())
                                .isPresent();
        if (!attempt.holds(
                collated, "collation", "the operator and max could have different collations")) {
            return;
        }
        if (all && !count) {
            boolean known = column.isPresent() && inner.query().nodes("groupingSets").isEmpty();
            if (!known) {
                attempt.refuse("expression", "whether the subquery's values may be NULL is open");
                return;
            }
            if (!attempt.requires(new NeverNull(column.get()))) {
                return;
            }
        }
        if (!attempt.requires(new CannotFail(statement))) {
            return;
        }
        boolean upward = UPWARD.getOrDefault(operator.name().name(), false);
        String extreme = upward == all ? "max" : "min";
        Fresh fresh = new Fresh(statement);
        String rows = fresh.name("compared");
        String v = fresh.name("value");
        Span query = statement.span(inner.whole());
        SqlNode x = call.operand(0);
        attempt.fact("the operator orders values as " + extreme + " does");
        attempt.replace(
                        call,
                        List.of("(", x, " " + operator.name().name() + " "),
                        "(SELECT pg_catalog." + extreme + "(" + rows + "." + v + ") FROM (",
                        List.of(query, ") AS " + rows + " (" + v + "))"),
                        all ? List.of(" OR NOT EXISTS (", query, "))") : ")")
                .found();
    }

    /** Whether values of a type are ordered as an operator orders what it takes them for. */
    private static boolean sameOrder(int type, int operand) {
        return (type == operand && ALONE.contains(type))
                || Stream.of(NUMBERS, MOMENTS, TEXTS)
                        .anyMatch(kind -> kind.contains(type) && kind.contains(operand));
    }
}

package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.guard.NeverNull;
import io.quern.optimizer.parse.PostgresSelect;
import io.quern.optimizer.parse.Span;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/**
 * Turns {@code x NOT IN (SELECT y FROM …)} into {@code NOT EXISTS (SELECT 1 FROM … WHERE x = y)},
 * which PostgreSQL up to 18 plans as an anti join, where the original is a filter that scans the
 * subquery's result for every row once that result does not fit into {@code work_mem}.
 *
 * <p>A NULL on either side makes NOT IN unknown and NOT EXISTS true, so neither may be one.
 */
final class NotInToNotExists implements Rule {
    @Override
    public int nativeFrom() {
        return 19;
    }

    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            for (Level.Condition condition : level.conditions()) {
                SqlCall call = notIn(condition.node());
                Optional<Level> inner = call == null ? Optional.empty() : statement.subquery(call);
                if (call != null && inner.isPresent()) {
                    rewrite(statement, condition.node(), call, inner.get(), findings.attempt());
                }
            }
        }
    }

    private static @Nullable SqlCall notIn(SqlNode node) {
        if (!(node instanceof SqlCall call)) {
            return null;
        }
        if (call.getKind() == SqlKind.NOT_IN) {
            return call;
        }
        return call.getKind() == SqlKind.NOT
                        && call.operand(0) instanceof SqlCall in
                        && in.getKind() == SqlKind.IN
                ? in
                : null;
    }

    private static void rewrite(
            Resolved statement, SqlNode condition, SqlCall call, Level inner, Attempt attempt) {
        List<SqlNode> outputs = inner.outputs();
        Optional<PostgresSelect> select = inner.select();
        boolean plain =
                select.isPresent()
                        && select.get().getFrom() != null
                        && !inner.limited()
                        && !inner.grouped()
                        && !inner.windowed()
                        && !inner.query().flag("hasTargetSRFs")
                        && outputs.size() == 1;
        if (!plain) {
            attempt.refuse("subquery", "the subquery of NOT IN is not a plain SELECT");
            return;
        }
        Optional<ColumnUse> left = statement.column(call.operand(0));
        Optional<ColumnUse> right = statement.column(outputs.getFirst());
        if (left.isEmpty() || right.isEmpty() || right.get().levelsUp() != 0) {
            attempt.refuse("columns", "one side of NOT IN is not a plain column of a table");
            return;
        }
        if (!attempt.holds(
                        Names.visible(left.get().item(), inner),
                        "captured",
                        left.get().item() + " is also a name inside the subquery")
                || !attempt.requires(new NeverNull(left.get()))
                || !attempt.requires(new NeverNull(right.get()))
                || !attempt.requires(new CannotFail(statement))) {
            return;
        }
        Span whole = statement.tree().bracketed(condition);
        Span subquery = statement.span(inner.whole());
        attempt.replace(new Span(whole.from(), subquery.from() - 1), "NOT EXISTS ")
                .replace(statement.span(select.get().getSelectList()), "1")
                .where(inner, Names.of(left.get()) + " = ", outputs.getFirst());
        if (subquery.to() + 1 < whole.to()) {
            attempt.replace(new Span(subquery.to() + 1, whole.to()));
        }
        attempt.found();
    }
}

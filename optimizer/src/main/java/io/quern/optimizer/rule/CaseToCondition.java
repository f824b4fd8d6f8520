package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.guard.SteadyValue;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.fun.SqlCase;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns {@code CASE WHEN p THEN true ELSE false END} into {@code p}, {@code CASE WHEN p THEN false
 * ELSE true END} into {@code p IS NOT TRUE}, and so on for more branches: a condition that indexes
 * and joins can use.
 *
 * <p>Of a condition only matters whether it is true, so a branch that is NULL is a false one. A
 * CASE that is compared, {@code CASE WHEN p THEN 'a' ELSE 'b' END = k}, becomes {@code 'a' = k AND
 * p OR 'b' = k AND p IS NOT TRUE}; of constants the planner keeps what applies. That is right for
 * any of them.
 */
final class CaseToCondition implements Rule {
    private static final List<Object> TRUE = List.of("TRUE");
    private static final List<Object> FALSE = List.of("FALSE");

    /** A branch: what it asks, and when its result counts as true. */
    private record Branch(List<Object> asked, List<Object> result) {}

    @Override
    public boolean perRow() {
        return true;
    }

    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            for (Level.Condition condition : level.truths()) {
                SqlNode node = condition.node();
                SqlNode inner =
                        node instanceof SqlCall call && node.getKind() == SqlKind.IS_TRUE
                                ? call.operand(0)
                                : node;
                if (inner instanceof SqlCase choice) {
                    truth(statement, node, choice, findings);
                } else {
                    BtreeComparison.of(node, statement).stream()
                            .filter(c -> c.sign() == BtreeComparison.Sign.EQUAL)
                            .map(c -> c.left() instanceof SqlCase ? c : c.flipped())
                            .filter(c -> c.left() instanceof SqlCase)
                            .forEach(c -> compared(statement, node, c, findings));
                }
            }
        }
    }

    /** A CASE of booleans. */
    private static void truth(
            Resolved statement, SqlNode condition, SqlCase choice, Findings findings) {
        List<Branch> branches = new ArrayList<>();
        for (int i = 0; i < choice.getWhenOperands().size(); i++) {
            Optional<List<Object>> result = known(choice.getThenOperands().get(i));
            Optional<List<Object>> asked = asked(statement, choice, i);
            if (result.isEmpty() || asked.isEmpty()) {
                return;
            }
            branches.add(new Branch(asked.get(), result.get()));
        }
        Optional<List<Object>> otherwise = known(choice.getElseOperand());
        if (otherwise.isPresent()) {
            Attempt attempt = findings.attempt();
            if (attempt.requires(new CannotFail(statement))) {
                write(condition, branches, otherwise.get(), attempt);
            }
        }
    }

    /** A CASE that is compared with a value. */
    private static void compared(
            Resolved statement, SqlNode condition, BtreeComparison equality, Findings findings) {
        var choice = (SqlCase) equality.left();
        List<SqlNode> results = new ArrayList<>(choice.getThenOperands());
        SqlNode last = choice.getElseOperand();
        if (last != null) {
            results.add(last);
        }
        if (!results.stream().allMatch(SqlLiteral.class::isInstance)
                || equality.right() instanceof SqlCase) {
            return;
        }
        List<Branch> branches = new ArrayList<>();
        for (int i = 0; i < choice.getWhenOperands().size(); i++) {
            Optional<List<Object>> asked = asked(statement, choice, i);
            if (asked.isEmpty()) {
                return;
            }
            branches.add(new Branch(asked.get(), equal(statement, results.get(i), equality)));
        }
        Attempt attempt = findings.attempt();
        if (attempt.requires(new SteadyValue(statement, equality.rightArgument()))
                && attempt.requires(new CannotFail(statement))) {
            List<Object> otherwise = last == null ? FALSE : equal(statement, last, equality);
            write(condition, branches, otherwise, attempt);
        }
    }

    private static List<Object> equal(
            Resolved statement, SqlNode result, BtreeComparison equality) {
        return List.of(
                Casts.to(equality.leftArgument().type(), result, statement),
                " = ",
                Casts.to(equality.rightArgument().type(), equality.right(), statement));
    }

    /** What a result that is written as a keyword counts as. */
    private static Optional<List<Object>> known(@Nullable SqlNode result) {
        if (result == null) {
            return Optional.of(FALSE);
        }
        if (!(result instanceof SqlLiteral literal)) {
            return Optional.empty();
        }
        return switch (literal.getTypeName()) {
            case BOOLEAN -> Optional.of(literal.booleanValue() ? TRUE : FALSE);
            case NULL -> Optional.of(FALSE);
            default -> Optional.empty();
        };
    }

    /** The condition of a branch; empty if it would ask a value twice that is no column. */
    private static Optional<List<Object>> asked(Resolved statement, SqlCase choice, int branch) {
        SqlNode when = choice.getWhenOperands().get(branch);
        SqlNode value = choice.getValueOperand();
        if (value == null) {
            return Optional.of(List.of("(", when, ")"));
        }
        return statement.column(value).isPresent()
                ? Optional.of(List.of("(", value, " = (", when, "))"))
                : Optional.empty();
    }

    private static void write(
            SqlNode condition, List<Branch> branches, List<Object> otherwise, Attempt attempt) {
        List<Object> written = otherwise;
        for (Branch branch : branches.reversed()) {
            written = before(branch, written);
        }
        attempt.fact("of the CASE only matters whether it is true")
                .replace(condition, List.of("(", written, ")"))
                .found();
    }

    /** A branch in front of what is asked after it. */
    private static List<Object> before(Branch branch, List<Object> rest) {
        List<Object> asked = branch.asked();
        List<Object> otherwise =
                rest.equals(TRUE)
                        ? List.of(asked, " IS NOT TRUE")
                        : List.of(asked, " IS NOT TRUE AND (", rest, ")");
        if (branch.result().equals(FALSE)) {
            return rest.equals(FALSE) ? FALSE : otherwise;
        }
        if (branch.result().equals(TRUE)) {
            return rest.equals(FALSE) ? asked : List.of(asked, " OR (", rest, ")");
        }
        List<Object> here = List.of(branch.result(), " AND ", asked);
        return rest.equals(FALSE) ? here : List.of(here, " OR ", otherwise);
    }
}

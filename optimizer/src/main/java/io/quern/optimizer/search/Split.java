package io.quern.optimizer.search;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.Types;

import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.fun.SqlCase;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How an aggregate is put together from groups made below.
 *
 * <p>If its argument is computed below it is aggregated there, and the groups' results are combined
 * above. If not, it is computed above, of columns by which was grouped, and counts for as many rows
 * as the group has. A sum of a CASE may do either in each branch, if above can be told which.
 *
 * @param filter the condition of FILTER
 * @param argumentBelow whether the argument is aggregated below
 * @param filterBelow whether FILTER is applied there
 * @param branches of a CASE that is summed branch by branch, those results that are summed below
 */
record Split(
        Grouped.Aggregate aggregate,
        Optional<Term> argument,
        Optional<Term> filter,
        boolean argumentBelow,
        boolean filterBelow,
        List<Branch> branches) {
    private static final Set<Integer> EXACT =
            Set.of(Types.INT2, Types.INT4, Types.INT8, Types.NUMERIC);

    /** They show one of several equal values. */
    private static final Set<String> EXTREMES = Set.of("min", "max");

    /** Their answer is the same however often a row is there. */
    private static final Set<String> IDEMPOTENT =
            Set.of("min", "max", "bool_and", "bool_or", "every", "bit_and", "bit_or");

    /**
     * A result of a CASE.
     *
     * @param below whether it is summed below
     */
    record Branch(SqlNode node, Term term, boolean below) {}

    Split {
        requireNonNull(aggregate, "aggregate");
        branches = List.copyOf(branches);
    }

    /** Whether an aggregate can be put together from parts and gives the very same. */
    static boolean isPossible(Grouped.Aggregate aggregate) {
        var function = aggregate.call().function();
        if (!function.name().schema().equals("pg_catalog")) {
            return false;
        }
        String name = function.name().name();
        List<Integer> types = function.arguments();
        return (name.equals("count") && !isRow(aggregate))
                || (EXTREMES.contains(name) && types.size() == 1 && isSame(aggregate))
                || (IDEMPOTENT.contains(name) && !EXTREMES.contains(name) && types.size() == 1)
                || ((name.equals("sum") || name.equals("avg"))
                        && types.size() == 1
                        && EXACT.contains(types.getFirst()));
    }

    private static boolean isSame(Grouped.Aggregate aggregate) {
        return aggregate.call().read().arguments().stream().allMatch(Sameness::ofExtreme);
    }

    /** A row of which a field is NULL is neither NULL nor NOT NULL. */
    private static boolean isRow(Grouped.Aggregate aggregate) {
        Expression read = aggregate.call().read();
        return read.arguments().stream()
                .anyMatch(
                        a ->
                                read.level()
                                        .system()
                                        .type(a.type())
                                        .filter(t -> SCALAR.contains(t.kind()))
                                        .isEmpty());
    }

    /** Base types, enums, ranges and multiranges ({@code pg_type.typtype}). */
    private static final Set<Character> SCALAR = Set.of('b', 'e', 'r', 'm');

    static Split of(Block block, Grouped.Aggregate aggregate, Set<Leaf> below, boolean nullable) {
        Optional<Term> argument = aggregate.call().argument().map(block::term);
        Optional<Term> filter = aggregate.call().filter().map(block::term);
        boolean inside =
                argument.isPresent()
                        && isBelow(argument.get(), below)
                        && (!nullable || Strictness.of(block.statement(), argument.get()));
        boolean filterBelow =
                filter.isPresent()
                        && !nullable
                        && isBelow(filter.get(), below)
                        && (inside || argument.isEmpty());
        List<Branch> branches =
                argument.isPresent() && !inside && !nullable && aggregate.is("sum")
                        ? branches(block.statement(), argument.get(), below)
                        : List.of();
        return new Split(aggregate, argument, filter, inside, filterBelow, branches);
    }

    private static boolean isBelow(Term term, Set<Leaf> below) {
        return !term.leaves().isEmpty() && below.containsAll(term.leaves()) && !term.holdsQuery();
    }

    /** The results of a CASE, if any of them can be summed below; else none. */
    private static List<Branch> branches(Resolved statement, Term argument, Set<Leaf> below) {
        if (!(argument instanceof Term.Text text)
                || !(text.source().node() instanceof SqlCase choice)
                || text.holdsQuery()) {
            return List.of();
        }
        List<@Nullable SqlNode> results = new ArrayList<>(choice.getThenOperands());
        results.add(choice.getElseOperand());
        List<Branch> branches = new ArrayList<>();
        for (SqlNode result : results) {
            if (result == null) {
                continue;
            }
            Optional<Expression> read = statement.expression(result);
            if (read.isEmpty() || !EXACT.contains(read.get().type())) {
                return List.of();
            }
            Term term = text.part(result, statement.span(result));
            branches.add(new Branch(result, term, isBelow(term, below)));
        }
        return branches.stream().anyMatch(Branch::below) ? branches : List.of();
    }

    /** Whether it answers the same however often a row is there. */
    boolean isIdempotent() {
        return IDEMPOTENT.contains(aggregate.call().function().name().name());
    }

    /** Whether it must be known how many rows a group has. */
    boolean counts() {
        if (filterBelow && argument.isEmpty()) {
            return false;
        }
        return !argumentBelow
                && !isIdempotent()
                && (branches.isEmpty() || branches.stream().anyMatch(b -> !b.below()));
    }

    /** The columns of leaves below that it needs above. */
    void used(Resolved statement, Set<Leaf> below, Set<Term.Column> into) {
        if (filter.isPresent() && !filterBelow) {
            Cut.used(filter.get(), below, into);
        }
        if (argument.isEmpty() || argumentBelow) {
            return;
        }
        if (branches.isEmpty()) {
            Cut.used(argument.get(), below, into);
            return;
        }
        Term.Text text = (Term.Text) argument.get();
        SqlCase choice = (SqlCase) text.source().node();
        List<@Nullable SqlNode> conditions = new ArrayList<>(choice.getWhenOperands());
        conditions.add(choice.getValueOperand());
        for (SqlNode condition : conditions) {
            if (condition != null) {
                Cut.used(text.part(condition, statement.span(condition)), below, into);
            }
        }
        for (Branch branch : branches) {
            if (!branch.below()) {
                Cut.used(branch.term(), below, into);
            }
        }
    }
}

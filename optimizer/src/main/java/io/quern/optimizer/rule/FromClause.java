package io.quern.optimizer.rule;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.parse.PostgresSelect;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The FROM clause of a level to which a rule adds something. */
final class FromClause {
    private final Level level;

    FromClause(Level level) {
        this.level = requireNonNull(level, "level");
    }

    /** Whether NATURAL joins columns by whatever names there are. */
    boolean natural() {
        return natural(level.select().map(PostgresSelect::getFrom).orElse(null));
    }

    private static boolean natural(@Nullable SqlNode from) {
        return switch (from) {
            case SqlJoin join ->
                    join.isNatural() || natural(join.getLeft()) || natural(join.getRight());
            case SqlCall call when call.getKind() == SqlKind.AS -> natural(call.operand(0));
            case null, default -> false;
        };
    }

    /** Whether the outermost joins are commas: what is joined at the end is joined to the last. */
    boolean listed() {
        return level.select().map(PostgresSelect::getFrom).orElse(null) instanceof SqlJoin join
                && join.getJoinType() == org.apache.calcite.sql.JoinType.COMMA;
    }

    /** Whether USING or NATURAL make one of two columns. */
    boolean merges() {
        return level.query().nodes("rtable").stream()
                .anyMatch(entry -> entry.integer("joinmergedcols") > 0);
    }

    /**
     * What an output {@code *} stands for, item by item, so that it does not show what is added.
     * Empty if columns are merged by USING, which {@code *} shows once.
     */
    String star() {
        return star(null, "");
    }

    /** The same with something else written for one item. */
    String star(@Nullable Item changed, String shown) {
        return merges()
                ? ""
                : level.items().stream()
                        .map(i -> i.equals(changed) ? shown : Names.of(i.alias()) + ".*")
                        .collect(Collectors.joining(", "));
    }

    /** Whether the whole row of an item, or a column that no table lists, is used anywhere. */
    boolean wholeRow(Item item) {
        boolean[] used = {false};
        uses(level.query(), 0, item, used);
        return used[0];
    }

    private static void uses(PgNode node, int depth, Item item, boolean[] used) {
        used[0] |=
                node.is("VAR")
                        && node.integer("varlevelsup") == depth
                        && node.integer("varno") == item.number()
                        && node.integer("varattno") <= 0;
        node.children(child -> uses(child, child.is("QUERY") ? depth + 1 : depth, item, used));
    }

    /** The columns of an item that are used anywhere, by number; none twice. */
    List<Integer> used(Item item) {
        List<Integer> columns = new ArrayList<>();
        columns(level.query(), 0, item, columns);
        return columns.stream().distinct().sorted().toList();
    }

    private static void columns(PgNode node, int depth, Item item, List<Integer> into) {
        if (node.is("VAR")
                && node.integer("varlevelsup") == depth
                && node.integer("varno") == item.number()) {
            into.add(node.integer("varattno"));
        }
        node.children(child -> columns(child, child.is("QUERY") ? depth + 1 : depth, item, into));
    }
}

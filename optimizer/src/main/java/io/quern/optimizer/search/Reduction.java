package io.quern.optimizer.search;

import io.quern.optimizer.Column;
import io.quern.optimizer.Table;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How many rows fewer a cut's groups are than its rows. */
final class Reduction {
    private Reduction() {}

    /** An estimate by what ANALYZE found; 0 where nothing is known or nothing is gained. */
    static double of(Cut cut) {
        double rows = cut.below().stream().mapToDouble(Reduction::rows).max().orElse(0);
        double groups = 1;
        for (Term.Column column : cut.columns()) {
            groups = Math.min(rows, groups * distinct(column));
        }
        if (!cut.keys().isEmpty()) {
            groups = Math.min(rows, groups * 10 * cut.keys().size());
        }
        double fewer = rows - groups;
        return fewer > 0 ? fewer : 0;
    }

    private static double rows(Leaf leaf) {
        return leaf.item().table().map(Table::rows).filter(n -> n > 0).orElse(0.0);
    }

    private static double distinct(Term.Column column) {
        double rows = rows(column.leaf());
        double known =
                column.leaf().tableColumn(column.field()).map(Column::distinct).orElse(Double.NaN);
        if (Double.isNaN(known) || known == 0) {
            return Math.max(1, rows);
        }
        return Math.max(1, known > 0 ? known : -known * rows);
    }

    /**
     * Whether several rows may be in one group: not if the keys hold a key of each table, or what
     * conditions say is equal to one.
     */
    static boolean reduces(Cut cut) {
        Set<Term.Column> known = new HashSet<>(cut.columns());
        Set<Leaf> told = new HashSet<>();
        boolean more = true;
        while (more) {
            more = false;
            for (Term.Text condition : cut.absorbed()) {
                more |= equate(condition, known);
            }
            for (Leaf leaf : cut.below()) {
                if (!told.contains(leaf) && isTold(leaf, known)) {
                    told.add(leaf);
                    for (int i = 0; i < leaf.getRowType().getFieldCount(); i++) {
                        known.add(new Term.Column(leaf, i));
                    }
                    more = true;
                }
            }
        }
        return told.size() < cut.below().size();
    }

    /** Adds the other side of an equality of two columns. */
    private static boolean equate(Term.Text condition, Set<Term.Column> known) {
        SqlNode node = condition.source().node();
        List<Term> sides = condition.operands();
        boolean equality =
                node.getKind() == SqlKind.EQUALS
                        && sides.size() == 2
                        && ((SqlCall) node)
                                .getOperandList().stream()
                                        .allMatch(o -> o instanceof SqlIdentifier);
        if (!equality
                || !(sides.get(0) instanceof Term.Column left)
                || !(sides.get(1) instanceof Term.Column right)) {
            return false;
        }
        return (known.contains(left) && known.add(right))
                || (known.contains(right) && known.add(left));
    }

    private static boolean isTold(Leaf leaf, Set<Term.Column> known) {
        Optional<Table> table = leaf.item().table();
        Set<String> names = new HashSet<>();
        known.stream()
                .filter(c -> c.leaf().equals(leaf))
                .flatMap(c -> leaf.tableColumn(c.field()).stream())
                .forEach(c -> names.add(c.name()));
        return table.stream().flatMap(t -> t.keys().stream()).anyMatch(names::containsAll);
    }
}

package io.quern.optimizer.search;

import io.quern.optimizer.Column;
import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.SystemCatalog;
import io.quern.optimizer.catalog.Types;

import java.util.Optional;
import java.util.Set;

/**
 * Whether values that grouping finds equal are the very same, so that nothing can tell them apart
 * that is computed of one of them: 2 and 2.00 are not, nor 0 and -0, nor {@code 'a'} and {@code
 * 'A'} of some collations.
 */
final class Sameness {
    private static final int OID = 26;
    private static final int NAME = 19;
    private static final int CHAR = 18;
    private static final int BYTEA = 17;
    private static final int TIME = 1083;
    private static final int MACADDR = 829;

    /** Beside {@link Types#IDENTICAL}. */
    private static final Set<Integer> IDENTICAL_TOO = Set.of(OID, NAME, CHAR, BYTEA, TIME, MACADDR);

    private static final Set<Integer> TEXTS = Set.of(Types.TEXT, Types.VARCHAR);

    private Sameness() {}

    private static boolean identical(int type) {
        return Types.IDENTICAL.contains(type) || IDENTICAL_TOO.contains(type);
    }

    /** Of a column as it is stored. */
    static boolean of(Column column, Level level) {
        int type = column.baseTypeOid();
        if (column.domain().isPresent()) {
            return Types.INTEGERS.contains(type);
        }
        boolean padded = type == Types.BPCHAR && column.modifier() >= 0;
        return identical(type)
                || (type == Types.NUMERIC && column.modifier() >= 0)
                || ((TEXTS.contains(type) || padded) && column.deterministicCollation())
                || level.system().type(type).filter(t -> t.kind() == 'e').isPresent();
    }

    /** Of an expression; texts only of columns, whose collations are known. */
    static boolean of(Expression expression) {
        Optional<SystemCatalog.Function> function = expression.function();
        // a whole number, shown without a point, but for these
        boolean part =
                function.filter(f -> f.is("extract")).isPresent()
                        && expression.arguments().size() == 2
                        && expression
                                .arguments()
                                .getFirst()
                                .text()
                                .filter(WHOLE::contains)
                                .isPresent();
        return identical(expression.type()) || part;
    }

    /** Of an argument of which the least or greatest is shown. */
    static boolean ofExtreme(Expression argument) {
        Optional<Column> column = argument.uncast().column().map(ColumnUse::column);
        if (column.isPresent()) {
            return of(column.get(), argument.level());
        }
        boolean text =
                TEXTS.contains(argument.type()) && DETERMINISTIC.contains(argument.collation());
        return text || of(argument) || isScaled(argument.node(), argument.level());
    }

    /** {@code default}, {@code C} and {@code POSIX}. */
    private static final Set<Long> DETERMINISTIC = Set.of(100L, 950L, 951L);

    /** Whether it is arithmetic of numbers that all have as many digits behind the point. */
    private static boolean isScaled(PgNode node, Level level) {
        Expression expression = new Expression(node, level);
        int type = expression.type();
        boolean number = type == Types.NUMERIC || Types.INTEGERS.contains(type);
        boolean known =
                switch (node.tag()) {
                    case "VAR" -> type != Types.NUMERIC || expression.typmod() >= 0;
                    case "CONST" -> true;
                    case "OPEXPR" ->
                            expression
                                    .operator()
                                    .filter(o -> o.is("+") || o.is("-") || o.is("*"))
                                    .isPresent();
                    case "FUNCEXPR" ->
                            expression.function().filter(f -> f.is("numeric")).isPresent();
                    default -> false;
                };
        boolean[] all = {number && known};
        node.children(child -> all[0] = all[0] && isScaled(child, level));
        return all[0];
    }

    private static final Set<String> WHOLE =
            Set.of(
                    "year",
                    "month",
                    "day",
                    "hour",
                    "minute",
                    "quarter",
                    "week",
                    "dow",
                    "doy",
                    "isodow",
                    "isoyear",
                    "decade",
                    "century",
                    "millennium");
}

package io.quern.optimizer.guard;

import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.SystemCatalog;
import io.quern.optimizer.catalog.SystemCatalog.Function;
import io.quern.optimizer.catalog.SystemCatalog.Operator;
import io.quern.optimizer.catalog.Types;
import io.quern.optimizer.guard.Origins.Origin;
import io.quern.optimizer.guard.Origins.Scope;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether equal values of an expression look the same. They do not where a numeric shows how many
 * digits it was written with, of intervals, of jsonb, of floats (two zeros), of padded text without
 * a length, and of texts whose collation equates others. Mutable, for one question.
 */
final class OneForm {
    /** Other types of PostgreSQL's own whose equal values are alike, bytea and time among them. */
    private static final Set<Integer> ALIKE =
            Set.of(
                    17, 18, 19, 26, 27, 28, 650, 774, 790, 829, 869, 1083, 1266, 1560, 1562, 3220,
                    3614, 3904, 3908, 3910, 3912, 3926, 4451, 4533, 4534, 4535, 4536, 5069);

    private static final Set<Integer> TEXTS = Set.of(Types.TEXT, Types.VARCHAR, Types.BPCHAR);

    /** None, {@code default}, {@code C} and {@code POSIX}: deterministic in every database. */
    private static final Set<Long> DETERMINISTIC = Set.of(0L, 100L, 950L, 951L);

    /** How many expressions are looked at: each use of a WITH query looks into it again. */
    private static final int VISITS = 1_000;

    private static final int EXPR_SUBLINK = 4;

    private final Level level;
    private int visits;

    OneForm(Level level) {
        this.level = level;
    }

    /** Whether it holds of an expression of this level. */
    boolean of(PgNode node) {
        return of(node, Scope.of(level));
    }

    private boolean of(@Nullable PgNode node, Scope scope) {
        if (node == null || ++visits > VISITS) {
            return false;
        }
        var expression = new Expression(node, level);
        int type = expression.type();
        if (node.is("CONST") || plain(type, level.system())) {
            return true;
        }
        if (TEXTS.contains(type)) {
            return (type != Types.BPCHAR || expression.typmod() >= 0) && text(node, scope);
        }
        if (type == Types.NUMERIC && expression.typmod() >= 0) {
            return true;
        }
        return switch (node.tag()) {
            case "VAR" -> origin(Origins.of(node, scope));
            case "SUBLINK" ->
                    node.integer("subLinkType") == EXPR_SUBLINK
                            && origin(Origins.output(node.node("subselect"), 1, scope));
            case "RELABELTYPE" -> of(node.node("arg"), scope);
            case "OPEXPR" -> type == Types.NUMERIC && arithmetic(expression, scope);
            case "FUNCEXPR" -> call(expression, scope);
            case "AGGREF", "WINDOWFUNC" -> aggregate(expression, scope);
            default -> false;
        };
    }

    private boolean origin(List<Origin> origins) {
        // several arms may each have a form of their own
        return origins.size() == 1
                && of(origins.getFirst().expression(), origins.getFirst().scope());
    }

    /** Whether the type alone says so. */
    private static boolean plain(int type, SystemCatalog system) {
        if (Types.IDENTICAL.contains(type) || ALIKE.contains(type)) {
            return true;
        }
        return system.type(type)
                .filter(
                        t ->
                                t.kind() == 'e'
                                        || (t.base() != 0 && plain(t.base(), system))
                                        || (t.element() != 0 && plain(t.element(), system)))
                .isPresent();
    }

    private boolean text(PgNode node, Scope scope) {
        if (DETERMINISTIC.contains(collation(node))) {
            return true;
        }
        Optional<ColumnUse> column = new Expression(node, level).column();
        return column.isPresent()
                ? column.get().column().deterministicCollation()
                : node.is("VAR") && origin(Origins.of(node, scope));
    }

    /** By {@code exprCollation}; -1 where it is not looked up. */
    private static long collation(PgNode node) {
        return switch (node.tag()) {
            case "VAR" -> node.number("varcollid");
            case "PARAM" -> node.number("paramcollid");
            case "OPEXPR" -> node.number("opcollid");
            case "FUNCEXPR" -> node.number("funccollid");
            case "AGGREF" -> node.number("aggcollid");
            case "WINDOWFUNC" -> node.number("wincollid");
            case "COALESCEEXPR", "COALESCE" -> node.number("coalescecollid");
            case "CASEEXPR", "CASE" -> node.number("casecollid");
            case "MINMAXEXPR", "MINMAX" -> node.number("minmaxcollid");
            case "RELABELTYPE", "COERCEVIAIO" -> node.number("resultcollid");
            case "COLLATEEXPR", "COLLATE" -> node.number("collOid");
            default -> -1;
        };
    }

    /** Digits behind the point follow from those of the operands, but not of a quotient. */
    private boolean arithmetic(Expression operation, Scope scope) {
        Optional<Operator> operator = operation.operator();
        return operator.filter(o -> o.is("+") || o.is("-") || o.is("*")).isPresent()
                && all(operation.node().nodes("args"), scope);
    }

    private boolean call(Expression call, Scope scope) {
        Function function = call.function().orElse(null);
        List<PgNode> arguments = call.node().nodes("args");
        if (function == null || arguments.isEmpty()) {
            return false;
        }
        boolean widens = function.is("numeric") || function.is("float8") || function.is("float4");
        boolean rounds = function.is("round") || function.is("trunc");
        boolean integer = Types.INTEGERS.contains(type(arguments.getFirst()));
        boolean digits = arguments.size() == 1 || arguments.get(1).is("CONST");
        return function.is("extract")
                || function.is("date_part")
                || (widens && arguments.size() == 1 && integer)
                || (rounds && digits && call.type() == Types.NUMERIC)
                || (function.is("abs") && call.type() == Types.NUMERIC && all(arguments, scope));
    }

    private int type(PgNode node) {
        return new Expression(node, level).type();
    }

    private boolean aggregate(Expression call, Scope scope) {
        Function function = call.function().orElse(null);
        List<Expression> arguments = call.arguments();
        boolean keeps =
                function != null
                        && (function.is("min")
                                || function.is("max")
                                || (function.is("sum") && call.type() == Types.NUMERIC));
        return keeps && arguments.size() == 1 && of(arguments.getFirst().node(), scope);
    }

    private boolean all(List<PgNode> nodes, Scope scope) {
        return nodes.stream().allMatch(node -> of(node, scope));
    }
}

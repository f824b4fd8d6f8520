package io.quern.optimizer.guard;

import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.SlotCheck;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.SystemCatalog.Function;
import io.quern.optimizer.catalog.SystemCatalog.Volatility;
import io.quern.optimizer.catalog.Types;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * No condition of the statement, or of a view in it, can raise an error for some row, so that it
 * does not matter in which order a plan evaluates them and for how many rows. Otherwise a rewrite
 * could make a statement fail that did not. Known not to fail are comparisons, logic and a list of
 * functions, all built in.
 *
 * @param exceptions expressions that the rewrite itself evaluates for no more rows than before
 */
public record CannotFail(Resolved statement, List<PgNode> exceptions) implements Guard {
    private static final Set<String> COMPARISONS =
            Set.of(
                    "=", "<>", "<", "<=", ">", ">=", "~~", "!~~", "~~*", "!~~*", "@>", "<@", "&&",
                    "?", "?|", "?&", "->", "->>", "#>", "#>>", "||", "^@", "~<~", "~<=~", "~>~",
                    "~>=~");

    /** Calls that answer for every value of the types they take. */
    private static final Set<String> CALLS =
            Set.of(
                    "lower",
                    "upper",
                    "length",
                    "char_length",
                    "character_length",
                    "octet_length",
                    "btrim",
                    "ltrim",
                    "rtrim",
                    "left",
                    "right",
                    "starts_with",
                    "strpos",
                    "reverse",
                    "md5",
                    "now",
                    "transaction_timestamp",
                    "statement_timestamp",
                    "coalesce",
                    "concat",
                    "replace",
                    "isfinite",
                    "array_length",
                    "cardinality",
                    "jsonb_typeof",
                    "position",
                    "initcap",
                    "sign",
                    "floor",
                    "ceil",
                    "ceiling",
                    "num_nulls",
                    "num_nonnulls");

    /** Casts among types of which every value of the first is one of the second. */
    private static final Set<String> WIDENING =
            Set.of(
                    "21>23",
                    "21>20",
                    "23>20",
                    "21>1700",
                    "23>1700",
                    "20>1700",
                    "21>700",
                    "21>701",
                    "23>700",
                    "23>701",
                    "20>700",
                    "20>701",
                    "700>701",
                    "1042>25",
                    "1042>1043",
                    "18>25",
                    "19>25",
                    "19>1043",
                    "1114>1082",
                    "16>25",
                    "1114>1083",
                    "25>1042",
                    "1184>1082");

    private static final Set<Integer> WRITABLE =
            Set.of(
                    Types.INT2,
                    Types.INT4,
                    Types.INT8,
                    Types.NUMERIC,
                    Types.FLOAT4,
                    Types.FLOAT8,
                    Types.UUID);

    public CannotFail {
        exceptions = List.copyOf(exceptions);
    }

    public CannotFail(Resolved statement) {
        this(statement, List.of());
    }

    /** With one exception, if any. */
    public CannotFail(Resolved statement, @Nullable PgNode except) {
        this(statement, except == null ? List.of() : List.of(except));
    }

    @Override
    public String code() {
        return "may-fail";
    }

    @Override
    public Optional<String> doubt() {
        return doubt(new ArrayList<>());
    }

    /** The constants that the answer looked at stay as they are. */
    @Override
    public List<SlotCheck> checks() {
        List<PgNode> relied = new ArrayList<>();
        doubt(relied);
        return pins(statement, relied);
    }

    /** Constants that were relied on must read as they do. */
    static List<SlotCheck> pins(Resolved statement, List<PgNode> relied) {
        List<SlotCheck> pins = new ArrayList<>();
        relied.stream()
                .map(statement::token)
                .filter(token -> token >= 0)
                .distinct()
                .forEach(
                        token ->
                                pins.add(
                                        new SlotCheck.Exactly(
                                                token, statement.tokens().text(token))));
        return pins;
    }

    private Optional<String> doubt(List<PgNode> relied) {
        for (Level level : statement.levels()) {
            Optional<String> reason = doubt(level, level.outer().isPresent(), relied);
            if (reason.isPresent()) {
                return reason;
            }
        }
        // the constants of a view do not change from one execution to the next
        List<PgNode> fixed = new ArrayList<>();
        return statement.views().stream()
                .flatMap(view -> view.levels().stream())
                .flatMap(level -> doubt(level, true, fixed).stream())
                .map(reason -> "in a view, " + reason)
                .findFirst();
    }

    private Optional<String> doubt(Level level, boolean inner, List<PgNode> relied) {
        PgNode query = level.query();
        PgNode jointree = query.node("jointree");
        if (jointree != null && !conditions(jointree, level, relied)) {
            return Optional.of(
                    "another condition could raise an error for rows that it is not evaluated for"
                            + " today");
        }
        PgNode having = query.node("havingQual");
        if (having != null && !holds(having, level, relied)) {
            return Optional.of("HAVING could raise an error");
        }
        if (inner && !outputs(level, relied)) {
            return Optional.of(
                    "an output of a subquery could raise an error for rows that it is not"
                            + " evaluated for today");
        }
        return Optional.empty();
    }

    private boolean outputs(Level level, List<PgNode> relied) {
        return level.query().nodes("targetList").stream()
                .map(target -> target.node("expr"))
                .allMatch(e -> e == null || holds(e, level, relied));
    }

    private boolean conditions(PgNode from, Level level, List<PgNode> relied) {
        PgNode quals = from.node("quals");
        boolean[] fine = {quals == null || holds(quals, level, relied)};
        from.nodes("fromlist").forEach(child -> fine[0] &= conditions(child, level, relied));
        for (String side : new String[] {"larg", "rarg"}) {
            PgNode child = from.node(side);
            fine[0] &= child == null || conditions(child, level, relied);
        }
        return fine[0];
    }

    /** Whether an expression has a value, NULL or not, for any row. */
    boolean holds(PgNode node, Level level, List<PgNode> relied) {
        if (folds(node, level)) {
            return true;
        }
        if (exceptions.contains(node) || node.is("QUERY")) {
            // a subquery's own conditions are looked at as a level
            return true;
        }
        boolean fine =
                switch (node.tag()) {
                    case "VAR",
                            "CONST",
                            "PARAM",
                            "BOOLEXPR",
                            "NULLTEST",
                            "BOOLEANTEST",
                            "RELABELTYPE",
                            "CASEEXPR",
                            "CASE",
                            "CASEWHEN",
                            "WHEN",
                            "CASETESTEXPR",
                            "COALESCEEXPR",
                            "COALESCE",
                            "MINMAXEXPR",
                            "MINMAX",
                            "ARRAYEXPR",
                            "ARRAY",
                            "ARRAYCOERCEEXPR",
                            "ROWEXPR",
                            "ROW",
                            "TARGETENTRY",
                            "SQLVALUEFUNCTION",
                            "SORTGROUPCLAUSE",
                            "COLLATEEXPR",
                            "COLLATE",
                            "ROWCOMPAREEXPR",
                            "ROWCOMPARE" ->
                            true;
                    case "OPEXPR", "SCALARARRAYOPEXPR", "DISTINCTEXPR", "NULLIFEXPR" ->
                            operator(node, level, relied);
                    case "FUNCEXPR" -> function(node, level, relied);
                    case "COERCEVIAIO" -> written(node, level);
                    case "AGGREF" -> aggregate(node, level, relied);
                    case "SUBLINK" -> subLink(node, level, relied);
                    default -> false;
                };
        boolean[] all = {fine};
        node.children(child -> all[0] = all[0] && holds(child, level, relied));
        return all[0];
    }

    /** An expression of constants alone is computed once, while planning, whatever the plan. */
    private static boolean folds(PgNode node, Level level) {
        boolean operation = node.is("OPEXPR") || node.is("FUNCEXPR") || node.is("RELABELTYPE");
        if (!operation) {
            return node.is("CONST");
        }
        Function function =
                level.system()
                        .function(node.number(node.is("OPEXPR") ? "opfuncid" : "funcid"))
                        .orElse(null);
        boolean immutable =
                node.is("RELABELTYPE")
                        || (function != null && function.volatility() == Volatility.IMMUTABLE);
        boolean[] constant = {immutable};
        node.children(child -> constant[0] = constant[0] && folds(child, level));
        return constant[0];
    }

    private static boolean operator(PgNode node, Level level, List<PgNode> relied) {
        var operator = level.system().operator(node.number("opno"));
        if (operator.isEmpty()
                || !operator.get().name().schema().equals("pg_catalog")
                || !COMPARISONS.contains(operator.get().name().name())) {
            return isBounded(node, level, relied) || clock(node, level, relied);
        }
        // a pattern that ends in its escape is an error
        return !operator.get().name().name().contains("~~") || pattern(node);
    }

    /** Whether it is of type numeric, and of arithmetic that stays in range. */
    private static boolean isBounded(PgNode node, Level level, List<PgNode> relied) {
        return new Expression(node, level).type() == Types.NUMERIC
                && new Magnitude(level, relied).bounded(node);
    }

    private static boolean pattern(PgNode node) {
        var bytes =
                node.nodes("args").size() == 2
                        ? node.nodes("args").get(1).texts("datum")
                        : List.<String>of();
        return !bytes.isEmpty() && !bytes.contains("92");
    }

    /** Whether it is near a clock, or a timestamp to which nothing is added. */
    private static boolean clock(PgNode node, Level level, List<PgNode> relied) {
        relied.add(node.nodes("args").getLast());
        return Moments.isNearClock(new Expression(node, level)) || isStill(node, level);
    }

    private static boolean isStill(PgNode node, Level level) {
        PgNode interval = node.nodes("args").getLast();
        return level.system()
                        .operator(node.number("opno"))
                        .filter(o -> o.is("-") || o.is("+"))
                        .filter(o -> o.left() == Types.TIMESTAMP || o.left() == Types.TIMESTAMPTZ)
                        .isPresent()
                && interval.is("CONST")
                && interval.integer("consttype") == Types.INTERVAL
                && !interval.texts("datum").isEmpty()
                && interval.texts("datum").stream().allMatch("0"::equals);
    }

    private static boolean function(PgNode node, Level level, List<PgNode> relied) {
        Optional<Function> function = level.system().function(node.number("funcid"));
        if (function.isEmpty()) {
            return false;
        }
        QualifiedName name = function.get().name();
        if (!name.schema().equals("pg_catalog")) {
            return false;
        }
        var call = new Expression(node, level);
        if (Moments.isPart(call)) {
            relied.add(node.nodes("args").getFirst());
            return true;
        }
        if (name.name().equals("round") || name.name().equals("abs")) {
            return isBounded(node, level, relied);
        }
        if (name.name().equals("substr") || name.name().equals("substring")) {
            return part(node, level);
        }
        if (function.get().arguments().size() == 1
                && WIDENING.contains(
                        function.get().arguments().getFirst() + ">" + function.get().result())) {
            return true;
        }
        return Moments.isClock(call) || CALLS.contains(name.name());
    }

    /** Whether a value is written as text, which every value of these types can be. */
    private static boolean written(PgNode cast, Level level) {
        return cast.integer("resulttype") == Types.TEXT
                && new Expression(cast, level)
                        .argument()
                        .filter(a -> WRITABLE.contains(a.type()))
                        .isPresent();
    }

    /** Whether a part of a text is taken by place, and no negative length is asked for. */
    private static boolean part(PgNode call, Level level) {
        List<Expression> arguments = new Expression(call, level).arguments();
        boolean places =
                arguments.stream().skip(1).allMatch(a -> a.type() == Types.INT4)
                        && arguments.getFirst().type() == Types.TEXT;
        // a positive number is written without a sign, in every execution
        return places
                && (arguments.size() == 2
                        || arguments.get(2).integer().filter(n -> n > 0).isPresent());
    }

    /**
     * Sums of integers are kept in wider types. Those of {@code numeric} stay in range if each
     * value is far from its end.
     */
    private static boolean aggregate(PgNode node, Level level, List<PgNode> relied) {
        Optional<Function> function = level.system().function(node.number("aggfnoid"));
        if (function.isEmpty() || !function.get().name().schema().equals("pg_catalog")) {
            return false;
        }
        return switch (function.get().name().name()) {
            case "count", "min", "max", "bool_and", "bool_or", "every", "bit_and", "bit_or" -> true;
            case "sum", "avg" ->
                    new Expression(node, level)
                            .arguments().stream()
                                    .allMatch(
                                            a ->
                                                    Types.INTEGERS.contains(a.type())
                                                            || isBounded(a.node(), level, relied));
            default -> false;
        };
    }

    /** A query as a value fails if it has two rows; an aggregate without groups has one. */
    private static boolean subLink(PgNode node, Level level, List<PgNode> relied) {
        int kind = node.integer("subLinkType");
        PgNode query = node.node("subselect");
        if (kind != 4 || query == null) {
            return kind != 5;
        }
        boolean one = query.flag("hasAggs") && query.nodes("groupClause").isEmpty();
        PgNode limit = query.node("limitCount");
        if (one && query.nodes("groupingSets").isEmpty()) {
            return true;
        }
        if (limit == null || new Expression(limit, level).argument().isEmpty()) {
            return false;
        }
        // LIMIT takes an int8: a cast around what was written
        Expression written = new Expression(limit, level).argument().orElseThrow();
        relied.add(written.node());
        return written.integer().filter(n -> n <= 1).isPresent();
    }
}

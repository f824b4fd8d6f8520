package io.quern.optimizer.catalog;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.SystemCatalog.Function;
import io.quern.optimizer.catalog.SystemCatalog.Operator;

import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An expression as PostgreSQL reads it, in its query level: which operator or function it is, of
 * which type, and which column. Immutable.
 */
public final class Expression {
    private final PgNode node;
    private final Level level;

    public Expression(PgNode node, Level level) {
        this.node = requireNonNull(node, "node");
        this.level = requireNonNull(level, "level");
    }

    public PgNode node() {
        return node;
    }

    /** The query level it is evaluated in. */
    public Level level() {
        return level;
    }

    /** The OID of its result's type ({@code exprType}); 0 for a node that has none. */
    public int type() {
        return type(node);
    }

    static int type(PgNode node) {
        return switch (node.tag()) {
            case "VAR" -> node.integer("vartype");
            case "CONST" -> node.integer("consttype");
            case "PARAM" -> node.integer("paramtype");
            case "OPEXPR", "DISTINCTEXPR", "NULLIFEXPR" -> node.integer("opresulttype");
            case "FUNCEXPR" -> node.integer("funcresulttype");
            case "AGGREF" -> node.integer("aggtype");
            case "WINDOWFUNC" -> node.integer("wintype");
            case "RELABELTYPE",
                    "COERCEVIAIO",
                    "ARRAYCOERCEEXPR",
                    "CONVERTROWTYPEEXPR",
                    "COERCETODOMAIN",
                    "FIELDSELECT" ->
                    node.integer("resulttype");
            case "CASEEXPR", "CASE" -> node.integer("casetype");
            case "COALESCEEXPR", "COALESCE" -> node.integer("coalescetype");
            case "MINMAXEXPR", "MINMAX" -> node.integer("minmaxtype");
            case "ARRAYEXPR", "ARRAY" -> node.integer("array_typeid");
            case "ROWEXPR", "ROW" -> node.integer("row_typeid");
            case "SQLVALUEFUNCTION" -> node.integer("type");
            case "SUBSCRIPTINGREF" -> node.integer("refrestype");
            case "SUBLINK" -> subLinkType(node);
            case "COLLATEEXPR", "COLLATE" -> {
                PgNode inner = node.node("arg");
                yield inner == null ? 0 : type(inner);
            }
            case "BOOLEXPR",
                    "SCALARARRAYOPEXPR",
                    "NULLTEST",
                    "BOOLEANTEST",
                    "ROWCOMPAREEXPR",
                    "ROWCOMPARE" ->
                    Types.BOOL;
            default -> 0;
        };
    }

    private static int subLinkType(PgNode node) {
        int kind = node.integer("subLinkType");
        if (kind != EXPR_SUBLINK) {
            return kind <= ALL_AND_ANY ? Types.BOOL : 0;
        }
        PgNode query = node.node("subselect");
        PgNode first = query == null ? null : query.nodes("targetList").getFirst().node("expr");
        return first == null ? 0 : type(first);
    }

    private static final int EXPR_SUBLINK = 4;
    private static final int ALL_AND_ANY = 3;

    /** The type modifier of its result ({@code exprTypmod}); -1 where it has none. */
    public int typmod() {
        return typmod(node);
    }

    private static int typmod(PgNode node) {
        return switch (node.tag()) {
            case "VAR" -> node.integer("vartypmod");
            case "CONST" -> node.integer("consttypmod");
            case "PARAM" -> node.integer("paramtypmod");
            case "RELABELTYPE", "ARRAYCOERCEEXPR", "COERCETODOMAIN", "FIELDSELECT" ->
                    node.integer("resulttypmod");
            case "SUBSCRIPTINGREF" -> node.integer("reftypmod");
            case "FUNCEXPR" -> coercedLength(node);
            case "COALESCEEXPR", "COALESCE", "MINMAXEXPR", "MINMAX" ->
                    common(node, node.nodes("args"));
            case "CASEEXPR", "CASE" -> caseTypmod(node);
            case "SUBLINK" -> subLinkTypmod(node);
            default -> -1;
        };
    }

    /** A cast to {@code varchar(5)} has the length as its second argument. */
    private static int coercedLength(PgNode node) {
        List<PgNode> args = node.nodes("args");
        boolean cast = node.text("funcformat").equals("1") || node.text("funcformat").equals("2");
        return cast && args.size() >= 2 && args.get(1).is("CONST")
                ? Math.toIntExact(littleEndian(args.get(1).texts("datum"), 4))
                : -1;
    }

    private static int common(PgNode node, List<PgNode> parts) {
        int common = parts.isEmpty() ? -1 : typmod(parts.getFirst());
        return parts.stream().allMatch(p -> type(p) == type(node) && typmod(p) == common)
                ? common
                : -1;
    }

    private static int caseTypmod(PgNode node) {
        List<PgNode> results = new ArrayList<>();
        for (PgNode when : node.nodes("args")) {
            PgNode result = when.node("result");
            if (result != null) {
                results.add(result);
            }
        }
        PgNode otherwise = node.node("defresult");
        if (otherwise == null) {
            return -1;
        }
        results.add(otherwise);
        return common(node, results);
    }

    private static int subLinkTypmod(PgNode node) {
        PgNode query = node.node("subselect");
        PgNode first =
                node.integer("subLinkType") != EXPR_SUBLINK || query == null
                        ? null
                        : query.nodes("targetList").getFirst().node("expr");
        return first == null ? -1 : typmod(first);
    }

    private static long littleEndian(List<String> bytes, int width) {
        long value = 0;
        for (int i = Math.min(width, bytes.size()) - 1; i >= 0; i--) {
            value = (value << 8) | (Long.parseLong(bytes.get(i)) & 0xff);
        }
        return width == 4 ? (int) value : value;
    }

    /** The operator, of a plain operator expression. */
    public Optional<Operator> operator() {
        return node.is("OPEXPR") || node.is("SCALARARRAYOPEXPR") || node.is("DISTINCTEXPR")
                ? level.system().operator(node.number("opno"))
                : Optional.empty();
    }

    /** The function, of a call, an aggregate's or a window function's. */
    public Optional<Function> function() {
        return switch (node.tag()) {
            case "FUNCEXPR" -> level.system().function(node.number("funcid"));
            case "AGGREF" -> level.system().function(node.number("aggfnoid"));
            case "WINDOWFUNC" -> level.system().function(node.number("winfnoid"));
            default -> Optional.empty();
        };
    }

    /** The collation that an operator or call uses; 0 for none. */
    public long collation() {
        return node.number("inputcollid");
    }

    /** The arguments of an operator or call, casts that nobody wrote included. */
    public List<Expression> arguments() {
        List<Expression> arguments = new ArrayList<>();
        for (PgNode argument : node.nodes("args")) {
            @Nullable PgNode inner = argument;
            if (argument.is("TARGETENTRY")) {
                inner = argument.node("expr");
            }
            if (inner != null) {
                arguments.add(new Expression(inner, level));
            }
        }
        return arguments;
    }

    /** The only argument of a cast or call of one argument; empty for others. */
    public Optional<Expression> argument() {
        PgNode single = node.node("arg");
        if (single != null) {
            return Optional.of(new Expression(single, level));
        }
        List<Expression> all = arguments();
        return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
    }

    /** The argument that a written operand is, casts that nobody wrote included. */
    public Expression against(SqlNode operand, Resolved statement) {
        Expression written = statement.expression(operand).orElseThrow();
        return arguments().stream()
                .filter(a -> a.uncast().node() == written.node())
                .findFirst()
                .orElse(written);
    }

    /** What stands below casts that nobody wrote. */
    public Expression uncast() {
        Expression below = this;
        while (below.isImplicitCast()) {
            below = below.argument().orElseThrow();
        }
        return below;
    }

    /** Whether it is a cast that nobody wrote. */
    public boolean isImplicitCast() {
        String format =
                switch (node.tag()) {
                    case "FUNCEXPR" -> node.text("funcformat");
                    case "RELABELTYPE" -> node.text("relabelformat");
                    case "COERCEVIAIO", "ARRAYCOERCEEXPR" -> node.text("coerceformat");
                    case "COERCETODOMAIN" -> node.text("coercionformat");
                    default -> "";
                };
        return format.equals("2") && argument().isPresent();
    }

    /** Whether it is a constant other than NULL. */
    public boolean isConstant() {
        return node.is("CONST") && !node.flag("constisnull");
    }

    public boolean isParameter() {
        return node.is("PARAM") && node.integer("paramkind") == 0;
    }

    /** The value of an integer constant of two, four or eight bytes. */
    public Optional<Long> integer() {
        boolean integral = Types.INTEGERS.contains(type()) || type() == Types.TIMESTAMP;
        List<String> bytes = node.texts("datum");
        if (!isConstant() || !(integral || type() == Types.DATE) || bytes.size() != 8) {
            return Optional.empty();
        }
        long value = littleEndian(bytes, 8);
        return Optional.of(
                switch (type()) {
                    case Types.INT2 -> (long) (short) value;
                    case Types.INT4, Types.DATE -> (long) (int) value;
                    default -> value;
                });
    }

    /**
     * An interval's three parts, which PostgreSQL does not convert into each other.
     *
     * @param time in microseconds
     */
    public record Interval(long time, int days, int months) {}

    /** The value of an interval constant. */
    public Optional<Interval> interval() {
        List<String> bytes = node.texts("datum");
        if (!isConstant() || type() != Types.INTERVAL || bytes.size() != 16) {
            return Optional.empty();
        }
        return Optional.of(
                new Interval(
                        littleEndian(bytes, 8),
                        (int) littleEndian(bytes.subList(8, 12), 4),
                        (int) littleEndian(bytes.subList(12, 16), 4)));
    }

    /** The value of a text constant; empty if it is not ASCII. */
    public Optional<String> text() {
        List<String> bytes = node.texts("datum");
        if (!isConstant() || type() != Types.TEXT || bytes.size() < VARHDRSZ) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder();
        for (String value : bytes.subList(VARHDRSZ, bytes.size())) {
            int code = Integer.parseInt(value);
            if (code <= 0) {
                return Optional.empty();
            }
            text.append((char) code);
        }
        return Optional.of(text.toString());
    }

    /** The length word in front of a text's bytes. */
    private static final int VARHDRSZ = 4;

    /** The column of a relation it is, through joins that merge columns of the same relation. */
    public Optional<ColumnUse> column() {
        return node.is("VAR") ? level.column(node) : Optional.empty();
    }

    /** The tag only. */
    @Override
    public String toString() {
        return node.toString();
    }
}

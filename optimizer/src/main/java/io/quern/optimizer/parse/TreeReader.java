package io.quern.optimizer.parse;

import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDelete;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlUpdate;
import org.apache.calcite.sql.SqlWithItem;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Turns Calcite's tree of a {@link StructuralCopy} into blocks over the statement's own tokens. */
final class TreeReader {
    private static final Set<String> CLAUSES =
            Set.of(
                    "where",
                    "group",
                    "having",
                    "window",
                    "order",
                    "limit",
                    "offset",
                    "fetch",
                    "for",
                    "union",
                    "intersect",
                    "except",
                    "returning");
    private static final Set<String> JOIN_WORDS =
            Set.of("join", "inner", "left", "right", "full", "cross", "natural", "on", "using");

    private final Tokens tokens;
    private final boolean locking;
    private final Set<String> withNames = new HashSet<>();

    TreeReader(Tokens tokens, boolean locking) {
        this.tokens = tokens;
        this.locking = locking;
    }

    /** Reads a statement; structure the tokens do not confirm is refused. */
    Grammar.Result read(SqlNode node) {
        try {
            List<Block> blocks = new ArrayList<>();
            collect(node, blocks);
            Block root = blocks.size() == 1 && isWhole(node) ? blocks.getFirst() : holder(blocks);
            return new Tree(tokens, root, locking, withNames);
        } catch (Unconfirmed e) {
            return Grammar.declined("structure", "two readings of the statement disagree");
        }
    }

    /** The two readings, Calcite's and the tokens', differ: nothing may be built on either. */
    private static final class Unconfirmed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unconfirmed() {
            super("structure", null, false, false);
        }
    }

    private static boolean isWhole(SqlNode node) {
        return switch (node.getKind()) {
            case SELECT, UPDATE, DELETE -> true;
            case ORDER_BY -> isWhole(((SqlCall) node).operand(0));
            default -> false;
        };
    }

    private Block holder(List<Block> nested) {
        Span all = new Span(0, tokens.count());
        return new Block(
                Block.Kind.OTHER,
                all,
                new Span(0, 0),
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                false,
                false,
                List.of(),
                false,
                nested);
    }

    private void collect(@Nullable SqlNode node, List<Block> into) {
        switch (node) {
            case null -> {}
            case SqlSelect select -> into.add(select(select));
            case SqlUpdate update ->
                    into.add(
                            change(
                                    Block.Kind.UPDATE,
                                    update,
                                    update.getTargetTable(),
                                    update.getAlias()));
            case SqlDelete delete ->
                    into.add(
                            change(
                                    Block.Kind.DELETE,
                                    delete,
                                    delete.getTargetTable(),
                                    delete.getAlias()));
            case SqlWithItem item -> {
                withNames.add(name(token(item.name)));
                collect(item.query, into);
            }
            case SqlCall call -> call.getOperandList().forEach(operand -> collect(operand, into));
            case SqlNodeList list -> list.forEach(member -> collect(member, into));
            default -> {}
        }
    }

    private Block select(SqlSelect node) {
        int start = token(node);
        // the position of a subquery may start at its bracket
        while (tokens.symbol(start, "(")) {
            start++;
        }
        if (!tokens.word(start, "select")) {
            throw new Unconfirmed();
        }
        Clauses clauses = new Clauses(start);
        int output = start + 1;
        boolean distinctOn = false;
        if (tokens.word(output, "all")) {
            output++;
        } else if (tokens.word(output, "distinct")) {
            output++;
            distinctOn = tokens.word(output, "on");
            output = distinctOn ? tokens.partner(output + 1) + 1 : output;
        }
        int outputEnd = clauses.first("from") >= 0 ? clauses.first("from") : clauses.firstEnd();
        confirm(node.getFrom() != null, clauses.first("from") >= 0);
        confirm(node.getWhere() != null, clauses.first("where") >= 0);
        confirm(node.getGroup() != null, clauses.first("group") >= 0);
        List<Block> nested = new ArrayList<>();
        node.getOperandList().forEach(operand -> collect(operand, nested));
        return new Block(
                Block.Kind.SELECT,
                new Span(start, clauses.end),
                new Span(output, Math.max(output, outputEnd)),
                Optional.ofNullable(node.getFrom()).map(this::relation),
                clauses.span("where", 1),
                node.isDistinct(),
                distinctOn,
                node.getGroup() != null || node.getHaving() != null,
                !node.getWindowList().isEmpty(),
                clauses.span("order", 2).map(keys -> tokens.split(keys, ",")).orElse(List.of()),
                clauses.first("limit") >= 0
                        || clauses.first("offset") >= 0
                        || clauses.first("fetch") >= 0,
                nested);
    }

    private Block change(
            Block.Kind kind, SqlCall node, SqlNode target, @Nullable SqlIdentifier alias) {
        int start = token(node);
        if (!tokens.word(start, kind == Block.Kind.UPDATE ? "update" : "delete")) {
            throw new Unconfirmed();
        }
        Clauses clauses = new Clauses(start);
        List<Block> nested = new ArrayList<>();
        node.getOperandList().forEach(operand -> collect(operand, nested));
        return new Block(
                kind,
                new Span(start, clauses.end),
                new Span(start, start),
                Optional.of(
                        target instanceof SqlIdentifier id
                                ? new Relation.Named(
                                        path(id),
                                        Optional.ofNullable(alias).map(a -> name(token(a))))
                                : new Relation.Opaque(Optional.empty())),
                clauses.span("where", 1),
                false,
                false,
                false,
                false,
                List.of(),
                false,
                nested);
    }

    private Relation relation(SqlNode node) {
        return switch (node) {
            case SqlIdentifier id -> new Relation.Named(path(id), Optional.empty());
            case SqlJoin join -> join(join);
            case SqlCall call when call.getKind() == SqlKind.AS -> {
                Optional<String> alias = Optional.of(name(token(call.operand(1))));
                yield call.operandCount() == 2 && call.operand(0) instanceof SqlIdentifier id
                        ? new Relation.Named(path(id), alias)
                        : new Relation.Opaque(alias);
            }
            default -> new Relation.Opaque(Optional.empty());
        };
    }

    private Relation join(SqlJoin node) {
        Relation.Join kind =
                switch (node.getJoinType()) {
                    case INNER, CROSS, COMMA -> Relation.Join.INNER;
                    case LEFT -> Relation.Join.LEFT;
                    case RIGHT -> Relation.Join.RIGHT;
                    case FULL -> Relation.Join.FULL;
                    default -> throw new Unconfirmed();
                };
        boolean merges = node.isNatural() || node.getConditionType() == JoinConditionType.USING;
        return new Relation.Joined(
                relation(node.getLeft()),
                relation(node.getRight()),
                kind,
                node.getConditionType() == JoinConditionType.ON && node.getCondition() != null
                        ? Optional.of(on(node.getCondition()))
                        : Optional.empty(),
                merges);
    }

    private Span on(SqlNode condition) {
        int from = token(condition);
        while (from > 0 && !tokens.word(from - 1, "on")) {
            from--;
            if (!tokens.symbol(from, "(")
                    && !tokens.word(from, "not")
                    && !tokens.symbol(from, "+")
                    && !tokens.symbol(from, "-")) {
                throw new Unconfirmed();
            }
        }
        int to = from;
        while (to < tokens.count()) {
            if (tokens.partner(to) > to) {
                to = tokens.partner(to) + 1;
                continue;
            }
            boolean call =
                    tokens.word(to, JOIN_WORDS)
                            && tokens.symbol(to + 1, "(")
                            && (tokens.word(to, "left") || tokens.word(to, "right"));
            if (tokens.partner(to) >= 0
                    || tokens.symbol(to, ",")
                    || tokens.symbol(to, ";")
                    || (!call
                            && !tokens.symbol(to - 1, ".")
                            && (tokens.word(to, JOIN_WORDS) || tokens.word(to, CLAUSES)))) {
                break;
            }
            to++;
        }
        return new Span(from, to);
    }

    private List<String> path(SqlIdentifier id) {
        int i = token(id);
        List<String> path = new ArrayList<>();
        path.add(name(i));
        while (tokens.symbol(i + 1, ".")) {
            i += 2;
            path.add(tokens.attribute(i).orElseThrow(Unconfirmed::new));
        }
        confirm(path.size() == 1, id.names.size() == 1);
        return path;
    }

    private String name(int i) {
        return tokens.name(i).orElseThrow(Unconfirmed::new);
    }

    private int token(SqlNode node) {
        int column = node.getParserPosition().getColumnNum();
        if (column < 1) {
            throw new Unconfirmed();
        }
        return tokens.sql().tokenAt(column - 1);
    }

    private static void confirm(boolean one, boolean other) {
        if (one != other) {
            throw new Unconfirmed();
        }
    }

    /** Where the clauses of one query level start, told from its tokens. */
    private final class Clauses {
        private final List<Integer> starts = new ArrayList<>();
        private final int end;

        Clauses(int start) {
            int i = start + 1;
            while (i < tokens.count() && !tokens.symbol(i, ";")) {
                if (tokens.partner(i) > i) {
                    i = tokens.partner(i) + 1;
                    continue;
                }
                boolean setOperation =
                        tokens.word(i, Set.of("union", "intersect", "except"))
                                && !tokens.symbol(i - 1, ".");
                if (tokens.partner(i) >= 0 || setOperation) {
                    break;
                }
                boolean name = tokens.symbol(i - 1, ".") || tokens.word(i - 1, "as");
                boolean comparison = tokens.word(i, "from") && tokens.word(i - 1, "distinct");
                if (!name && !comparison && (tokens.word(i, CLAUSES) || tokens.word(i, "from"))) {
                    starts.add(i);
                }
                i++;
            }
            end = i;
        }

        int first(String clause) {
            return starts.stream().filter(i -> tokens.word(i, clause)).findFirst().orElse(-1);
        }

        int firstEnd() {
            return starts.isEmpty() ? end : starts.getFirst();
        }

        Optional<Span> span(String clause, int words) {
            int start = first(clause);
            if (start < 0) {
                return Optional.empty();
            }
            int at = starts.indexOf(start);
            int to = at + 1 < starts.size() ? starts.get(at + 1) : end;
            if (start + words >= to) {
                throw new Unconfirmed();
            }
            return Optional.of(new Span(start + words, to));
        }
    }
}

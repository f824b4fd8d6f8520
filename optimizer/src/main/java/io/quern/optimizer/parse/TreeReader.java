package io.quern.optimizer.parse;

import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the query levels in a syntax tree, and what occurs anywhere in it. */
final class TreeReader {
    /** A chain of operators such as {@code a || b || c} is as deep as it is long. */
    private static final int MAX_DEPTH = 1000;

    private final Tokens tokens;
    private final BitSet grouping;
    private final Set<String> withNames = new HashSet<>();
    private boolean locking;
    private boolean changes;

    TreeReader(Tokens tokens, BitSet grouping) {
        this.tokens = tokens;
        this.grouping = grouping;
    }

    /** Reads a statement; a tree too deep for whoever walks it is refused. */
    Grammar.Result read(SqlNode node) {
        if (depth(node) > MAX_DEPTH) {
            return Grammar.declined("too-deep", "a chain of operators is longer than " + MAX_DEPTH);
        }
        List<Block> blocks = new ArrayList<>();
        collect(node, blocks);
        Block root = blocks.size() == 1 && isWhole(node) ? blocks.getFirst() : holder(blocks);
        var findings = new Tree.Findings(locking, changes, withNames);
        return new Tree(tokens, node, grouping, root, findings);
    }

    private record Level(SqlNode node, int depth) {}

    private static int depth(SqlNode root) {
        Deque<Level> left = new ArrayDeque<>();
        left.push(new Level(root, 1));
        int deepest = 0;
        while (!left.isEmpty() && deepest <= MAX_DEPTH) {
            Level level = left.pop();
            deepest = Math.max(deepest, level.depth());
            for (SqlNode child : children(level.node())) {
                if (child != null) {
                    left.push(new Level(child, level.depth() + 1));
                }
            }
        }
        return deepest;
    }

    private static Iterable<? extends @Nullable SqlNode> children(SqlNode node) {
        return switch (node) {
            case SqlCall call -> call.getOperandList();
            case SqlNodeList list -> list;
            default -> List.of();
        };
    }

    private static boolean isWhole(SqlNode node) {
        return switch (node) {
            case PostgresSelect select -> true;
            case Change change -> isBlock(change);
            case OrderedQuery query -> query.query instanceof PostgresSelect;
            default -> false;
        };
    }

    private static boolean isBlock(Change change) {
        return change.verb() == Change.Verb.UPDATE || change.verb() == Change.Verb.DELETE;
    }

    private Block holder(List<Block> nested) {
        return new Block(
                Block.Kind.OTHER,
                new Span(0, tokens.count()),
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
            case PostgresSelect select -> into.add(select(select, null));
            case OrderedQuery query -> {
                locking |= !query.locking().isEmpty();
                if (query.query instanceof PostgresSelect select) {
                    into.add(select(select, query));
                } else {
                    query.getOperandList().forEach(operand -> collect(operand, into));
                }
            }
            case Change change -> {
                changes = true;
                if (isBlock(change)) {
                    into.add(change(change));
                } else {
                    change.getOperandList().forEach(operand -> collect(operand, into));
                }
            }
            case CommonTable item -> {
                withNames.add(item.name.getSimple());
                item.getOperandList().forEach(operand -> collect(operand, into));
            }
            default -> children(node).forEach(child -> collect(child, into));
        }
    }

    private Block select(PostgresSelect node, @Nullable OrderedQuery around) {
        List<Block> nested = new ArrayList<>();
        node.getOperandList().forEach(operand -> collect(operand, nested));
        List<Span> orderBy = new ArrayList<>();
        boolean limited = false;
        Span span = span(node);
        if (around != null) {
            around.orderList.forEach(key -> orderBy.add(bracketed(key)));
            limited = around.offset != null || around.fetch != null;
            span = span(around);
            around.getOperandList().stream().skip(1).forEach(o -> collect(o, nested));
        }
        return new Block(
                Block.Kind.SELECT,
                span,
                span(node.getSelectList()),
                Optional.ofNullable(node.getFrom()).map(this::relation),
                Optional.ofNullable(node.getWhere()).map(this::bracketed),
                node.isDistinct(),
                node.distinctOn() != null,
                node.getGroup() != null || node.getHaving() != null,
                !node.getWindowList().isEmpty(),
                orderBy,
                limited,
                nested);
    }

    private Block change(Change node) {
        List<Block> nested = new ArrayList<>();
        node.getOperandList().forEach(operand -> collect(operand, nested));
        Span span = span(node);
        Relation target = target(node);
        Relation from =
                node.source() == null
                        ? target
                        : new Relation.Joined(
                                target,
                                relation(node.source()),
                                Relation.Join.INNER,
                                Optional.empty(),
                                false);
        return new Block(
                node.verb() == Change.Verb.UPDATE ? Block.Kind.UPDATE : Block.Kind.DELETE,
                span,
                new Span(span.from(), span.from()),
                Optional.of(from),
                Optional.ofNullable(node.condition()).map(this::bracketed),
                false,
                false,
                false,
                false,
                List.of(),
                false,
                nested);
    }

    private Relation target(Change node) {
        SqlIdentifier alias = node.alias();
        return alias == null
                ? relation(node.target())
                : named(relation(node.target()), alias.getSimple());
    }

    private Relation relation(SqlNode node) {
        return switch (node) {
            case SqlIdentifier id -> new Relation.Named(id.names, Optional.empty());
            case SqlJoin join -> join(join);
            case SqlCall call when call.getOperator().equals(SqlStdOperatorTable.AS) ->
                    call.operandCount() == 2
                            ? named(relation(call.operand(0)), name(call.operand(1)))
                            : new Relation.Opaque(Optional.of(name(call.operand(1))));
            case SqlCall call when call.getOperator().equals(Form.DESCENDANTS) ->
                    relation(call.operand(0));
            case SqlCall call when call.getKind() == SqlKind.AS ->
                    new Relation.Opaque(
                            Optional.ofNullable(call.getOperandList().get(1))
                                    .map(TreeReader::name));
            case SqlCall call when call.getOperator().equals(Form.SAMPLE) ->
                    switch (relation(call.operand(0))) {
                        case Relation.Named named ->
                                new Relation.Opaque(Optional.of(named.visible()));
                        case Relation other -> other;
                    };
            default -> new Relation.Opaque(Optional.empty());
        };
    }

    /** A table may be renamed and stays a table; anything else, a bracketed join too, does not. */
    private static Relation named(Relation relation, String alias) {
        return relation instanceof Relation.Named table && table.alias().isEmpty()
                ? new Relation.Named(table.path(), Optional.of(alias))
                : new Relation.Opaque(Optional.of(alias));
    }

    private static String name(SqlNode id) {
        return ((SqlIdentifier) id).getSimple();
    }

    private Relation join(SqlJoin node) {
        Relation.Join kind =
                switch (node.getJoinType()) {
                    case LEFT -> Relation.Join.LEFT;
                    case RIGHT -> Relation.Join.RIGHT;
                    case FULL -> Relation.Join.FULL;
                    default -> Relation.Join.INNER;
                };
        boolean merges = node.isNatural() || node.getConditionType() == JoinConditionType.USING;
        return new Relation.Joined(
                relation(node.getLeft()),
                relation(node.getRight()),
                kind,
                node.getConditionType() == JoinConditionType.ON
                        ? Optional.ofNullable(node.getCondition()).map(this::bracketed)
                        : Optional.empty(),
                merges);
    }

    private static Span span(SqlNode node) {
        return Tree.span(node.getParserPosition());
    }

    private Span bracketed(SqlNode node) {
        return Tree.bracketed(tokens, grouping, span(node));
    }
}

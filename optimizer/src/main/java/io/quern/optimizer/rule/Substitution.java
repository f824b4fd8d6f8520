package io.quern.optimizer.rule;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Column;
import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.parse.PostgresSelect;
import io.quern.optimizer.parse.Span;
import io.quern.optimizer.parse.Tree;

import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A FROM item taken out of its query level, with another's columns in place of its own. The
 * equalities between the two become {@code IS NOT NULL} of the column that stays, which is what is
 * left of them; the rest of the item's ON becomes part of WHERE.
 *
 * <p>Only an item that no outer join fills with NULL: then every join above it is an inner one or
 * keeps all its rows, and a condition of its own join may as well be applied at the end.
 */
final class Substitution {
    /** A row of the equalities that join two items: {@code gone.column = kept.column}. */
    record Equality(SqlNode node, String gone, ColumnUse kept) {}

    private final Resolved statement;
    private final Level level;
    private final SqlJoin join;
    private final Item gone;
    private final List<SqlIdentifier> names = new ArrayList<>();

    private Substitution(Resolved statement, Level level, SqlJoin join, Item gone) {
        this.statement = statement;
        this.level = level;
        this.join = join;
        this.gone = gone;
        names(level.whole(), false);
    }

    /** Of a table that an inner join of its own brings in; empty if it is joined otherwise. */
    static Optional<Substitution> of(Resolved statement, Level level, Item gone) {
        SqlNode from = level.select().map(PostgresSelect::getFrom).orElse(null);
        SqlJoin join = join(from, gone);
        boolean inner =
                join != null
                        && !join.isNatural()
                        && join.getConditionType() != JoinConditionType.USING
                        && switch (join.getJoinType()) {
                            case INNER, COMMA, CROSS -> true;
                            default -> false;
                        };
        return inner && join != null && gone.isTable() && !gone.nullable() && !gone.aliased()
                ? Optional.of(new Substitution(statement, level, join, gone))
                : Optional.empty();
    }

    private static @Nullable SqlJoin join(@Nullable SqlNode from, Item item) {
        if (!(from instanceof SqlJoin join)) {
            return null;
        }
        if (Tree.same(join.getLeft(), item.node()) || Tree.same(join.getRight(), item.node())) {
            return join;
        }
        SqlJoin left = join(join.getLeft(), item);
        return left == null ? join(join.getRight(), item) : left;
    }

    /**
     * The equalities that hold for every row between a column of one item as it is, and one of
     * another.
     */
    static List<Equality> equalities(Resolved statement, Level level, Item gone, Item kept) {
        List<Equality> equalities = new ArrayList<>();
        for (Level.Condition condition : level.conditions()) {
            boolean always =
                    condition.place() == Level.Place.WHERE
                            || (condition.join() != null
                                    && switch (condition.join().getJoinType()) {
                                        case INNER, COMMA, CROSS -> true;
                                        default -> false;
                                    });
            if (always && condition.node().getKind() == SqlKind.EQUALS) {
                equality(statement, (SqlCall) condition.node(), gone, kept)
                        .ifPresent(equalities::add);
            }
        }
        return equalities;
    }

    private static Optional<Equality> equality(
            Resolved statement, SqlCall node, Item gone, Item kept) {
        Optional<Expression> equal = statement.expression(node);
        Optional<ColumnUse> left = statement.column(node.operand(0));
        Optional<ColumnUse> right = statement.column(node.operand(1));
        if (equal.isEmpty() || left.isEmpty() || right.isEmpty()) {
            return Optional.empty();
        }
        boolean turned = right.get().item().equals(gone);
        ColumnUse one = turned ? right.get() : left.get();
        ColumnUse other = turned ? left.get() : right.get();
        boolean plain =
                one.item().equals(gone)
                        && other.item().equals(kept)
                        && one.levelsUp() == 0
                        && other.levelsUp() == 0
                        && one.column().typeOid() == other.column().typeOid()
                        && one.column().collation() == other.column().collation()
                        && one.column().deterministicCollation()
                        && (equal.get().collation() == 0
                                || equal.get().collation() == one.column().collation())
                        && equal.get().operator().filter(o -> o.isEquality()).isPresent()
                        && equal.get().operator().filter(o -> o.is("=")).isPresent();
        return plain
                ? Optional.of(new Equality(node, one.column().name(), other))
                : Optional.empty();
    }

    private void names(@Nullable SqlNode node, boolean shadowed) {
        Optional<Level> inner = node == null ? Optional.empty() : statement.level(node);
        boolean hidden = shadowed || inner.filter(l -> l != level && names(l)).isPresent();
        switch (node) {
            case null -> {}
            case SqlIdentifier name -> {
                if (!name.isStar() && means(name, hidden).isPresent()) {
                    names.add(name);
                }
            }
            case SqlNodeList list -> list.forEach(child -> names(child, hidden));
            case SqlCall call -> {
                if (!isTable(call)) {
                    call.getOperandList().forEach(child -> names(child, hidden));
                }
            }
            default -> {}
        }
    }

    /** Whether a level further in has an item of the same name. */
    private boolean names(Level inside) {
        return !Names.visible(gone, inside);
    }

    private boolean isTable(SqlNode node) {
        return statement.levels().stream()
                .flatMap(l -> l.items().stream())
                .anyMatch(item -> item.table().isPresent() && Tree.same(item.node(), node));
    }

    /**
     * The item's column that a name means. What is grouped or sorted by has no node of its own if
     * it is written elsewhere too; then the name tells.
     */
    private Optional<Column> means(SqlIdentifier name, boolean hidden) {
        Optional<Expression> read = statement.expression(name);
        if (read.isPresent()) {
            return read.get()
                    .column()
                    .filter(use -> use.item().equals(gone))
                    .map(ColumnUse::column);
        }
        boolean qualified =
                !hidden
                        && name.names.size() == 2
                        && name.names.getFirst().equals(gone.alias())
                        && !isTable(name);
        return qualified
                ? gone.table().flatMap(t -> t.column(name.names.getLast()))
                : Optional.empty();
    }

    /** Whether all that speaks of the item are columns by name that have another in their place. */
    boolean covers(Map<String, ColumnUse> columns, List<Equality> equalities) {
        Set<Integer> tokens = new HashSet<>();
        for (SqlIdentifier name : names) {
            String column = means(name, false).orElseThrow().name();
            if (columns.containsKey(column) || isIn(name, equalities)) {
                tokens.add(statement.span(name).from());
            }
        }
        return Mentions.of(gone, level, Set.of()).stream()
                .allMatch(var -> tokens.contains(statement.token(var)));
    }

    private boolean isIn(SqlIdentifier name, List<Equality> equalities) {
        Span span = statement.span(name);
        return equalities.stream()
                .map(e -> statement.span(e.node()))
                .anyMatch(e -> e.from() <= span.from() && span.to() <= e.to());
    }

    /** Whether the other's name means it wherever the item is spoken of. */
    boolean visible(Item kept) {
        for (SqlIdentifier name : names) {
            Level inside = statement.expression(name).map(Expression::level).orElse(level);
            while (inside != level) {
                if (!Names.visible(kept, inside) || inside.outer().isEmpty()) {
                    return false;
                }
                inside = inside.outer().get();
            }
        }
        return true;
    }

    /**
     * Takes it out.
     *
     * @param columns what stands in place of its columns, by name
     * @param also conditions more
     */
    void apply(
            Map<String, ColumnUse> columns,
            List<Equality> equalities,
            List<List<Object>> also,
            Attempt attempt) {
        Map<Span, String> written = new TreeMap<>(Comparator.comparingInt(Span::from));
        for (Equality equality : equalities) {
            written.put(
                    statement.tree().bracketed(equality.node()),
                    Names.of(equality.kept()) + " IS NOT NULL");
        }
        for (SqlIdentifier name : names) {
            if (!isIn(name, equalities)) {
                String column = means(name, false).orElseThrow().name();
                ColumnUse instead = requireNonNull(columns.get(column), column);
                boolean renames = !instead.column().name().equals(column) && isOutput(name);
                written.put(
                        statement.span(name),
                        Names.of(instead) + (renames ? " AS " + Names.of(column) : ""));
            }
        }
        Span whole = statement.tree().bracketed(join);
        boolean first = Tree.same(join.getLeft(), gone.node());
        Span rest = statement.tree().bracketed(first ? join.getRight() : join.getLeft());
        List<Object> more = new ArrayList<>();
        SqlNode on = join.getCondition();
        if (on != null) {
            more.add(on.getKind() == SqlKind.OR ? "(" : "");
            more.add(rewritten(statement.tree().bracketed(on), written));
            more.add(on.getKind() == SqlKind.OR ? ")" : "");
        }
        for (List<Object> condition : also) {
            more.add(more.isEmpty() ? "" : " AND ");
            more.add(condition);
        }
        if (whole.from() < rest.from()) {
            attempt.replace(new Span(whole.from(), rest.from()));
        }
        if (rest.to() < whole.to()) {
            attempt.replace(new Span(rest.to(), whole.to()));
        }
        written.forEach(
                (span, text) -> {
                    boolean removed =
                            whole.from() <= span.from()
                                    && span.to() <= whole.to()
                                    && !(rest.from() <= span.from() && span.to() <= rest.to());
                    if (!removed) {
                        attempt.replace(span, text);
                    }
                });
        if (!more.isEmpty()) {
            attempt.where(level, more);
        }
    }

    private boolean isOutput(SqlIdentifier name) {
        return statement.levels().stream()
                .flatMap(l -> l.outputs().stream())
                .anyMatch(output -> Tree.same(output, name));
    }

    private List<Object> rewritten(Span span, Map<Span, String> written) {
        List<Object> parts = new ArrayList<>();
        int at = span.from();
        for (Map.Entry<Span, String> one : written.entrySet()) {
            if (span.from() <= one.getKey().from() && one.getKey().to() <= span.to()) {
                parts.add(new Span(at, one.getKey().from()));
                boolean opens = statement.tokens().symbol(one.getKey().from() - 1, "(");
                parts.add((opens ? "" : " ") + one.getValue());
                at = one.getKey().to();
            }
        }
        parts.add(new Span(at, span.to()));
        return parts;
    }
}

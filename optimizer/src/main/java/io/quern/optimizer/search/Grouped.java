package io.quern.optimizer.search;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.lex.SqlText;
import io.quern.optimizer.parse.OrderedQuery;
import io.quern.optimizer.parse.PostgresSelect;
import io.quern.optimizer.parse.Span;
import io.quern.optimizer.rule.AggregateCall;

import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A query level that groups: its keys, its aggregates, and where outputs, HAVING and ORDER BY speak
 * of them and of columns. Mutable while it is read, for one thread.
 */
final class Grouped {
    private final Resolved statement;
    private final Level level;
    private final Scope scope;
    private final List<Key> keys = new ArrayList<>();
    private final List<Aggregate> aggregates = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();

    /**
     * What is grouped by.
     *
     * @param read how PostgreSQL reads it
     * @param name of the output that it is; empty if it is none
     */
    record Key(SqlNode node, Expression read, String name) {}

    /** An aggregate, wherever it is written first. */
    record Aggregate(AggregateCall call) {
        int type() {
            return call.read().type();
        }

        /** Whether it is this one of PostgreSQL's own. */
        boolean is(String name) {
            return call.function().is(name);
        }
    }

    /**
     * Where something of the rows stands outside an aggregate's arguments.
     *
     * @param what a {@link Key}, an {@link Aggregate} or a {@link SqlIdentifier}
     */
    record Place(Span span, Object what) {}

    private Grouped(Resolved statement, Level level) {
        this.statement = requireNonNull(statement, "statement");
        this.level = requireNonNull(level, "level");
        this.scope = new Scope(statement, level);
    }

    static Grouped of(Resolved statement, Level level) throws Unfit {
        var grouped = new Grouped(statement, level);
        grouped.read();
        return grouped;
    }

    Level level() {
        return level;
    }

    List<Key> keys() {
        return keys;
    }

    List<Aggregate> aggregates() {
        return aggregates;
    }

    List<Place> places() {
        return places;
    }

    private void read() throws Unfit {
        PgNode query = level.query();
        if (!query.nodes("groupingSets").isEmpty()) {
            throw new Unfit("grouping-sets", "it groups in several ways at once");
        }
        if (level.windowed()) {
            throw new Unfit("window", "a window looks at its groups");
        }
        if (query.flag("hasTargetSRFs") || query.flag("hasDistinctOn")) {
            throw new Unfit("set-returning", "one group may become several rows");
        }
        PostgresSelect select = level.select().orElseThrow();
        readKeys(select);
        for (SqlNode output : level.outputs()) {
            scan(Lift.unaliased(output));
        }
        if (select.getHaving() != null) {
            scan(select.getHaving());
        }
        for (SqlNode key : sortKeys()) {
            scan(key);
        }
        known(query);
    }

    /** The sort keys that are expressions: a name of an output, or its number, stays. */
    private List<SqlNode> sortKeys() {
        List<SqlNode> expressions = new ArrayList<>();
        for (SqlNode key : level.ordered().map(o -> List.copyOf(o.orderList)).orElse(List.of())) {
            SqlNode sorted = OrderedQuery.sorted(key);
            if (!isOutput(sorted)) {
                expressions.add(sorted);
            }
        }
        return expressions;
    }

    private boolean isOutput(SqlNode node) {
        return node instanceof SqlIdentifier name
                && name.names.size() == 1
                && targets().stream().anyMatch(t -> t.text("resname").equals(name.getSimple()));
    }

    private List<PgNode> targets() {
        return level.query().nodes("targetList").stream().filter(t -> !t.flag("resjunk")).toList();
    }

    private void readKeys(PostgresSelect select) throws Unfit {
        List<PgNode> targets = targets();
        List<SqlNode> outputs = level.outputs();
        if (outputs.size() != targets.size()) {
            throw new Unfit("star", "an output of it is a star");
        }
        SqlNodeList written = select.getGroup();
        for (PgNode group : level.query().nodes("groupClause")) {
            for (PgNode target : level.query().nodes("targetList")) {
                if (target.number("ressortgroupref") != group.number("tleSortGroupRef")) {
                    continue;
                }
                PgNode real = Scope.grouped(requireNonNull(target.node("expr"), "expr"), level);
                int place = targets.indexOf(target);
                SqlNode node =
                        place >= 0
                                ? Lift.unaliased(outputs.get(place))
                                : written(real, written == null ? List.of() : List.copyOf(written));
                String name = place >= 0 ? target.text("resname") : "";
                keys.add(new Key(node, new Expression(real, level), name));
            }
        }
    }

    /** The item of GROUP BY that an expression is. */
    private SqlNode written(PgNode real, List<SqlNode> groups) throws Unfit {
        for (SqlNode node : groups) {
            Optional<Expression> read = statement.expression(node);
            if (read.isPresent() && statement.token(read.get().node()) == statement.token(real)) {
                return node;
            }
        }
        throw new Unfit("unread", "what it groups by could not be read");
    }

    private void scan(SqlNode node) throws Unfit {
        Span span = statement.tree().span(node);
        Optional<Key> key = key(node);
        if (key.isPresent()) {
            places.add(new Place(span, key.get()));
            return;
        }
        Optional<Aggregate> aggregate = aggregate(node);
        if (aggregate.isPresent()) {
            places.add(new Place(span, aggregate.get()));
            return;
        }
        if (node instanceof SqlIdentifier name) {
            if (!name.isStar()) {
                places.add(new Place(span, name));
            }
            return;
        }
        for (SqlNode child : Mentions.children(node)) {
            if (Resolved.isQuery(child)) {
                var mentions = new Mentions(statement, level);
                mentions.look(node);
                if (!mentions.inQueries().isEmpty()) {
                    throw new Unfit("subquery", "a subquery looks at its groups");
                }
            } else {
                scan(child);
            }
        }
    }

    /** The key that an expression is, wherever it is written again. */
    private Optional<Key> key(SqlNode node) throws Unfit {
        for (Key key : keys) {
            boolean names = node instanceof SqlIdentifier && key.node() instanceof SqlIdentifier;
            boolean same =
                    names
                            ? isSame((SqlIdentifier) node, (SqlIdentifier) key.node())
                            : alike(node, key.node());
            if (same) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }

    private boolean isSame(SqlIdentifier one, SqlIdentifier other) throws Unfit {
        return !one.isStar() && scope.field(one).equals(scope.field(other));
    }

    private Optional<Aggregate> aggregate(SqlNode node) throws Unfit {
        for (Aggregate known : aggregates) {
            if (alike(node, known.call().whole())) {
                return Optional.of(known);
            }
        }
        Optional<AggregateCall> call = AggregateCall.of(statement, level, node);
        if (call.isEmpty()) {
            return Optional.empty();
        }
        if (call.get().sorted()) {
            throw new Unfit(
                    "distinct-argument",
                    call.get().function().name().name() + " of DISTINCT or sorted values");
        }
        Aggregate aggregate = new Aggregate(call.get());
        aggregates.add(aggregate);
        return Optional.of(aggregate);
    }

    /** Whether both are written in the same words. */
    private boolean alike(SqlNode one, SqlNode other) {
        Span left = statement.tree().span(one);
        Span right = statement.tree().span(other);
        if (left.length() != right.length() || left.isEmpty()) {
            return false;
        }
        SqlText text = statement.tokens().sql();
        for (int i = 0; i < left.length(); i++) {
            int l = left.from() + i;
            int r = right.from() + i;
            boolean literal = text.kind(l).literal() && l != r;
            if (literal || !statement.tokens().folded(l).equals(statement.tokens().folded(r))) {
                return false;
            }
        }
        return true;
    }

    /** Every aggregate must have been seen: one in an unknown form is one that cannot be split. */
    private void known(PgNode query) throws Unfit {
        List<PgNode> found = new ArrayList<>();
        query.nodes("targetList").forEach(t -> collect(t, found));
        PgNode having = query.node("havingQual");
        if (having != null) {
            collect(having, found);
        }
        for (PgNode node : found) {
            boolean seen =
                    aggregates.stream()
                            .anyMatch(
                                    a ->
                                            statement.token(a.call().read().node())
                                                            == statement.token(node)
                                                    || alike(a, node));
            if (!seen) {
                throw new Unfit("aggregate", "an aggregate cannot be put together from parts");
            }
        }
    }

    /** HAVING may say what an output says: then that was seen first. */
    private boolean alike(Aggregate one, PgNode node) {
        return places.stream()
                .anyMatch(p -> p.what().equals(one) && p.span().from() == statement.token(node));
    }

    private static void collect(PgNode node, List<PgNode> into) {
        if (node.is("AGGREF") && node.integer("agglevelsup") == 0) {
            into.add(node);
        }
        if (!node.is("QUERY")) {
            node.children(child -> collect(child, into));
        }
    }
}

package io.quern.optimizer.catalog;

import io.quern.optimizer.Catalog;
import io.quern.optimizer.Table;
import io.quern.optimizer.catalog.ParseAnalyzer.Analyzed;
import io.quern.optimizer.parse.Change;
import io.quern.optimizer.parse.CommonTable;
import io.quern.optimizer.parse.Form;
import io.quern.optimizer.parse.OrderedQuery;
import io.quern.optimizer.parse.PostgresSelect;
import io.quern.optimizer.parse.Tree;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlWith;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Lays PostgreSQL's analysed query over the syntax tree. Query levels are paired by structure: WITH
 * queries, FROM items and the arms of set operations come in the order of the text in both.
 * Expressions are paired by place: each of PostgreSQL's nodes knows the token it comes from, the
 * operator's own for an operator. Where the two do not match the statement stays unresolved.
 */
final class Resolver {
    private static final int RTE_SUBQUERY = 1;
    private static final int RTE_JOIN = 2;
    private static final int RTE_GROUP = 9;

    private final Tree tree;
    private final Catalog catalog;
    private final SystemCatalog system;
    private final Map<Integer, Integer> tokens;
    private final List<Level> levels = new ArrayList<>();
    private final Map<Integer, List<Expression>> places = new HashMap<>();

    Resolver(Tree tree, Catalog catalog, Analyzed answer) {
        this.tree = tree;
        this.catalog = catalog;
        this.system = answer.system();
        this.tokens = tokens(tree, answer.offset());
    }

    /** The two trees do not have the same shape. */
    static final class Mismatch extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Mismatch(String where) {
            super(where, null, false, false);
        }
    }

    /** All query levels, outer before inner. */
    List<Level> levels() {
        return levels;
    }

    /** What PostgreSQL's nodes say, by token, outer before inner. */
    Map<Integer, List<Expression>> places() {
        return places;
    }

    /** The token that starts at each byte, as PostgreSQL counts them. */
    Map<Integer, Integer> tokens() {
        return tokens;
    }

    void resolve(PgNode query) {
        pair(tree.node(), query, null);
    }

    /** The token that starts at each byte of the text, as PostgreSQL counts bytes. */
    private static Map<Integer, Integer> tokens(Tree tree, int offset) {
        Map<Integer, Integer> starts = new HashMap<>();
        String sql = tree.tokens().sql().sql();
        int at = 0;
        int bytes = offset;
        for (int i = 0; i < tree.tokens().count(); i++) {
            int start = tree.tokens().sql().start(i);
            while (at < start) {
                int c = sql.codePointAt(at);
                bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
                at += Character.charCount(c);
            }
            starts.put(bytes, i);
        }
        return starts;
    }

    private void pair(SqlNode whole, PgNode query, @Nullable Level outer) {
        SqlNode body = whole;
        OrderedQuery ordered = null;
        List<SqlNode> commonTables = new ArrayList<>();
        while (body instanceof SqlWith || body instanceof OrderedQuery) {
            if (body instanceof SqlWith with) {
                commonTables.addAll(with.withList);
                body = with.body;
            } else {
                ordered = (OrderedQuery) body;
                body = ordered.query;
            }
        }
        PostgresSelect select = body instanceof PostgresSelect plain ? plain : null;
        Change change = body instanceof Change c && changesRows(c) ? c : null;
        Level level = new Level(whole, select, ordered, change, query, outer, system);
        levels.add(level);
        commonTables(commonTables, query.nodes("cteList"), level);
        List<SqlNode> leaves = new ArrayList<>();
        if (select != null) {
            leaves(select.getFrom(), leaves);
        } else if (change != null) {
            leaves.add(change.target());
            leaves(change.source(), leaves);
        } else if (body instanceof Change) {
            throw new Mismatch("a change of rows");
        } else {
            arms(body, leaves);
        }
        items(level, leaves, select == null && change == null && !isValues(body));
        expressions(level);
        List<SqlNode> written = new ArrayList<>();
        subqueries(body, true, written);
        if (ordered != null) {
            subqueries(ordered.orderList, true, written);
            subqueries(ordered.offset, true, written);
            subqueries(ordered.fetch, true, written);
        }
        for (SqlNode call : written) {
            pairSubLink((SqlCall) call, level);
        }
    }

    private static boolean changesRows(Change change) {
        return change.verb() == Change.Verb.UPDATE || change.verb() == Change.Verb.DELETE;
    }

    private void commonTables(List<SqlNode> written, List<PgNode> read, Level level) {
        if (written.size() != read.size()) {
            throw new Mismatch("WITH");
        }
        for (int i = 0; i < written.size(); i++) {
            PgNode query = read.get(i).node("ctequery");
            if (query == null || !query.is("QUERY")) {
                throw new Mismatch("WITH");
            }
            SqlNode inner = ((CommonTable) written.get(i)).query;
            if (query.integer("commandType") == 1) {
                pair(inner, query, level);
            }
        }
    }

    /** The leaves of a FROM clause in the order of the text. */
    private static void leaves(@Nullable SqlNode from, List<SqlNode> into) {
        if (from instanceof SqlJoin join) {
            leaves(join.getLeft(), into);
            leaves(join.getRight(), into);
        } else if (from instanceof SqlCall call
                && call.getKind() == SqlKind.AS
                && call.operandCount() > 0
                && call.operand(0) instanceof SqlJoin join) {
            leaves(join, into);
        } else if (from != null) {
            into.add(from);
        }
    }

    /** The queries that a set operation combines. */
    private static void arms(SqlNode body, List<SqlNode> into) {
        switch (body.getKind()) {
            case UNION, INTERSECT, EXCEPT ->
                    ((SqlCall) body).getOperandList().forEach(arm -> arms(arm, into));
            default -> {
                if (!isValues(body) || !into.isEmpty()) {
                    into.add(body);
                }
            }
        }
    }

    private static boolean isValues(SqlNode body) {
        return body instanceof SqlCall call && call.getOperator().equals(Form.VALUES);
    }

    private void items(Level level, List<SqlNode> leaves, boolean setOperation) {
        List<PgNode> entries = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        List<PgNode> all = level.query().nodes("rtable");
        for (int i = 0; i < all.size(); i++) {
            int kind = all.get(i).integer("rtekind");
            if (kind != RTE_JOIN && kind != RTE_GROUP) {
                entries.add(all.get(i));
                numbers.add(i + 1);
            }
        }
        if (leaves.isEmpty() && level.select().isEmpty() && level.change().isEmpty()) {
            return;
        }
        if (entries.size() != leaves.size()) {
            throw new Mismatch("FROM");
        }
        Set<Integer> nullable = nullable(level.query());
        for (int i = 0; i < leaves.size(); i++) {
            PgNode entry = entries.get(i);
            SqlNode leaf = leaves.get(i);
            Level inside = null;
            if (entry.integer("rtekind") == RTE_SUBQUERY) {
                PgNode query = entry.node("subquery");
                if (query == null) {
                    throw new Mismatch("a subquery");
                }
                SqlNode inner = setOperation ? leaf : unwrapped(leaf);
                // the values of a set operation's arm are no query of their own in the text
                pair(inner, query, level);
                inside = levels.stream().filter(l -> l.query() == query).findFirst().orElse(null);
            }
            PgNode eref = entry.node("eref");
            PgNode alias = entry.node("alias");
            level.add(
                    new Item(
                            numbers.get(i),
                            leaf,
                            eref == null ? "" : eref.text("aliasname"),
                            alias != null && !alias.texts("colnames").isEmpty(),
                            table(entry),
                            inside,
                            entry.text("ctename").isEmpty() ? null : entry.text("ctename"),
                            nullable.contains(numbers.get(i)),
                            plain(entry)));
        }
    }

    private static boolean plain(PgNode entry) {
        boolean relation = !entry.text("relid").isEmpty();
        return !relation || (entry.flag("inh") && entry.node("tablesample") == null);
    }

    private Optional<Table> table(PgNode entry) {
        return system.relation(entry.number("relid"))
                .flatMap(
                        relation ->
                                catalog.resolve(
                                        Optional.of(relation.name().schema()),
                                        relation.name().name(),
                                        List.of()));
    }

    /** A leaf without its alias, LATERAL and sample. */
    private static SqlNode unwrapped(SqlNode leaf) {
        SqlNode inner = leaf;
        while (inner instanceof SqlCall call
                && call.operandCount() > 0
                && (call.getKind() == SqlKind.AS
                        || call.getOperator().equals(Form.LATERAL)
                        || call.getOperator().equals(Form.SAMPLE))) {
            inner = call.operand(0);
        }
        return inner;
    }

    /** The range table entries that an outer join may fill with NULL. */
    private static Set<Integer> nullable(PgNode query) {
        Set<Integer> found = new HashSet<>();
        PgNode jointree = query.node("jointree");
        if (jointree != null) {
            jointree.nodes("fromlist").forEach(from -> nullable(from, false, found));
        }
        return found;
    }

    private static void nullable(@Nullable PgNode from, boolean outer, Set<Integer> into) {
        if (from == null) {
            return;
        }
        if (from.is("RANGETBLREF")) {
            if (outer) {
                into.add(from.integer("rtindex"));
            }
        } else if (from.is("JOINEXPR")) {
            // 0 inner, 1 left, 2 full, 3 right
            int type = from.integer("jointype");
            nullable(from.node("larg"), outer || type == 2 || type == 3, into);
            nullable(from.node("rarg"), outer || type == 1 || type == 2, into);
        }
    }

    /** Notes every expression of a level by the token it comes from. */
    private void expressions(Level level) {
        level.query().children(child -> note(child, level));
    }

    private void note(PgNode node, Level level) {
        if (node.is("QUERY")) {
            return;
        }
        Integer token = node.location() < 0 ? null : tokens.get(node.location());
        if (token != null) {
            places.computeIfAbsent(token, t -> new ArrayList<>()).add(new Expression(node, level));
        }
        node.children(child -> note(child, level));
    }

    /** The calls that hold a query, at this level: not those inside FROM or further in. */
    private void subqueries(@Nullable SqlNode node, boolean top, List<SqlNode> into) {
        switch (node) {
            case null -> {}
            case PostgresSelect select -> {
                if (top) {
                    subqueries(select.distinctOn(), false, into);
                    subqueries(select.getSelectList(), false, into);
                    from(select.getFrom(), into);
                    subqueries(select.getWhere(), false, into);
                    subqueries(select.getGroup(), false, into);
                    subqueries(select.getHaving(), false, into);
                    subqueries(select.getWindowList(), false, into);
                }
            }
            case Change change -> {
                from(change.source(), into);
                subqueries(change.actions(), false, into);
                subqueries(change.condition(), false, into);
                subqueries(change.returning(), false, into);
            }
            case SqlNodeList list -> list.forEach(child -> subqueries(child, false, into));
            case SqlCall call when isQuery(call) -> {
                if (top && isValues(call)) {
                    call.getOperandList().forEach(row -> subqueries(row, false, into));
                }
            }
            case SqlCall call -> {
                if (call.getOperandList().stream().anyMatch(o -> o != null && isQuery(o))) {
                    into.add(call);
                }
                call.getOperandList().forEach(child -> subqueries(child, false, into));
            }
            default -> {}
        }
    }

    /** Conditions of joins and arguments of functions; a subquery in FROM is an item. */
    private void from(@Nullable SqlNode from, List<SqlNode> into) {
        if (from instanceof SqlJoin join) {
            from(join.getLeft(), into);
            from(join.getRight(), into);
            subqueries(join.getCondition(), false, into);
        } else if (from != null) {
            SqlNode inner = unwrapped(from);
            if (inner instanceof SqlJoin join) {
                from(join, into);
            } else if (!isQuery(inner)) {
                subqueries(inner, false, into);
            }
        }
    }

    static boolean isQuery(SqlNode node) {
        return node instanceof PostgresSelect
                || node instanceof OrderedQuery
                || node instanceof SqlWith
                || (node instanceof SqlCall call
                        && switch (call.getKind()) {
                            case UNION, INTERSECT, EXCEPT, VALUES -> true;
                            default -> call.getOperator().equals(Form.TABLE);
                        });
    }

    private void pairSubLink(SqlCall call, Level level) {
        int place = Resolved.anchor(tree, call);
        SqlNode inner =
                call.getOperandList().stream()
                        .filter(o -> o != null && isQuery(o))
                        .findFirst()
                        .orElseThrow();
        PgNode query =
                places.getOrDefault(place, List.of()).stream()
                        .filter(e -> e.level() == level && e.node().is("SUBLINK"))
                        .map(e -> e.node().node("subselect"))
                        .findFirst()
                        .orElse(null);
        if (query == null) {
            throw new Mismatch("a subquery");
        }
        pair(inner, query, level);
    }
}

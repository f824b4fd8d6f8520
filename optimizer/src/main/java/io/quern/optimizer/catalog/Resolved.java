package io.quern.optimizer.catalog;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Context;
import io.quern.optimizer.Refusal;
import io.quern.optimizer.Statement;
import io.quern.optimizer.Table;
import io.quern.optimizer.catalog.ParseAnalyzer.Analyzed;
import io.quern.optimizer.parse.Form;
import io.quern.optimizer.parse.Span;
import io.quern.optimizer.parse.Tokens;
import io.quern.optimizer.parse.Tree;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A statement whose every name, operator and type is known: what a rule looks at. Calcite's tree
 * gives structure and spans, PostgreSQL's own analysis the meaning. Immutable.
 */
public final class Resolved {

    /** What came of resolving a statement. */
    public sealed interface Result {}

    /** It resolves. */
    public record Of(Resolved statement) implements Result {}

    /** It does not; why. */
    public record Unresolved(Refusal reason) implements Result {}

    /** The code of the refusal that says that nobody could read the statement, for now. */
    public static final String UNAVAILABLE = "unavailable";

    /** A longer statement is not analysed: its tree would be of many megabytes. */
    private static final int MAX_TOKENS = 60_000;

    private final Statement statement;
    private final Context context;
    private final Tree tree;
    private final SystemCatalog system;
    private final PgNode query;
    private final List<Level> levels;
    private final Map<Integer, List<Expression>> places;
    private final Map<Integer, Integer> tokensByByte;
    private final List<Resolved> views;

    private Resolved(
            Statement statement,
            Context context,
            Tree tree,
            SystemCatalog system,
            PgNode query,
            Resolver resolver) {
        this.statement = requireNonNull(statement, "statement");
        this.context = requireNonNull(context, "context");
        this.tree = requireNonNull(tree, "tree");
        this.system = requireNonNull(system, "system");
        this.query = requireNonNull(query, "query");
        this.levels = List.copyOf(resolver.levels());
        this.places = Map.copyOf(resolver.places());
        this.tokensByByte = Map.copyOf(resolver.tokens());
        this.views = List.of();
    }

    private Resolved(Resolved other, List<Resolved> views) {
        this.statement = other.statement;
        this.context = other.context;
        this.tree = other.tree;
        this.system = other.system;
        this.query = other.query;
        this.levels = other.levels;
        this.places = other.places;
        this.tokensByByte = other.tokensByByte;
        this.views = List.copyOf(views);
    }

    /** Asks PostgreSQL how it reads a statement. */
    public static Result read(
            ParseAnalyzer analyzer, Statement statement, Context context, Tree tree) {
        if (tree.tokens().count() > MAX_TOKENS) {
            return refused("too-long", "the statement has more than " + MAX_TOKENS + " tokens");
        }
        return switch (analyzer.analyze(statement, context)) {
            case ParseAnalyzer.Unread(String reason) -> refused("unread", reason);
            case ParseAnalyzer.Unavailable(String reason) -> refused(UNAVAILABLE, reason);
            case Analyzed answer -> of(statement, context, tree, answer);
        };
    }

    /** Lays PostgreSQL's answer over the syntax tree. */
    public static Result of(Statement statement, Context context, Tree tree, Analyzed answer) {
        Optional<PgNode> query = PgNodeReader.read(answer.tree());
        if (query.isEmpty() || !query.get().is("QUERY")) {
            return refused("unresolved", "PostgreSQL's tree of the statement is not readable");
        }
        var resolver = new Resolver(tree, context.catalog(), answer);
        try {
            resolver.resolve(query.get());
        } catch (Resolver.Mismatch e) {
            return refused(
                    "unresolved", "PostgreSQL's tree has another shape in " + e.getMessage());
        }
        return new Of(
                new Resolved(statement, context, tree, answer.system(), query.get(), resolver));
    }

    private static Unresolved refused(String code, String reason) {
        return new Unresolved(new Refusal("resolve", code, reason));
    }

    /** The same statement, of which it is known what the views in it show. */
    public Resolved seeing(List<Resolved> definitions) {
        return new Resolved(this, definitions);
    }

    /**
     * The queries of the views that it reads, and of those that they read, once each. What a guard
     * demands of a statement's own queries it demands of these.
     */
    public List<Resolved> views() {
        return views;
    }

    /** It and its {@link #views}. */
    public List<Resolved> whole() {
        List<Resolved> whole = new ArrayList<>();
        whole.add(this);
        whole.addAll(views);
        return whole;
    }

    /** The relations that its queries name, other than by views. */
    public List<Table> relations() {
        return levels.stream()
                .flatMap(level -> level.items().stream())
                .flatMap(item -> item.table().stream())
                .toList();
    }

    public Statement statement() {
        return statement;
    }

    public Context context() {
        return context;
    }

    public Tree tree() {
        return tree;
    }

    public Tokens tokens() {
        return tree.tokens();
    }

    /** What object identifiers mean. */
    public SystemCatalog system() {
        return system;
    }

    /** How PostgreSQL reads the whole. */
    public PgNode query() {
        return query;
    }

    /** Whether it is an UPDATE or DELETE, and changes nothing besides. */
    public boolean changesRows() {
        return levels.getFirst().change().isPresent() && !query.flag("hasModifyingCTE");
    }

    /** All query levels, outer before inner. */
    public List<Level> levels() {
        return levels;
    }

    /** The level that a query in the text is: this very node. */
    @SuppressWarnings("ReferenceEquality")
    public Optional<Level> level(SqlNode queryNode) {
        return levels.stream().filter(l -> l.whole() == queryNode).findFirst();
    }

    /** Whether a node is a query: a SELECT, a set operation, VALUES, or one of these with more. */
    public static boolean isQuery(SqlNode node) {
        return Resolver.isQuery(node);
    }

    /** The query inside a call: of EXISTS, IN, ANY, or a query as a value. */
    public Optional<Level> subquery(SqlCall call) {
        return call.getOperandList().stream()
                .filter(o -> o != null && Resolver.isQuery(o))
                .findFirst()
                .flatMap(this::level);
    }

    /**
     * How PostgreSQL reads an expression, without casts around it that nobody wrote. Empty for what
     * has no node of its own, such as a field of a composite value.
     */
    public Optional<Expression> expression(SqlNode node) {
        SqlNode written = node;
        while (written instanceof SqlCall call) {
            Optional<Expression> found = at(anchor(tree, call));
            boolean folds = call.getOperator().equals(Form.CAST);
            boolean literal = call.getOperator().equals(Form.TYPED_LITERAL);
            if (found.isPresent() && !literal) {
                return found;
            }
            if (folds) {
                // a cast of a constant is the constant, one to the same type is nothing
                written = call.operand(0);
            } else if (literal) {
                written = call.operand(1);
            } else {
                return Optional.empty();
            }
        }
        return at(anchor(tree, written));
    }

    private Optional<Expression> at(int token) {
        return places.getOrDefault(token, List.of()).stream()
                .filter(e -> !e.isImplicitCast() && Expression.type(e.node()) != 0)
                .findFirst();
    }

    /** The constant that a token is. */
    public Optional<Expression> constant(int token) {
        return at(token).filter(e -> e.node().is("CONST"));
    }

    /** The token that one of PostgreSQL's nodes comes from; -1 if it was not written. */
    public int token(PgNode node) {
        return node.location() < 0 ? -1 : tokensByByte.getOrDefault(node.location(), -1);
    }

    /** The column that a written name means. */
    public Optional<ColumnUse> column(SqlNode node) {
        return node instanceof SqlIdentifier
                ? expression(node).flatMap(Expression::column)
                : Optional.empty();
    }

    /** The tokens of a node. */
    public Span span(SqlNode node) {
        return tree.span(node);
    }

    /** Where PostgreSQL says an expression is: at its operator, else at its first token. */
    static int anchor(Tree tree, SqlNode node) {
        Span span = tree.span(node);
        if (!(node instanceof SqlCall call)
                || call.operandCount() == 0
                || call.getOperandList().getFirst() == null
                || call.getOperator().equals(Form.SCALAR_QUERY)) {
            return span.from();
        }
        SqlNode first = call.operand(0);
        if (call.getOperator().equals(Form.FILTER)
                || call.getOperator().equals(Form.OVER)
                || call.getOperator().equals(Form.WITHIN_GROUP)
                || call.getOperator().equals(Form.SORT_KEY)) {
            return anchor(tree, first);
        }
        Span left = tree.bracketed(first);
        return left.from() == span.from() && !left.isEmpty() ? left.to() : span.from();
    }

    /** Sizes only: the text is the user's. */
    @Override
    public String toString() {
        return "Resolved[" + statement + ", " + levels.size() + " levels]";
    }
}

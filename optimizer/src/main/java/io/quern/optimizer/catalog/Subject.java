package io.quern.optimizer.catalog;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Context;
import io.quern.optimizer.Statement;
import io.quern.optimizer.parse.Block;
import io.quern.optimizer.parse.Relation;
import io.quern.optimizer.parse.Span;
import io.quern.optimizer.parse.Tokens;
import io.quern.optimizer.parse.Tree;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A parsed statement in its context, with each query level's names: what a rule looks at. */
public final class Subject {

    /** A query level and the names it sees. */
    public record Level(Block block, Scope scope) {}

    /**
     * A column reference in the text.
     *
     * @param span its tokens: {@code a} or {@code t.a}
     */
    public record Reference(Optional<String> qualifier, String name, Span span) {}

    private final Statement statement;
    private final Context context;
    private final Tree tree;
    private final List<Level> levels = new ArrayList<>();

    public Subject(Statement statement, Context context, Tree tree) {
        this.statement = requireNonNull(statement, "statement");
        this.context = requireNonNull(context, "context");
        this.tree = requireNonNull(tree, "tree");
        addLevels(tree.root(), null);
    }

    private void addLevels(Block block, @Nullable Scope outer) {
        Scope scope = Scope.of(block, outer, tree, context);
        levels.add(new Level(block, scope));
        block.nested().forEach(inner -> addLevels(inner, scope));
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

    /** All query levels, outer before inner. */
    public List<Level> levels() {
        return List.copyOf(levels);
    }

    /** The SELECT whose tokens are exactly these. */
    public Optional<Level> level(Span span) {
        return levels.stream()
                .filter(l -> l.block().kind() == Block.Kind.SELECT && l.block().span().equals(span))
                .findFirst();
    }

    /** The column reference that starts at a token, unless it is a call or has three parts. */
    public Optional<Reference> reference(int token) {
        Tokens t = tokens();
        Optional<String> first = t.name(token);
        if (first.isEmpty() || t.symbol(token - 1, ".")) {
            return Optional.empty();
        }
        int last = token;
        Optional<String> second = Optional.empty();
        if (t.symbol(token + 1, ".")) {
            second = t.attribute(token + 2);
            last = token + 2;
            if (second.isEmpty()) {
                return Optional.empty();
            }
        }
        if (t.symbol(last + 1, "(") || t.symbol(last + 1, ".") || t.symbol(last + 1, "[")) {
            return Optional.empty();
        }
        Span span = new Span(token, last + 1);
        return Optional.of(
                second.isPresent()
                        ? new Reference(first, second.get(), span)
                        : new Reference(Optional.empty(), first.get(), span));
    }

    /** The conjuncts of WHERE and of the ON of its inner joins that no outer join is above. */
    public List<Span> conditions(Block block) {
        List<Span> conditions = new ArrayList<>();
        block.where().ifPresent(conditions::add);
        block.from().ifPresent(from -> addOn(from, conditions));
        return conditions.stream().flatMap(c -> tree.conjuncts(c).stream()).toList();
    }

    /** The ON conditions of all joins of a query level, outer ones too. */
    public List<Span> joinConditions(Block block) {
        List<Span> conditions = new ArrayList<>();
        block.from().ifPresent(from -> addAllOn(from, conditions));
        return conditions;
    }

    private static void addAllOn(Relation relation, List<Span> conditions) {
        if (relation instanceof Relation.Joined joined) {
            joined.on().ifPresent(conditions::add);
            addAllOn(joined.left(), conditions);
            addAllOn(joined.right(), conditions);
        }
    }

    private static void addOn(Relation relation, List<Span> conditions) {
        if (relation instanceof Relation.Joined joined && joined.join() == Relation.Join.INNER) {
            joined.on().ifPresent(conditions::add);
            addOn(joined.left(), conditions);
            addOn(joined.right(), conditions);
        }
    }
}

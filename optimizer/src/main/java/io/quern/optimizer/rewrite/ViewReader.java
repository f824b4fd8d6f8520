package io.quern.optimizer.rewrite;

import io.quern.optimizer.Context;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Refusal;
import io.quern.optimizer.Statement;
import io.quern.optimizer.Table;
import io.quern.optimizer.View;
import io.quern.optimizer.catalog.ParseAnalyzer;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.parse.Grammar;
import io.quern.optimizer.parse.Tree;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what views show as the statements they are, PostgreSQL reading along, so that guards can
 * look through them. Each view is read once; for the analysis of one statement.
 */
final class ViewReader {
    private final ParseAnalyzer analyzer;
    private final Context context;
    private final Map<QualifiedName, Resolved.Result> read = new HashMap<>();

    /** The context is the statement's; a view's own names are all qualified. */
    ViewReader(ParseAnalyzer analyzer, Context context) {
        this.analyzer = analyzer;
        this.context = new Context(context.catalog(), List.of("pg_catalog"), context.timeZone());
    }

    /** The same statement with all its views, those behind views too, or why one is unreadable. */
    Resolved.Result seeing(Resolved statement) {
        Map<QualifiedName, Resolved> found = new LinkedHashMap<>();
        return collect(statement, found)
                .<Resolved.Result>map(Resolved.Unresolved::new)
                .orElseGet(() -> new Resolved.Of(statement.seeing(List.copyOf(found.values()))));
    }

    private Optional<Refusal> collect(Resolved query, Map<QualifiedName, Resolved> into) {
        for (Table table : query.relations()) {
            if (table.kind() == Table.Kind.VIEW && !into.containsKey(table.name())) {
                switch (read.computeIfAbsent(table.name(), name -> read(table))) {
                    case Resolved.Unresolved(Refusal reason) -> {
                        return Optional.of(reason);
                    }
                    case Resolved.Of(Resolved definition) -> {
                        into.put(table.name(), definition);
                        Optional<Refusal> deeper = collect(definition, into);
                        if (deeper.isPresent()) {
                            return deeper;
                        }
                    }
                }
            }
        }
        return Optional.empty();
    }

    private Resolved.Result read(Table table) {
        String sql = table.view().map(View::definition).orElse("");
        Statement statement = new Statement(sql, List.of());
        return switch (Grammar.parse(sql)) {
            case Grammar.Declined(Refusal refusal) -> unread(table, refusal.reason());
            case Tree tree ->
                    switch (analyzer.analyze(statement, context)) {
                        case ParseAnalyzer.Unread(String reason) -> unread(table, reason);
                        case ParseAnalyzer.Unavailable(String reason) ->
                                new Resolved.Unresolved(
                                        new Refusal("resolve", Rewriter.UNAVAILABLE, reason));
                        case ParseAnalyzer.Analyzed answer ->
                                switch (Resolved.of(statement, context, tree, answer)) {
                                    case Resolved.Unresolved(Refusal refusal) ->
                                            unread(table, refusal.reason());
                                    case Resolved.Of of -> of;
                                };
                    };
        };
    }

    private static Resolved.Unresolved unread(Table view, String reason) {
        return new Resolved.Unresolved(
                new Refusal(
                        "resolve",
                        "unread-view",
                        "the view " + view.name() + " cannot be looked through: " + reason));
    }
}

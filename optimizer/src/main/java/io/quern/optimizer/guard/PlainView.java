package io.quern.optimizer.guard;

import io.quern.optimizer.Context;
import io.quern.optimizer.Table;
import io.quern.optimizer.lex.SqlText;
import io.quern.optimizer.parse.Tokens;

import java.util.Optional;
import java.util.Set;

/**
 * What a view shows follows from the rows of tables, whichever of them are looked at and how often:
 * it calls nothing, computes nothing that could fail, takes no part of an order and reads no other
 * view. Told from its definition, in which PostgreSQL qualifies every name that is not its own.
 */
public record PlainView(Context context, Table view) implements Guard {
    /** Words that a bracket may follow without being a call. */
    private static final Set<String> BEFORE_BRACKETS =
            Set.of(
                    "in",
                    "any",
                    "all",
                    "exists",
                    "union",
                    "except",
                    "intersect",
                    "and",
                    "or",
                    "not",
                    "select",
                    "from",
                    "join",
                    "where",
                    "on",
                    "when",
                    "then",
                    "else",
                    "as",
                    "is");

    private static final Set<String> SYMBOLS =
            Set.of("(", ")", ",", ".", ";", "=", "<>", "<", ">", "<=", ">=", "||", "::");

    /**
     * Words of clauses that take some rows, number them or repeat them, and of user's operators.
     */
    private static final Set<String> UNKNOWN =
            Set.of(
                    "limit",
                    "offset",
                    "fetch",
                    "tablesample",
                    "over",
                    "window",
                    "operator",
                    "recursive",
                    "for",
                    "values",
                    "array",
                    "similar",
                    "like",
                    "ilike");

    @Override
    public String code() {
        return "view";
    }

    @Override
    public Optional<String> doubt() {
        boolean plain =
                view.view()
                        .filter(v -> !v.securityBarrier())
                        .filter(v -> isPlain(Tokens.of(SqlText.of(v.definition()))))
                        .isPresent();
        return plain
                ? Optional.empty()
                : Optional.of(
                        "the view "
                                + view.name().name()
                                + " calls functions, computes or hides something, takes some rows or"
                                + " reads another view");
    }

    private boolean isPlain(Tokens tokens) {
        for (int i = 0; i < tokens.count(); i++) {
            boolean known =
                    switch (tokens.kind(i)) {
                        case WORD, QUOTED -> isKnown(tokens, i);
                        case STRING, NUMBER -> true;
                        case SYMBOL -> isKnownSymbol(tokens, i);
                        case PARAMETER, OTHER -> false;
                    };
            if (!known) {
                return false;
            }
        }
        return true;
    }

    private boolean isKnown(Tokens tokens, int i) {
        String name = tokens.attribute(i).orElse(tokens.folded(i));
        boolean keyword = tokens.kind(i) == Tokens.Kind.WORD;
        boolean call =
                tokens.symbol(i + 1, "(")
                        && !(keyword && BEFORE_BRACKETS.contains(tokens.folded(i)));
        return !call
                && !(keyword && UNKNOWN.contains(tokens.folded(i)))
                && !tokens.words(i, "distinct", "on")
                && !name.startsWith("pg_")
                && context.catalog().tables().stream()
                        .filter(t -> t.kind() != Table.Kind.TABLE)
                        .filter(t -> t.kind() != Table.Kind.PARTITIONED_TABLE)
                        .noneMatch(t -> t.name().name().equals(name));
    }

    /** A cast is none that could fail, or call anything, if it tells the type of a literal. */
    private static boolean isKnownSymbol(Tokens tokens, int i) {
        boolean literal =
                (tokens.kind(i - 1) == Tokens.Kind.STRING || tokens.word(i - 1, "null"))
                        && !tokens.symbol(i + 2, ".");
        return SYMBOLS.contains(tokens.folded(i)) && (!tokens.symbol(i, "::") || literal);
    }
}

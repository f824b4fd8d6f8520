package io.quern.advisor.copy;

import io.quern.optimizer.lex.SqlText;
import io.quern.optimizer.lex.TokenKind;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/** What a text may name. */
public final class Words {
    private Words() {}

    /** Every identifier, keyword and operator, folded as PostgreSQL folds it. */
    public static Set<String> of(SqlText sql) {
        Set<String> words = new LinkedHashSet<>();
        for (int i = 0; i < sql.count(); i++) {
            switch (sql.kind(i)) {
                case WORD, QUOTED_IDENTIFIER -> words.add(name(sql, i));
                case OPERATOR -> words.add(sql.text(i));
                default -> {}
            }
        }
        return words;
    }

    /** Likewise; nothing of a text that cannot be read. */
    static Set<String> of(String sql) {
        try {
            return of(SqlText.of(sql));
        } catch (IllegalArgumentException e) {
            return Set.of();
        }
    }

    /** An identifier as PostgreSQL stores it. */
    public static String name(SqlText sql, int i) {
        String text = sql.text(i);
        return sql.kind(i) == TokenKind.QUOTED_IDENTIFIER
                ? text.substring(1, text.length() - 1).replace("\"\"", "\"")
                : text.toLowerCase(Locale.ROOT);
    }
}

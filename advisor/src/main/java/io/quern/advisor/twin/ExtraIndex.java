package io.quern.advisor.twin;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.lex.SqlText;

import java.util.Locale;

/**
 * An index that does not exist and is planned with as if it did.
 *
 * @param table what it is on
 * @param ddl Quern's own CREATE INDEX, on the table by its qualified name and without CONCURRENTLY
 */
public record ExtraIndex(QualifiedName table, String ddl) {
    public ExtraIndex {
        requireNonNull(table, "table");
        SqlText text = SqlText.of(ddl);
        if (!text.single() || text.count() < 3 || !word(text, 0).equals("create")) {
            throw new IllegalArgumentException("ddl is not one CREATE INDEX");
        }
        int index = word(text, 1).equals("unique") ? 2 : 1;
        if (!word(text, index).equals("index")) {
            throw new IllegalArgumentException("ddl is not one CREATE INDEX");
        }
        if (word(text, index + 1).equals("concurrently")) {
            ddl =
                    ddl.substring(0, text.start(index + 1))
                            + ddl.substring(text.end(index + 1)).stripLeading();
        }
    }

    private static String word(SqlText text, int token) {
        return token < text.count() ? text.text(token).toLowerCase(Locale.ROOT) : "";
    }
}

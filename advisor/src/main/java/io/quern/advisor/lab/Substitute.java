package io.quern.advisor.lab;

import io.quern.advisor.copy.Part;
import io.quern.advisor.copy.SchemaCopy;
import io.quern.optimizer.lex.SqlText;
import io.quern.optimizer.lex.TokenKind;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A server of a later version that speaks for an upstream's, because the lab has none of that. What
 * the later version would silently read as something else is declined: a word it has reserved
 * since, and a function of the upstream's own whose name it gave to one of its own, which it finds
 * first. That it accepts more does no harm: the upstream describes a rewrite before it runs.
 *
 * @param upstream the upstream's major version
 * @param major the server's, a later one
 */
record Substitute(int upstream, int major) {
    /** The words that a version reserved, where a name could stand before. */
    static final Map<String, Integer> RESERVED = Map.of("system_user", 16);

    /** The words that are no names of functions any more since a version. */
    static final Set<String> CALLS =
            Set.of(
                    "json",
                    "json_array",
                    "json_arrayagg",
                    "json_exists",
                    "json_object",
                    "json_objectagg",
                    "json_query",
                    "json_scalar",
                    "json_serialize",
                    "json_table",
                    "json_value",
                    "merge_action");

    /** The types below have the same numbers in all versions. */
    private static final int FIRST_UNSTABLE_OID = 10_000;

    Substitute {
        if (upstream >= major) {
            throw new IllegalArgumentException("upstream is not older: " + upstream);
        }
    }

    /** For a person, behind what was found. */
    String note() {
        return "on PostgreSQL " + major + ", for there is no PostgreSQL " + upstream + " here";
    }

    /** A reason with the note behind it. */
    String with(String reason) {
        return reason.contains(note()) ? reason : reason + "; " + note();
    }

    /**
     * Declines what the server would read as something else.
     *
     * @param keeper asks the server what it has
     */
    void require(SqlText text, List<Integer> types, SchemaCopy copy, Connection keeper)
            throws Unsupported, SQLException {
        for (Map.Entry<String, Integer> word : RESERVED.entrySet()) {
            boolean since = upstream < word.getValue() && word.getValue() <= major;
            if (since && (names(text, word.getKey()) || names(copy, word.getKey()))) {
                throw new Unsupported(
                        "the word " + word.getKey() + " means something else " + note());
            }
        }
        for (int oid : types) {
            if (oid >= FIRST_UNSTABLE_OID && oid < Ground.FIRST_NORMAL_OID) {
                throw new Unsupported("the lab does not know the type of a parameter " + note());
            }
        }
        for (Part part : copy.parts()) {
            if (part.key().startsWith("function ") && isTaken(part.name().name(), keeper)) {
                throw new Unsupported(
                        "the "
                                + part.key()
                                + " may be hidden by one of the server's own "
                                + note());
            }
        }
    }

    private static boolean names(SqlText text, String word) {
        for (int i = 0; i < text.count(); i++) {
            boolean field = i > 0 && text.text(i - 1).equals(".");
            if (text.kind(i) == TokenKind.WORD && text.is(i, word) && !field) {
                return true;
            }
        }
        return false;
    }

    private static boolean names(SchemaCopy copy, String word) {
        Pattern unquoted = Pattern.compile("(?<![\\w\"])" + word + "(?![\\w\"])");
        return copy.parts().stream()
                .flatMap(part -> part.create().stream())
                .anyMatch(create -> unquoted.matcher(create).find());
    }

    private static boolean isTaken(String function, Connection keeper) throws SQLException {
        if (CALLS.contains(function)) {
            return true;
        }
        String sql =
                "SELECT EXISTS (SELECT FROM pg_catalog.pg_proc WHERE proname = ?"
                        + " AND pronamespace = 'pg_catalog'::regnamespace)";
        try (PreparedStatement statement = keeper.prepareStatement(sql)) {
            statement.setString(1, function);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }
}

package io.quern.proxy.auth;

/**
 * A statement with {@code $1} in JDBC's spelling: {@code ?} for each, question marks of its own
 * doubled. Quoted names, literals and comments stay as they are.
 *
 * @param parameters how often {@code $1} stands there
 */
record JdbcText(String sql, int parameters) {

    static JdbcText of(String sql) {
        StringBuilder out = new StringBuilder();
        int parameters = 0;
        int i = 0;
        while (i < sql.length()) {
            int end = untouched(sql, i);
            if (end > i) {
                out.append(sql, i, end);
                i = end;
            } else if (isParameter(sql, i)) {
                out.append('?');
                parameters++;
                i += 2;
            } else {
                out.append(sql.charAt(i) == '?' ? "??" : sql.substring(i, i + 1));
                i++;
            }
        }
        return new JdbcText(out.toString(), parameters);
    }

    /** The end of what is quoted or a comment and begins here; the index itself if nothing. */
    private static int untouched(String sql, int i) {
        char c = sql.charAt(i);
        if (c == '\'' || c == '"') {
            return after(sql, sql.indexOf(c, i + 1), 1);
        }
        if (sql.startsWith("--", i)) {
            return after(sql, sql.indexOf('\n', i), 1);
        }
        return sql.startsWith("/*", i) ? after(sql, sql.indexOf("*/", i + 2), 2) : i;
    }

    private static int after(String sql, int found, int length) {
        return found < 0 ? sql.length() : found + length;
    }

    private static boolean isParameter(String sql, int i) {
        return sql.startsWith("$1", i)
                && (i == 0 || !Character.isJavaIdentifierPart(sql.charAt(i - 1)))
                && (i + 2 == sql.length() || !Character.isLetterOrDigit(sql.charAt(i + 2)));
    }
}

package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The SQL statement {@code DEALLOCATE [PREPARE] name}, as drivers send it. */
final class Deallocation {
    private static final Pattern STATEMENT =
            Pattern.compile(
                    "\\s*DEALLOCATE\\s+(?:PREPARE\\s+)?"
                            + "(?:\"((?:[^\"]|\"\")+)\"|([a-z_\\x80-\\uffff][\\w$\\x80-\\uffff]*))"
                            + "\\s*;?\\s*",
                    Pattern.CASE_INSENSITIVE);

    private Deallocation() {}

    /** The name of the one statement it drops; null if it is anything else. */
    static @Nullable Name of(String sql) {
        Matcher matcher = STATEMENT.matcher(sql);
        if (!matcher.matches()) {
            return null;
        }
        String quoted = matcher.group(1);
        String plain = matcher.group(2);
        if (quoted == null && (plain == null || plain.equalsIgnoreCase("all"))) {
            return null;
        }
        byte[] name =
                (quoted != null ? quoted.replace("\"\"", "\"") : plain.toLowerCase(Locale.ROOT))
                        .getBytes(UTF_8);
        return new Name().set(name, 0, name.length).keep();
    }
}

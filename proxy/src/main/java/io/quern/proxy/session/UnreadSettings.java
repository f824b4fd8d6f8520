package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the statements of an open transaction may have set on top of a {@link Profile}: it cannot be
 * asked for before the transaction is over, but the same statements set the same. What cannot be
 * known from its text equals nothing but itself. Immutable.
 */
final class UnreadSettings {
    private static final AtomicLong LAST = new AtomicLong();
    private static final int MOST = 16;
    private static final int LONGEST = 1024;

    /** SET of one thing; what stands for it is the first group or the second. */
    private static final Pattern SET =
            Pattern.compile(
                    "\\s*SET\\s+(?:(TRANSACTION|CONSTRAINTS|SESSION\\s+CHARACTERISTICS)\\s"
                            + "|(?:LOCAL\\s+|SESSION\\s+)?([a-z_][\\w$.]*)\\s*(?:=|TO\\s)).*",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final Pattern SET_CONFIG =
            Pattern.compile(
                    "\\s*SELECT\\s+(?:pg_catalog\\.)?set_config\\s*\\(\\s*()'([a-z_][\\w$.]*)'\\s*,"
                            + "(?!.*set_config).*",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** A parameter, whose value is not in the text. */
    private static final Pattern PARAMETER = Pattern.compile("\\$[0-9]");

    private final List<String> statements;

    /** 0 if the statements say all. */
    private final long unlike;

    private UnreadSettings(List<String> statements, long unlike) {
        this.statements = statements;
        this.unlike = unlike;
    }

    /**
     * What is set once a statement has run.
     *
     * @param before null if nothing
     * @param sql its text; null if it was not kept, or could not be read
     * @param single whether it is exactly one statement
     * @return null if nothing that could change how another statement's text is read
     */
    static @Nullable UnreadSettings after(
            @Nullable UnreadSettings before,
            byte @Nullable [] sql,
            int offset,
            int length,
            boolean single) {
        if (sql == null || length > LONGEST) {
            return unlike();
        }
        String text = new String(sql, offset, length, UTF_8);
        if (single && harmless(text)) {
            return before;
        }
        if (PARAMETER.matcher(text).find()
                || (before != null && (before.unlike != 0 || before.statements.size() >= MOST))) {
            return unlike();
        }
        List<String> statements =
                before == null ? new ArrayList<>() : new ArrayList<>(before.statements);
        statements.add(text);
        return new UnreadSettings(statements, 0);
    }

    private static UnreadSettings unlike() {
        return new UnreadSettings(List.of(), LAST.incrementAndGet());
    }

    private static boolean harmless(String text) {
        Matcher set = SET.matcher(text);
        Matcher matcher = set.matches() ? set : SET_CONFIG.matcher(text);
        if (!matcher.matches()) {
            return false;
        }
        String name = matcher.group(2);
        // one with a dot is an extension's or the application's own
        return name == null || name.indexOf('.') > 0 || Profile.harmless(name);
    }

    /** Whether no other client can have the same. */
    boolean unique() {
        return unlike != 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UnreadSettings that
                && unlike == that.unlike
                && statements.equals(that.statements);
    }

    @Override
    public int hashCode() {
        return 31 * statements.hashCode() + Long.hashCode(unlike);
    }
}

package io.quern.proxy.session;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Names that may be settings no module defines, such as {@code app.tenant}: PostgreSQL lists these
 * nowhere, so they are picked from the statements that may set them. Everything with a dot in it
 * counts, in literals too: to ask about too many does no harm.
 */
final class CustomNames {
    private static final int MOST = 64;
    private static final int LONGEST = 63;

    private final Set<String> names = new LinkedHashSet<>();
    private boolean overflown;

    /** A statement that may set something runs. */
    void mentioned(byte[] sql, int offset, int length) {
        int end = offset + length;
        for (int at = offset; at < end; ) {
            if (!begins(sql[at])) {
                at++;
                continue;
            }
            int start = at;
            boolean dotted = false;
            while (at < end && (begins(sql[at]) || digit(sql[at]) || sql[at] == '.')) {
                dotted |= sql[at] == '.';
                at++;
            }
            if (dotted && sql[at - 1] != '.') {
                add(new String(sql, start, at - start, java.nio.charset.StandardCharsets.US_ASCII));
            }
        }
    }

    private void add(String name) {
        if (name.length() > LONGEST || name.contains("..")) {
            return;
        }
        if (names.size() < MOST) {
            names.add(name);
        } else {
            overflown |= !names.contains(name);
        }
    }

    /** Whether there were too many to ask for. */
    boolean overflown() {
        return overflown;
    }

    Collection<String> names() {
        return names;
    }

    private static boolean begins(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b == '_';
    }

    private static boolean digit(byte b) {
        return (b >= '0' && b <= '9') || b == '$';
    }
}

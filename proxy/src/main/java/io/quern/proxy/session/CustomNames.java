package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Names that may be settings no module defines, such as {@code app.tenant}: PostgreSQL lists these
 * nowhere, so they are picked from the statements that may set them. Everything with a dot in it
 * counts, in literals too, quoted or not, with space or a comment around the dot: to ask about too
 * many does no harm. One char for each byte, whatever the encoding.
 */
final class CustomNames {
    private static final int MOST = 64;
    private static final int LONGEST = 255;

    /** How far from its name a dot is looked for, in bytes: nested comments are read repeatedly. */
    private static final int FAR = 64;

    private final Set<String> names = new LinkedHashSet<>();
    private boolean overflown;

    /** A statement that may set something runs. */
    void mentioned(byte[] sql, int offset, int length) {
        new Reader(sql, offset, offset + length).read();
    }

    private void add(String name) {
        if (name.length() > LONGEST) {
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

    private final class Reader {
        private final byte[] sql;
        private final int end;
        private int at;

        Reader(byte[] sql, int start, int end) {
            this.sql = sql;
            this.at = start;
            this.end = end;
        }

        void read() {
            while (at < end) {
                if (begins(sql[at])) {
                    name();
                } else {
                    at++;
                }
            }
        }

        /** Reads parts as long as dots join them. */
        private void name() {
            StringBuilder name = new StringBuilder(part());
            boolean dotted = false;
            while (dot()) {
                name.append('.').append(part());
                dotted = true;
            }
            if (dotted) {
                add(name.toString());
            }
        }

        private String part() {
            int start = at;
            while (at < end && (begins(sql[at]) || digit(sql[at]))) {
                at++;
            }
            return new String(sql, start, at - start, ISO_8859_1);
        }

        /** Goes to the next part if a dot comes before it; else the cursor stays. */
        private boolean dot() {
            int start = at;
            int far = Math.min(end, at + FAR);
            quote();
            space(far);
            boolean dot = at < end && sql[at] == '.';
            if (dot) {
                at++;
                space(far);
                quote();
            }
            if (dot && at < end && begins(sql[at])) {
                return true;
            }
            at = start;
            return false;
        }

        private void quote() {
            at += at < end && sql[at] == '"' ? 1 : 0;
        }

        private void space(int far) {
            while (at < far) {
                if (sql[at] == ' ' || (sql[at] >= '\t' && sql[at] <= '\r')) {
                    at++;
                } else if (pair('/', '*')) {
                    comment(far);
                } else if (pair('-', '-')) {
                    while (at < far && sql[at] != '\n' && sql[at] != '\r') {
                        at++;
                    }
                } else {
                    return;
                }
            }
        }

        /** Comments nest. */
        private void comment(int far) {
            int depth = 0;
            do {
                if (pair('/', '*')) {
                    depth++;
                    at += 2;
                } else if (pair('*', '/')) {
                    depth--;
                    at += 2;
                } else {
                    at++;
                }
            } while (depth > 0 && at < far);
        }

        private boolean pair(char first, char second) {
            return at + 1 < end && sql[at] == first && sql[at + 1] == second;
        }
    }

    private static boolean begins(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b == '_' || b < 0;
    }

    private static boolean digit(byte b) {
        return (b >= '0' && b <= '9') || b == '$';
    }
}

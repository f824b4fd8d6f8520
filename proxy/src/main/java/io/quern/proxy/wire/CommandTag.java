package io.quern.proxy.wire;

/** What a command tag such as {@code INSERT 0 5} tells. */
public final class CommandTag {

    /** What a finished command may have changed beside rows. */
    public enum Effect {
        /** Nothing that matters to a proxy. */
        NONE,
        /** Session settings, or the role. */
        SETTINGS,
        /** Prepared statements may be gone, and settings may have changed. */
        STATEMENTS,
        /** The catalog. */
        CATALOG
    }

    private CommandTag() {}

    /** The row count at the end of a tag; 0 if it has none. */
    public static long rows(byte[] tag, int offset, int length) {
        int end =
                length > 0 && tag[offset + length - 1] == 0 ? offset + length - 1 : offset + length;
        long value = 0;
        long unit = 1;
        int at = end - 1;
        for (; at >= offset && tag[at] >= '0' && tag[at] <= '9' && end - at <= 18; at--) {
            value += unit * (tag[at] - '0');
            unit *= 10;
        }
        return at >= offset && tag[at] == ' ' ? value : 0;
    }

    /** What the command may have changed, by its first word. */
    public static Effect effect(byte[] tag, int offset, int length) {
        return switch (length == 0 ? 0 : tag[offset]) {
            case 'A' -> starts("ALTER ", tag, offset, length) ? Effect.CATALOG : Effect.NONE;
            case 'C' ->
                    starts("CREATE ", tag, offset, length)
                            ? Effect.CATALOG
                            : starts("CALL", tag, offset, length) ? Effect.STATEMENTS : Effect.NONE;
            case 'D' -> dropping(tag, offset, length);
            case 'I' -> starts("IMPORT ", tag, offset, length) ? Effect.CATALOG : Effect.NONE;
            case 'R' -> starts("RESET", tag, offset, length) ? Effect.SETTINGS : Effect.NONE;
            case 'S' -> starts("SET", tag, offset, length) ? Effect.SETTINGS : Effect.NONE;
            default -> Effect.NONE;
        };
    }

    /** Whether all prepared statements are gone. */
    public static boolean dropsAllStatements(byte[] tag, int offset, int length) {
        return starts("DISCARD ALL", tag, offset, length)
                || starts("DEALLOCATE ALL", tag, offset, length);
    }

    /** Whether settings may have gone back to what the session began with. */
    public static boolean resets(byte[] tag, int offset, int length) {
        return starts("RESET", tag, offset, length) || starts("DISCARD ALL", tag, offset, length);
    }

    /** Whether this is the tag of SELECT or of what creates a table from one. */
    public static boolean select(byte[] tag, int offset, int length) {
        return starts("SELECT ", tag, offset, length);
    }

    private static Effect dropping(byte[] tag, int offset, int length) {
        if (starts("DROP ", tag, offset, length)) {
            return Effect.CATALOG;
        }
        boolean statements =
                starts("DISCARD", tag, offset, length)
                        || starts("DEALLOCATE", tag, offset, length)
                        || starts("DO\0", tag, offset, length);
        return statements ? Effect.STATEMENTS : Effect.NONE;
    }

    private static boolean starts(String prefix, byte[] tag, int offset, int length) {
        if (length < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            if (tag[offset + i] != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}

package io.quern.proxy.backend;

import java.util.Locale;
import java.util.Map;

/** Which of several hosts will do; the words are those of libpq's target_session_attrs. */
public enum TargetSession {
    /** The first that lets Quern in. */
    ANY,
    /** One whose sessions may write by default. */
    READ_WRITE,
    /** One whose sessions may only read by default. */
    READ_ONLY,
    /** One that is not in hot standby. */
    PRIMARY,
    /** One that is in hot standby. */
    STANDBY,
    /** A standby if there is one, else any. */
    PREFER_STANDBY;

    private static final String IN_HOT_STANDBY = "in_hot_standby";

    /**
     * Reads libpq's spelling, such as {@code read-write}.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static TargetSession parse(String word) {
        for (TargetSession target : values()) {
            if (target.toString().equals(word)) {
                return target;
            }
        }
        throw new IllegalArgumentException("unknown target_session_attrs: " + word);
    }

    /**
     * Whether a server that has just let Quern in will do.
     *
     * @param parameters what the server reported; servers before 14 do not say what they are, and
     *     pass for primaries that may write
     */
    boolean fits(Map<String, String> parameters) {
        boolean standby = standby(parameters);
        boolean readOnly = standby || "on".equals(parameters.get("default_transaction_read_only"));
        return switch (this) {
            case ANY -> true;
            case READ_WRITE -> !readOnly;
            case READ_ONLY -> readOnly;
            case PRIMARY -> !standby;
            case STANDBY, PREFER_STANDBY -> standby;
        };
    }

    /**
     * Whether a session goes on to fit. Only what the server is counts: that a session may write is
     * also up to its client.
     */
    boolean stillFits(Map<String, String> parameters) {
        return switch (this) {
            case ANY, READ_ONLY, PREFER_STANDBY -> true;
            case READ_WRITE, PRIMARY -> !standby(parameters);
            case STANDBY -> standby(parameters);
        };
    }

    private static boolean standby(Map<String, String> parameters) {
        return "on".equals(parameters.get(IN_HOT_STANDBY));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

package io.quern.proxy.config;

/** Which of several servers will do; the words are libpq's {@code target_session_attrs}. */
public enum TargetSession {
    /** The first that can be reached. */
    ANY("any", "any"),
    /** One whose sessions may write. */
    READ_WRITE("read-write", "primary"),
    /** One whose sessions may not. */
    READ_ONLY("read-only", "secondary"),
    /** One that is not in recovery. */
    PRIMARY("primary", "primary"),
    /** One that is in recovery. */
    STANDBY("standby", "secondary"),
    /** A standby if there is one, else any. */
    PREFER_STANDBY("prefer-standby", "preferSecondary");

    private final String libpq;
    private final String jdbc;

    TargetSession(String libpq, String jdbc) {
        this.libpq = libpq;
        this.jdbc = jdbc;
    }

    /** pgjdbc's {@code targetServerType}. */
    String jdbc() {
        return jdbc;
    }

    /** libpq's word. */
    @Override
    public String toString() {
        return libpq;
    }
}

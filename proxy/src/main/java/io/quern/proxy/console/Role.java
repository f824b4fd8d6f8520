package io.quern.proxy.console;

/** What someone on the console may do; each role may do what those before it may. */
public enum Role {
    /** Look. */
    STATS,
    /** Look and act. */
    ADMIN;

    boolean covers(Role needed) {
        return compareTo(needed) >= 0;
    }
}

package io.quern.proxy.backend;

/** Why one host of an upstream will not do. */
final class HostFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final String sqlState;
    private final boolean elsewhere;

    /**
     * @param words fit for a client; for 08001 a reason, such as "connection refused"
     * @param elsewhere whether another host may do better
     */
    HostFailure(String sqlState, String words, boolean elsewhere) {
        super(words, null, false, false);
        this.sqlState = sqlState;
        this.elsewhere = elsewhere;
    }

    /** It cannot be reached. */
    HostFailure(String reason) {
        this(UpstreamFailure.UNREACHABLE, reason, true);
    }

    String sqlState() {
        return sqlState;
    }

    String words() {
        return String.valueOf(getMessage());
    }

    boolean elsewhere() {
        return elsewhere;
    }

    boolean unreachable() {
        return sqlState.equals(UpstreamFailure.UNREACHABLE);
    }
}

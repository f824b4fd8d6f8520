package io.quern.proxy.backend;

/** The upstream cannot be reached or does not let Quern in; the message is fit for a client. */
public final class UpstreamFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** sqlclient_unable_to_establish_sqlconnection. */
    static final String UNREACHABLE = "08001";

    private final String sqlState;

    /** It cannot be reached, or not as safely as asked. */
    public UpstreamFailure(String message) {
        this(UNREACHABLE, message);
    }

    /** It refuses the login in its own words. */
    UpstreamFailure(String sqlState, String message) {
        super(message, null, false, false);
        this.sqlState = sqlState;
    }

    public String sqlState() {
        return sqlState;
    }

    /** The message, never null. */
    String words() {
        return String.valueOf(getMessage());
    }
}

package io.quern.proxy.auth;

/** A SCRAM message that ends the login; the message is PostgreSQL's and quotes nothing. */
final class ScramRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final String sqlState;

    ScramRefusal(String sqlState, String message) {
        super(message, null, false, false);
        this.sqlState = sqlState;
    }

    static ScramRefusal violation(String message) {
        return new ScramRefusal("08P01", message);
    }

    static ScramRefusal malformed(String detail) {
        return violation("malformed SCRAM message (" + detail + ")");
    }

    String sqlState() {
        return sqlState;
    }
}

package io.quern.proxy.console;

/** Why a client does not get what it asked for: an ErrorResponse to be. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;
    static final String HINT = "SHOW HELP lists the commands.";

    private final String sqlState;
    private final String hint;

    Refusal(String sqlState, String message) {
        this(sqlState, message, "");
    }

    Refusal(String sqlState, String message, String hint) {
        super(message, null, false, false);
        this.sqlState = sqlState;
        this.hint = hint;
    }

    static Refusal syntax(String message) {
        return new Refusal("42601", message, HINT);
    }

    String sqlState() {
        return sqlState;
    }

    String message() {
        return String.valueOf(getMessage());
    }

    /** Empty if there is none. */
    String hint() {
        return hint;
    }
}

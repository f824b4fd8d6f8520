package io.quern.proxy.console;

/** What Quern counts from its start; {@code SHOW STATS} and the metrics speak of the same. */
public enum Figure {
    EXECUTED("statements.executed", "Statements that ended, all arms together"),
    TREATED("statements.treated", "Statements that ran as a variant"),
    CONTROL("statements.control", "Statements of a trial that ran as the original"),
    GATE_HITS("gate.hits", "Statements the gate knew"),
    GATE_MISSES("gate.misses", "Statements the gate saw for the first time"),
    GATE_UNRESOLVED("gate.unresolved", "Known statements for which the advisor had no answer"),
    CLIENT_BYTES_IN("client.received.bytes", "Bytes received from clients"),
    CLIENT_BYTES_OUT("client.sent.bytes", "Bytes sent to clients"),
    LOGINS("logins.admitted", "Clients let in"),
    LOGIN_FAILURES("logins.refused", "Clients not let in"),
    HISTORY_DROPPED("history.dropped", "Executions not kept because the history's buffer was full");

    private final String meter;
    private final String help;

    Figure(String meter, String help) {
        this.meter = meter;
        this.help = help;
    }

    /** Its name, words parted by dots. */
    public String meter() {
        return meter;
    }

    /** One line that says what is counted. */
    public String help() {
        return help;
    }
}

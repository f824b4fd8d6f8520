package io.quern.bench.shop;

import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** What the traffic did, as its application saw it. Thread-safe. */
public final class Tally {
    private final LongAdder statements = new LongAdder();
    private final LongAdder transactions = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final Map<String, LongAdder> errorStates = new ConcurrentHashMap<>();
    private volatile @Nullable String lastError;

    void statement() {
        statements.increment();
    }

    void transaction() {
        transactions.increment();
    }

    void error(String what, SQLException failure) {
        String state = failure.getSQLState() == null ? "no SQLSTATE" : failure.getSQLState();
        errors.increment();
        errorStates.computeIfAbsent(state, s -> new LongAdder()).increment();
        // A server's message may quote values: its first line is shown of the demo's own data only.
        String message = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        lastError = what + ": " + state + " " + message;
    }

    /** Statements that succeeded. */
    public long statements() {
        return statements.sum();
    }

    /** Orders placed. */
    public long transactions() {
        return transactions.sum();
    }

    /** Statements, transactions and connections that failed. */
    public long errors() {
        return errors.sum();
    }

    /** Errors by SQLSTATE with the last one in full; empty if there were none. */
    public String errorSummary() {
        String last = lastError;
        if (last == null) {
            return "";
        }
        return new TreeMap<>(errorStates)
                        .entrySet().stream()
                                .map(e -> e.getValue().sum() + " x " + e.getKey())
                                .collect(Collectors.joining(", "))
                + "; last: "
                + last;
    }
}

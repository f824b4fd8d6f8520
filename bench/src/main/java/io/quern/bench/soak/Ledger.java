package io.quern.bench.soak;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** What all customers saw. Thread-safe. */
final class Ledger {
    private static final int KEPT = 20;

    private final LongAdder answers = new LongAdder();
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Queue<String> improper = new ConcurrentLinkedQueue<>();

    void answered() {
        answers.increment();
    }

    /** An answer was looked at. */
    void expect(boolean right, String what) {
        if (!right && wrong.size() < KEPT) {
            wrong.add(what + " was wrong");
        }
    }

    /**
     * A statement or a login failed. Proper are the codes by which a server says that a connection
     * is over or cannot be had: class 08 (but for a violated protocol) and 57P, 53300; and what the
     * driver says itself when the socket broke (08).
     */
    void failed(SQLException e) {
        String state = e.getSQLState() == null ? "none" : e.getSQLState();
        failures.computeIfAbsent(state, s -> new LongAdder()).increment();
        boolean proper =
                (state.startsWith("08") && !state.equals("08P01"))
                        || state.startsWith("57P")
                        || state.equals("53300");
        if (!proper && improper.size() < KEPT) {
            improper.add(
                    state + ": " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    long answers() {
        return answers.sum();
    }

    /** What can be said of it. */
    List<Check> checks() {
        Map<String, Long> counts = new TreeMap<>();
        failures.forEach((state, count) -> counts.put(state, count.sum()));
        return List.of(
                new Check("every reply right", wrong.isEmpty(), wrong.toString()),
                new Check(
                        "every failure a proper SQLSTATE",
                        improper.isEmpty(),
                        counts + " " + improper));
    }
}

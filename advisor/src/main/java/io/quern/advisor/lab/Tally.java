package io.quern.advisor.lab;

import io.quern.advisor.Lab.Outcome;
import io.quern.advisor.Lab.Verdict;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** What a hunt has seen so far. */
final class Tally {
    private long databases;
    private long withRows;
    private long failed;
    private String lastState = "";

    /** The original returned. */
    void ran(Answer.Rows before) {
        databases++;
        if (!before.rows().isEmpty()) {
            withRows++;
        }
    }

    /** The original failed: nothing can be said of the rewrite there. */
    void failed(Answer.Failure failure) {
        failed++;
        lastState = failure.sqlState();
    }

    /** A database could not be filled. */
    void unmade(SQLException e) throws SQLException {
        String state = String.valueOf(e.getSQLState());
        if (state.startsWith("08") || state.startsWith("57P")) {
            throw e;
        }
        failed++;
        lastState = state;
    }

    /** On how many databases both ran and the original succeeded. */
    long databases() {
        return databases;
    }

    /** The verdict of a hunt that found nothing. */
    Verdict unrefuted(Duration took, long seed) throws Unsupported {
        if (databases == 0) {
            throw new Unsupported(
                    "the original fails on every generated database (SQLSTATE " + lastState + ")");
        }
        return new Verdict(
                Outcome.NO_COUNTEREXAMPLE,
                databases,
                String.format(
                        Locale.ROOT,
                        "no counterexample in %,d databases (%s, seed %d), of which %,d returned"
                                + " rows%s",
                        databases,
                        seconds(took),
                        seed,
                        withRows,
                        failed == 0
                                ? ""
                                : String.format(
                                        Locale.ROOT, "; the original failed on %,d more", failed)),
                Optional.empty());
    }

    /** {@code 3 s}, {@code 0.4 s}. */
    static String seconds(Duration time) {
        double seconds = time.toMillis() / 1000.0;
        return String.format(Locale.ROOT, "%.1f s", seconds).replace(".0 s", " s");
    }
}

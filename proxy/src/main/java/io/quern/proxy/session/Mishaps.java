package io.quern.proxy.session;

import static java.util.Objects.requireNonNull;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what went wrong inside Quern without harm to a client; each kind is logged once. One
 * instance serves all sessions. Thread-safe.
 */
public final class Mishaps {

    /** What can go wrong. */
    public enum Kind {
        /** Recognising a statement threw. */
        RECOGNISE("recognising a statement failed; statements go on untreated"),
        /** Asking for a treatment threw. */
        CHOOSE("choosing a treatment failed; originals run"),
        /** Applying a treatment threw. */
        APPLY("applying a treatment failed; the original runs"),
        /** Reporting an execution threw. */
        WATCH("reporting an execution failed; it is not counted"),
        /** Telling of DDL or of a refusal threw. */
        TELL("telling the advisor failed"),
        /** A reply that fits nothing sent. */
        TRACKING("lost track of a session; it goes on as plain bytes"),
        /** The session's settings could not be asked for. */
        ASK("a session's settings could not be read; it stays untreated"),
        /** The original could not be prepared under Quern's name. */
        PREPARE("a statement could not be prepared beside its variant; it stays untreated"),
        /** Giving or taking back planner settings failed inside a client's Sync group. */
        STEER("planner settings could not be given or taken back; a client saw the error"),
        /** A simple query could not be given planner settings without any difference in sight. */
        UNSTEERED("a simple query cannot be given planner settings; its original runs"),
        /** A client used a name of Quern's own. */
        NAMES("a client uses statement names like Quern's; its session stays untreated");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Mishaps.class);

    private final Map<Kind, AtomicLong> counts = new EnumMap<>(Kind.class);

    public Mishaps() {
        for (Kind kind : Kind.values()) {
            counts.put(kind, new AtomicLong());
        }
    }

    /** Counts one, and logs it if it is the first of its kind. */
    public void count(Kind kind, String detail) {
        if (counter(kind).getAndIncrement() == 0) {
            LOG.warn("{} ({}); further ones are only counted", kind.words, detail);
        }
    }

    /** Counts an exception: its class is logged, never its message, which may quote a statement. */
    void count(Kind kind, Throwable thrown) {
        if (counter(kind).getAndIncrement() == 0) {
            StackTraceElement[] trace = thrown.getStackTrace();
            LOG.warn(
                    "{} ({} at {}); further ones are only counted",
                    kind.words,
                    thrown.getClass().getName(),
                    trace.length == 0 ? "an unknown place" : trace[0]);
        }
    }

    public long count(Kind kind) {
        return counter(kind).get();
    }

    private AtomicLong counter(Kind kind) {
        return requireNonNull(counts.get(kind));
    }

    /** All counts. */
    public Map<Kind, Long> counts() {
        Map<Kind, Long> all = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            all.put(kind, count(kind));
        }
        return all;
    }
}

package io.quern.advisor.lifecycle;

import io.quern.advisor.Flag;
import io.quern.advisor.Suggestion;
import io.quern.optimizer.Fingerprint;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The flags that stand now, and the kill switch. At most one flag stands for a template. Everything
 * here acts at once and needs no store. Thread-safe.
 */
final class Switchboard {

    /** A rewrite that acts, and its flag. */
    record Standing(Suggestion suggestion, Flag flag) {}

    private record Key(String database, Fingerprint fingerprint) {
        static Key of(Suggestion suggestion) {
            return new Key(suggestion.database(), suggestion.template().fingerprint());
        }
    }

    private final Map<Key, Standing> standing = new ConcurrentHashMap<>();
    private final AtomicLong generation = new AtomicLong();
    private volatile boolean killed;
    private volatile boolean ready;

    /** Whether anything may act: the store has been read and the kill switch is off. */
    boolean enabled() {
        return ready && !killed;
    }

    boolean killed() {
        return killed;
    }

    void kill(boolean on) {
        killed = on;
        generation.incrementAndGet();
    }

    void ready() {
        ready = true;
        generation.incrementAndGet();
    }

    long generation() {
        return generation.get();
    }

    /** Turns a suggestion's flag to a share, making it where there is none. */
    void turn(Suggestion suggestion, double share) {
        standing.compute(
                Key.of(suggestion),
                (key, old) -> {
                    Flag flag =
                            old != null && old.flag().suggestion() == suggestion.id()
                                    ? old.flag()
                                    : new Flag(suggestion.id());
                    flag.set(share);
                    return new Standing(suggestion, flag);
                });
        generation.incrementAndGet();
    }

    /** Turns a suggestion off: its flag is 0 from the next message on. */
    void off(Suggestion suggestion) {
        standing.computeIfPresent(
                Key.of(suggestion),
                (key, old) -> {
                    if (old.flag().suggestion() != suggestion.id()) {
                        return old;
                    }
                    old.flag().set(0);
                    return null;
                });
        generation.incrementAndGet();
    }

    Optional<Standing> find(String database, Fingerprint fingerprint) {
        return Optional.ofNullable(standing.get(new Key(database, fingerprint)));
    }
}

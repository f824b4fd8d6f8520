package io.quern.bench.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.advisor.Sighting;
import io.quern.advisor.Treatment;
import io.quern.advisor.Treatments;
import io.quern.advisor.Watcher;
import io.quern.proxy.tuning.CachingGate;
import io.quern.proxy.tuning.KnownStatement;
import io.quern.proxy.tuning.SessionKey;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.util.Optional;

/**
 * Deciding on a statement the gate knows: recognised, and asked for its treatment. The goal is a
 * microsecond and not a byte.
 */
@State(Scope.Thread)
public class Deciding {
    private static final int[] NO_TYPES = {};
    private static final SessionKey KEY =
            new SessionKey("bench", "bench", "\"$user\", public", "UTC", true, true);
    private static final String SQL = "SELECT abalance FROM pgbench_accounts WHERE aid = ";

    /** Texts in turn that differ in a literal: more than a thread's cache of exact texts keeps. */
    private static final int LITERALS = 1 << 16;

    private final CachingGate gate =
            new CachingGate(new Nothing(), Watcher.BLIND, Runnable::run, 1, 64L << 20);
    private final CachingGate cramped =
            new CachingGate(new Nothing(), Watcher.BLIND, Runnable::run, 1, 256 << 10);
    private final byte[] known = (SQL + "$1").getBytes(UTF_8);
    private final byte[][] literals = new byte[LITERALS][];
    private int next;

    @Setup
    public void introduce() {
        for (int i = 0; i < LITERALS; i++) {
            literals[i] = (SQL + (1_000_000 + i)).getBytes(UTF_8);
        }
    }

    /** The very bytes were seen before. */
    @Benchmark
    public @Nullable Treatment exactBytes() {
        return decide(gate, known);
    }

    /** The text was seen before with other literals: lexed, found by its skeleton. */
    @Benchmark
    public @Nullable Treatment skeleton() {
        next = (next + 1) & (LITERALS - 1);
        return decide(cramped, literals[next]);
    }

    private static @Nullable Treatment decide(CachingGate gate, byte[] sql) {
        KnownStatement statement = gate.recognise(KEY, sql, 0, sql.length, NO_TYPES);
        return gate.treatment(statement);
    }

    /** An advisor with nothing to suggest. */
    static final class Nothing implements Treatments {
        @Override
        public Optional<Treatment> resolve(Sighting sighting) {
            return Optional.empty();
        }

        @Override
        public long generation() {
            return 1;
        }

        @Override
        public void refuse(long suggestion, String reason) {}

        @Override
        public boolean enabled() {
            return true;
        }
    }
}

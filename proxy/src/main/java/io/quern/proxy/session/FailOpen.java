package io.quern.proxy.session;

import io.quern.advisor.Execution;
import io.quern.advisor.Sighting;
import io.quern.advisor.Treatment;
import io.quern.advisor.Watcher;
import io.quern.proxy.tuning.Gate;
import io.quern.proxy.tuning.KnownStatement;
import io.quern.proxy.tuning.SessionKey;

import org.jspecify.annotations.Nullable;

/**
 * A gate and a watcher behind a wall: whatever they throw is counted, and the answer is the one
 * that leaves the client's bytes alone.
 */
final class FailOpen implements Watcher {
    private final Gate gate;
    private final Watcher watcher;
    private final Mishaps mishaps;

    FailOpen(Gate gate, Watcher watcher, Mishaps mishaps) {
        this.gate = gate;
        this.watcher = watcher;
        this.mishaps = mishaps;
    }

    @Nullable KnownStatement recognise(
            SessionKey key, byte[] sql, int offset, int length, int[] types) {
        try {
            return gate.recognise(key, sql, offset, length, types);
        } catch (Throwable thrown) {
            mishaps.count(Mishaps.Kind.RECOGNISE, thrown);
            return null;
        }
    }

    @Nullable Treatment treatment(KnownStatement statement) {
        try {
            return gate.treatment(statement);
        } catch (Throwable thrown) {
            mishaps.count(Mishaps.Kind.CHOOSE, thrown);
            return null;
        }
    }

    byte @Nullable [] apply(
            Treatment treatment, SessionKey key, byte[] sql, int offset, int length) {
        try {
            byte[] text = gate.apply(treatment, key, sql, offset, length);
            return text == null || holdsZero(text) ? null : text;
        } catch (Throwable thrown) {
            mishaps.count(Mishaps.Kind.APPLY, thrown);
            return null;
        }
    }

    /** Null if chance could not be asked. */
    @Nullable Boolean draw(Treatment treatment) {
        try {
            return gate.draw(treatment);
        } catch (Throwable thrown) {
            mishaps.count(Mishaps.Kind.CHOOSE, thrown);
            return null;
        }
    }

    @Override
    public boolean executed(Execution execution) {
        try {
            return watcher.executed(execution);
        } catch (Throwable thrown) {
            mishaps.count(Mishaps.Kind.WATCH, thrown);
            return false;
        }
    }

    @Override
    public boolean sighted(Sighting sighting) {
        return false;
    }

    private static boolean holdsZero(byte[] text) {
        for (byte b : text) {
            if (b == 0) {
                return true;
            }
        }
        return false;
    }
}

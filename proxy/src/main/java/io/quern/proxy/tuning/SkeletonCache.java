package io.quern.proxy.tuning;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The known statements of all event loops by session key, parameter types and skeleton, bounded by
 * bytes: first in, first out, with a second chance for what was used. Looking up neither locks nor
 * allocates: a loop's own {@link Key} is filled anew for each question. Room is made before a
 * statement enters, so the bound always holds.
 */
final class SkeletonCache {

    /** What makes two texts one known statement; reused as a question, copied to be stored. */
    static final class Key {
        private static final SessionKey NOBODY = new SessionKey("", "", "", "", true, false);
        private static final int[] UNTYPED = {};
        private static final byte[] EMPTY = {};

        private SessionKey session = NOBODY;
        private int[] types = UNTYPED;
        private byte[] skeleton = EMPTY;
        private int length;
        private int hash;

        void set(SessionKey newSession, int[] newTypes, byte[] buffer, int used, long bytesHash) {
            session = newSession;
            types = newTypes;
            skeleton = buffer;
            length = used;
            int h = (int) (bytesHash ^ (bytesHash >>> 32));
            hash = (h * 31 + newSession.hashCode()) * 31 + Arrays.hashCode(newTypes);
        }

        void clear() {
            session = NOBODY;
            types = UNTYPED;
            skeleton = EMPTY;
            length = 0;
        }

        private Key copy() {
            var copy = new Key();
            copy.session = session;
            copy.types = types.clone();
            copy.skeleton = Arrays.copyOf(skeleton, length);
            copy.length = length;
            copy.hash = hash;
            return copy;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key that
                    && hash == that.hash
                    && Arrays.equals(skeleton, 0, length, that.skeleton, 0, that.length)
                    && Arrays.equals(types, that.types)
                    && session.equals(that.session);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private record Held(Key key, KnownStatement known, long weight) {}

    private static final int OVERHEAD = 256;

    private final long maxBytes;
    private final ConcurrentHashMap<Key, Held> held = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Held> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytes = new AtomicLong();

    SkeletonCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    long bytes() {
        return bytes.get();
    }

    @Nullable KnownStatement find(Key key) {
        Held found = held.get(key);
        return found == null ? null : found.known();
    }

    /** Stores a statement; returns the one already there if another thread was first. */
    KnownStatement add(Key question, KnownStatement known) {
        Key key = question.copy();
        long weight = OVERHEAD + key.length + 4L * key.types.length + known.weight();
        if (weight > maxBytes / 4) {
            return known;
        }
        bytes.addAndGet(weight);
        makeRoom();
        var mine = new Held(key, known, weight);
        Held first = held.putIfAbsent(key, mine);
        if (first != null) {
            bytes.addAndGet(-weight);
            return first.known();
        }
        queue.add(mine);
        return known;
    }

    /** Forgets a statement; its bytes count until its turn in the queue comes. */
    void forget(Key question) {
        held.remove(question);
    }

    private void makeRoom() {
        int chances = held.size();
        while (bytes.get() > maxBytes) {
            Held oldest = queue.poll();
            if (oldest == null) {
                return;
            }
            if (chances-- > 0 && oldest.known().takeUsed()) {
                queue.add(oldest);
            } else {
                held.remove(oldest.key(), oldest);
                bytes.addAndGet(-oldest.weight());
            }
        }
    }
}

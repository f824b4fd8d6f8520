package io.quern.proxy.tuning;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * One thread's memory of exact texts: set-associative, four entries a set, bounded by bytes. A hit
 * neither locks nor allocates; session key, parameter types and all bytes are compared, the hash
 * merely finds the set. A text is admitted when it comes a second time within a while, so that
 * endless distinct texts neither push out the repeated ones nor cost copies; an entry hit since the
 * hand last passed gets a second chance.
 */
final class ExactCache {
    private static final int WAYS = 4;
    private static final int OVERHEAD = 128;

    private static final class Entry {
        final long hash;
        final SessionKey key;
        final byte[] sql;
        final int[] types;
        final KnownStatement known;
        final long weight;
        boolean used;

        Entry(long hash, SessionKey key, byte[] sql, int[] types, KnownStatement known) {
            this.hash = hash;
            this.key = key;
            this.sql = sql;
            this.types = types;
            this.known = known;
            weight = OVERHEAD + sql.length + 4L * types.length + known.weight();
        }

        boolean matches(SessionKey k, byte[] bytes, int offset, int length, int[] t) {
            return Arrays.equals(sql, 0, sql.length, bytes, offset, offset + length)
                    && Arrays.equals(types, t)
                    && key.equals(k);
        }
    }

    private final long maxBytes;
    private final @Nullable Entry[] slots;
    private final long[] seen;
    private long bytes;
    private int hand;

    ExactCache(long maxBytes) {
        this.maxBytes = maxBytes;
        int size = (int) Long.highestOneBit(Math.clamp(maxBytes / 512, 16, 16_384));
        slots = new @Nullable Entry[size];
        seen = new long[size];
    }

    /** Bytes held by entries. */
    long bytes() {
        return bytes;
    }

    @Nullable KnownStatement find(
            long hash, SessionKey key, byte[] sql, int offset, int length, int[] types) {
        int set = set(hash);
        for (int i = set; i < set + WAYS; i++) {
            Entry entry = slots[i];
            if (entry != null
                    && entry.hash == hash
                    && entry.matches(key, sql, offset, length, types)) {
                entry.used = true;
                return entry.known;
            }
        }
        return null;
    }

    /** Remembers a text that was not found, if it is worth it. */
    void offer(
            long hash,
            SessionKey key,
            byte[] sql,
            int offset,
            int length,
            int[] types,
            KnownStatement known) {
        int mark = (int) (hash >>> 40) & (seen.length - 1);
        if (seen[mark] != hash) {
            seen[mark] = hash;
            return;
        }
        if (OVERHEAD + length + 4L * types.length + known.weight() > maxBytes / 4) {
            return;
        }
        var entry =
                new Entry(
                        hash,
                        key,
                        Arrays.copyOfRange(sql, offset, offset + length),
                        types.clone(),
                        known);
        int slot = slotIn(set(hash));
        remove(slot);
        while (bytes + entry.weight > maxBytes) {
            sweep();
        }
        slots[slot] = entry;
        bytes += entry.weight;
    }

    private int set(long hash) {
        return (int) (hash ^ (hash >>> 32)) & (slots.length - WAYS);
    }

    private int slotIn(int set) {
        int cold = -1;
        for (int i = set; i < set + WAYS; i++) {
            Entry entry = slots[i];
            if (entry == null) {
                return i;
            }
            if (!entry.used && cold < 0) {
                cold = i;
            }
            entry.used = false;
        }
        return cold < 0 ? set : cold;
    }

    private void sweep() {
        Entry entry = slots[hand];
        if (entry != null && entry.used) {
            entry.used = false;
        } else {
            remove(hand);
        }
        hand = (hand + 1) & (slots.length - 1);
    }

    private void remove(int slot) {
        Entry entry = slots[slot];
        if (entry != null) {
            bytes -= entry.weight;
            slots[slot] = null;
        }
    }
}

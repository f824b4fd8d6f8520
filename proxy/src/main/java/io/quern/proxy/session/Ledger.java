package io.quern.proxy.session;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/** The replies the server still owes, in the order it will give them. A ring of reused entries. */
final class Ledger {
    private static final int SMALLEST = 16;

    /** One long pipeline must not leave its ring behind for the rest of the session. */
    private static final int LARGEST_KEPT = 1024;

    private @Nullable Reply[] ring = new @Nullable Reply[SMALLEST];
    private int head;
    private int size;
    private int own;
    private int syncs;
    private long bytes;

    /** The entry for a message just sent, cleared. */
    Reply add(Reply.To to, boolean ownMessage) {
        if (size == ring.length) {
            grow();
        }
        int at = (head + size) & (ring.length - 1);
        Reply entry = ring[at];
        if (entry == null) {
            entry = new Reply();
            ring[at] = entry;
        }
        entry.clear();
        entry.to = to;
        entry.own = ownMessage;
        size++;
        own += ownMessage ? 1 : 0;
        syncs += to.endsReady() ? 1 : 0;
        return entry;
    }

    /** The entry for a message that Quern puts among the client's own, on which those depend. */
    Reply inject(Reply.To to) {
        Reply entry = add(to, false);
        entry.injected = true;
        own++;
        return entry;
    }

    /** An entry holds so many bytes of its message until it is answered. */
    void weigh(Reply entry, int weight) {
        bytes += weight - entry.weight;
        entry.weight = weight;
    }

    /** What the entries hold. */
    long bytes() {
        return bytes;
    }

    @Nullable Reply head() {
        return size == 0 ? null : ring[head];
    }

    /** An entry counted from the head, from 0 to {@link #size} - 1. */
    Reply get(int index) {
        if (index >= size) {
            throw new IndexOutOfBoundsException(index);
        }
        return requireNonNull(ring[(head + index) & (ring.length - 1)]);
    }

    /** Removes the head, which stays valid until the next {@link #add}. */
    Reply pop() {
        Reply entry = get(0);
        head = (head + 1) & (ring.length - 1);
        size--;
        own -= entry.own || entry.injected ? 1 : 0;
        bytes -= entry.weight;
        syncs -= entry.to.endsReady() ? 1 : 0;
        if (size == 0) {
            // the same few entries again and again: they stay in the processor's cache
            head = 0;
            if (ring.length > LARGEST_KEPT) {
                ring = new @Nullable Reply[SMALLEST];
            }
        }
        return entry;
    }

    /** Removes the entries behind the head that stand for a Sync inside COPY. */
    void dropInsideCopy() {
        Reply first = get(0);
        @Nullable Reply[] rest = new @Nullable Reply[ring.length];
        int kept = 0;
        rest[kept++] = first;
        for (int i = 1; i < size; i++) {
            Reply entry = get(i);
            if (!entry.insideCopy) {
                rest[kept++] = entry;
            }
        }
        ring = rest;
        head = 0;
        syncs -= size - kept;
        size = kept;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Whether any entry is for a message that the client did not send. */
    boolean hasOwn() {
        return own > 0;
    }

    /** Whether anything is owed to the client. */
    boolean owesClient() {
        return size > own;
    }

    /** Whether something is owed for an earlier Sync group than the one that is open. */
    boolean owesEarlierGroup() {
        return syncs > 0;
    }

    void clear() {
        Arrays.fill(ring, null);
        head = 0;
        size = 0;
        own = 0;
        syncs = 0;
        bytes = 0;
    }

    private void grow() {
        @Nullable Reply[] larger = new @Nullable Reply[ring.length * 2];
        for (int i = 0; i < size; i++) {
            larger[i] = ring[(head + i) & (ring.length - 1)];
        }
        ring = larger;
        head = 0;
    }
}

package io.quern.proxy.session;

import io.quern.advisor.Treatment;
import io.quern.proxy.tuning.KnownStatement;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** The variants of one backend, the least recently used closed when there are too many. */
final class Variants {
    /** A text is kept with each, so this bounds memory too: some hundred kB per session. */
    private static final int MOST = 32;

    /** So many prepared in vain, one after the other, mean that texts do not come back. */
    private static final int MOST_IN_VAIN = 64;

    private final List<Variant> variants = new ArrayList<>();
    private final Deque<Variant> wanted = new ArrayDeque<>();
    private final List<byte[]> toClose = new ArrayList<>();
    private @Nullable Levers levers;
    private long uses;
    private int inVain;

    /**
     * The variant of a statement, in whatever state.
     *
     * @param sql the statement's text; null for simple queries, of which one stands for all texts
     */
    @Nullable Variant find(
            KnownStatement known, Treatment treatment, Profile reading, byte @Nullable [] sql) {
        for (int i = 0; i < variants.size(); i++) {
            Variant variant = variants.get(i);
            if (variant.of(known, treatment, reading)
                    && (sql == null
                            ? variant.simple
                            : !variant.simple && Arrays.equals(sql, variant.original))) {
                return variant;
            }
        }
        return null;
    }

    /** Whether one more is worth preparing. */
    boolean worthMore() {
        return inVain < MOST_IN_VAIN;
    }

    void want(Variant variant) {
        keep(variant);
        wanted.add(variant);
    }

    /** Takes one that is not to be prepared. */
    void keep(Variant variant) {
        if (variants.size() >= MOST) {
            evict();
        }
        variant.lastUse = ++uses;
        variants.add(variant);
    }

    /**
     * The variant if it may be used now; one that failed for no reason of its own gets another try.
     */
    @Nullable Variant ready(@Nullable Variant variant) {
        if (variant == null || variant.state == Variant.State.READY) {
            return variant;
        }
        if (variant.state == Variant.State.FAILED
                && variant.patience > 0
                && --variant.patience == 0) {
            variant.state = Variant.State.WANTED;
            wanted.add(variant);
        }
        return null;
    }

    void used(Variant variant) {
        variant.lastUse = ++uses;
        variant.used = true;
        inVain = 0;
    }

    /** What settings are given with; null if it is not on the backend. */
    @Nullable Levers levers() {
        return levers;
    }

    void levers(Levers prepared) {
        levers = prepared;
    }

    void close(Levers old) {
        toClose.addAll(old.names());
    }

    /** The next to prepare; null if none. */
    @Nullable Variant nextWanted() {
        return wanted.poll();
    }

    /** Names to close on the backend when it is idle; the list is emptied. */
    List<byte[]> takeToClose() {
        List<byte[]> names = List.copyOf(toClose);
        toClose.clear();
        return names;
    }

    boolean hasToClose() {
        return !toClose.isEmpty();
    }

    void close(byte[] name) {
        toClose.add(name);
    }

    /** Takes one off the backend. */
    void drop(Variant variant) {
        variants.remove(variant);
        gone(variant);
    }

    /** The backend may have lost them all. */
    void forgetAll() {
        for (Variant variant : variants) {
            gone(variant);
        }
        variants.clear();
        wanted.clear();
        Levers old = levers;
        if (old != null) {
            levers = null;
            close(old);
        }
    }

    private void evict() {
        Variant oldest = variants.getFirst();
        for (Iterator<Variant> all = variants.iterator(); all.hasNext(); ) {
            Variant variant = all.next();
            if (variant.lastUse < oldest.lastUse) {
                oldest = variant;
            }
        }
        if (oldest.state == Variant.State.READY && !oldest.used) {
            inVain++;
        }
        wanted.remove(oldest);
        drop(oldest);
    }

    private void gone(Variant variant) {
        variant.state = Variant.State.GONE;
        byte[] name = variant.name;
        if (name != null && !variant.simple) {
            toClose.add(name);
        }
    }
}

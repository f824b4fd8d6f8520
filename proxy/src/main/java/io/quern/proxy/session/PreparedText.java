package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.github.benmanes.caffeine.cache.Interner;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a prepared statement was made from, and the name it has on every pooled backend: shared by
 * all clients that prepare the same text with the same parameter types under settings that read it
 * alike. A client's name for it never reaches a pooled backend.
 */
final class PreparedText {
    private static final Interner<PreparedText> ALL = Interner.newWeakInterner();
    private static final AtomicLong LAST = new AtomicLong();

    /** How often the catalog was changed by a statement that Quern saw. */
    private static final AtomicLong CATALOG = new AtomicLong();

    /** Null if the text was too long to keep: then nobody shares it. */
    final byte @Nullable [] sql;

    final int[] types;
    final byte[] name = ("__quern_p" + LAST.incrementAndGet()).getBytes(US_ASCII);
    private final Profile reading;
    private final @Nullable UnreadSettings unread;
    private final int hash;
    private final long catalog = CATALOG.get();
    private volatile boolean outdated;

    private PreparedText(
            byte @Nullable [] sql, int[] types, Profile reading, @Nullable UnreadSettings unread) {
        this.sql = sql;
        this.types = types;
        this.reading = reading;
        this.unread = unread;
        this.hash = 31 * Arrays.hashCode(sql) + Arrays.hashCode(types);
    }

    /**
     * The one that all share.
     *
     * @param unread what the transaction it is prepared in may have set besides; null if nothing
     */
    static PreparedText of(
            byte[] sql, int[] types, Profile profile, @Nullable UnreadSettings unread) {
        return ALL.intern(new PreparedText(sql, types, profile.reading(), unread));
    }

    /** One that cannot be parsed again. */
    static PreparedText unkept() {
        return new PreparedText(null, new int[0], Profile.NONE, null);
    }

    /**
     * Tables and more are others now: whoever prepares a text from here on shares a new one, under
     * a new name, for backends may keep the old one, with its old columns, for a while.
     */
    static void catalogChanged() {
        CATALOG.incrementAndGet();
    }

    /**
     * This one is known to mean something else by now, though nobody was seen changing anything.
     */
    void outdate() {
        outdated = true;
    }

    /**
     * Whether others that share it may have it under the settings at hand: what only one client has
     * is that client's affair.
     */
    boolean fits(@Nullable UnreadSettings now) {
        return Objects.equals(unread, now) || (unread != null && unread.unique());
    }

    /** Whether whoever prepares the text now may be given this one. */
    boolean current() {
        return !outdated && catalog == CATALOG.get();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // profiles are interned
    public boolean equals(Object other) {
        return this == other
                || (other instanceof PreparedText that
                        && sql != null
                        && hash == that.hash
                        && !outdated
                        && !that.outdated
                        && catalog == that.catalog
                        && reading == that.reading
                        && Objects.equals(unread, that.unread)
                        && Arrays.equals(sql, that.sql)
                        && Arrays.equals(types, that.types));
    }

    @Override
    public int hashCode() {
        return hash;
    }
}

package io.quern.proxy.session;

import io.quern.proxy.tuning.KnownStatement;
import io.quern.proxy.tuning.SessionKey;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * A statement the client prepared, with its text, which names mean something else under another
 * session key.
 */
// a session keeps the same key object until it changes, so identity is equality, and fast
@SuppressWarnings("ReferenceEquality")
final class ClientStatement {
    /** Longer texts are not kept, so they are not treated in the extended protocol. */
    static final int LONGEST_KEPT = 16 * 1024;

    private final byte @Nullable [] sql;
    private final int[] parameterTypes;
    private final long readings;
    private final @Nullable Name deallocates;
    private @Nullable SessionKey key;
    private @Nullable KnownStatement known;
    private @Nullable PreparedText shared;

    /** The variant last used for it; only a hint. */
    @Nullable Variant variant;

    /**
     * @param kept whether to keep the text
     * @param readings {@link SessionSettings#readings} when it was sent
     */
    ClientStatement(
            byte[] bytes,
            int offset,
            int length,
            boolean kept,
            int[] parameterTypes,
            long readings) {
        this(
                kept ? Arrays.copyOfRange(bytes, offset, offset + length) : null,
                parameterTypes,
                readings,
                null);
    }

    private ClientStatement(
            byte @Nullable [] sql,
            int[] parameterTypes,
            long readings,
            @Nullable Name deallocates) {
        this.sql = sql;
        this.parameterTypes = parameterTypes;
        this.readings = readings;
        this.deallocates = deallocates;
    }

    /** One whose text was too long to be looked at. */
    static ClientStatement unread(long readings) {
        return new ClientStatement(null, new int[0], readings, null);
    }

    /**
     * This, known to deallocate another statement of the client's; it drops another in its place.
     */
    ClientStatement deallocating(Name name) {
        return new ClientStatement(SharedNames.DEALLOCATE, parameterTypes, readings, name);
    }

    /** The client's statement that it deallocates; null if it is not for that. */
    @Nullable Name deallocates() {
        return deallocates;
    }

    /** What it is on pooled backends; null if it has no name there. */
    @Nullable PreparedText shared() {
        return shared;
    }

    void share(PreparedText text) {
        shared = text;
    }

    /** About how many bytes it holds. */
    int size() {
        return 100 + (sql == null ? 0 : sql.length);
    }

    /** Its text; null if it was too long to keep, or the client has too many. */
    byte @Nullable [] sql() {
        return sql;
    }

    int[] parameterTypes() {
        return parameterTypes;
    }

    boolean same(byte[] bytes, int offset, int length, int[] types) {
        return sql != null
                && Arrays.equals(sql, 0, sql.length, bytes, offset, offset + length)
                && Arrays.equals(parameterTypes, types);
    }

    void recognised(SessionKey underKey, @Nullable KnownStatement as) {
        key = underKey;
        known = as;
    }

    /** What it is under a session key; null if unknown. */
    @Nullable KnownStatement known(SessionKey current, FailOpen gate) {
        byte[] text = sql;
        if (key != current && text != null) {
            known = gate.recognise(current, text, 0, text.length, parameterTypes);
            key = current;
        }
        return known;
    }

    /** Whether its literals were read as they would be read now. */
    boolean readAs(long current) {
        return readings == current;
    }

    /** Whether {@link #known} still speaks for a session key. */
    boolean under(SessionKey current) {
        return key == current;
    }
}

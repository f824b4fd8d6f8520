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
    private final boolean endsStatements;
    private final boolean namesIsolation;
    private final long readings;
    private @Nullable SessionKey key;
    private @Nullable KnownStatement known;

    /** The variant last used for it; only a hint. */
    @Nullable Variant variant;

    /**
     * @param readings {@link SessionSettings#readings} when it was sent
     */
    ClientStatement(byte[] bytes, int offset, int length, int[] parameterTypes, long readings) {
        this.readings = readings;
        this.sql =
                length > LONGEST_KEPT ? null : Arrays.copyOfRange(bytes, offset, offset + length);
        this.parameterTypes = parameterTypes;
        this.endsStatements = SqlWords.endsStatements(bytes, offset, length);
        this.namesIsolation = SqlWords.namesIsolation(bytes, offset, length);
    }

    /** Its text; null if it was too long to keep. */
    byte @Nullable [] sql() {
        return sql;
    }

    int[] parameterTypes() {
        return parameterTypes;
    }

    /** Whether its text could drop prepared statements. */
    boolean endsStatements() {
        return endsStatements;
    }

    /** Whether its text speaks of transaction isolation. */
    boolean namesIsolation() {
        return namesIsolation;
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

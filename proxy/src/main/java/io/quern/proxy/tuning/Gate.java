package io.quern.proxy.tuning;

import io.quern.advisor.Treatment;

import org.jspecify.annotations.Nullable;

/** Recognises statements and says which treatment, if any, may run instead. */
public interface Gate {

    /**
     * Recognises a statement: two cache look-ups at most, no parsing, no lock; a miss is looked at
     * later on another thread and is untreated until then. Called on event loops.
     *
     * @param sql bytes holding the statement, without its terminating zero; not retained
     * @param parameterTypes the type OIDs the client declared; not retained
     */
    KnownStatement recognise(
            SessionKey key, byte[] sql, int offset, int length, int[] parameterTypes);

    /**
     * The treatment that may run now in place of a statement; null if there is none, its flag is
     * off, the kill switch is on, or facts have changed since it was found. Called on event loops
     * at every execution: volatile reads only.
     */
    @Nullable Treatment treatment(KnownStatement statement);

    /**
     * The treated text of one execution: the edits applied to this text's own tokens.
     *
     * @return the variant's bytes, or null if a slot check fails: then the original runs
     */
    byte @Nullable [] apply(
            Treatment treatment, SessionKey key, byte[] sql, int offset, int length);

    /**
     * Whether chance gives this execution the treatment; false means it is the control. A random
     * number against the flag's share.
     */
    boolean draw(Treatment treatment);

    /** A gate that recognises nothing and treats nothing. */
    Gate OPEN =
            new Gate() {
                @Override
                public KnownStatement recognise(
                        SessionKey key, byte[] sql, int offset, int length, int[] parameterTypes) {
                    return KnownStatement.OPAQUE;
                }

                @Override
                public @Nullable Treatment treatment(KnownStatement statement) {
                    return null;
                }

                @Override
                public byte @Nullable [] apply(
                        Treatment treatment, SessionKey key, byte[] sql, int offset, int length) {
                    return null;
                }

                @Override
                public boolean draw(Treatment treatment) {
                    return false;
                }
            };
}

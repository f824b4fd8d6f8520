package io.quern.proxy.session;

import io.quern.advisor.Treatment;
import io.quern.proxy.tuning.KnownStatement;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;

/** A treatment of one text on one backend: prepared there, or found to have the right shape. */
final class Variant {

    /** How far it has come. */
    enum State {
        WANTED,
        PREPARING,
        READY,
        /** It cannot be had on this backend. */
        FAILED,
        /** No longer on the backend. */
        GONE
    }

    /** After time-outs, locks and shortages. */
    static final int PATIENCE = 100;

    final KnownStatement known;
    final Treatment treatment;
    final boolean simple;
    final byte[] original;
    final byte[] text;
    final int[] declaredTypes;
    final Profile reading;
    final List<Steer> steers;

    /** Whether its settings stay in force until it has run. */
    final boolean throughExecution;

    byte @Nullable [] name;
    State state = State.WANTED;
    long lastUse;

    /** Of a failed one: how many more uses to wait before trying again; 0 for ever. */
    int patience;

    boolean used;

    /**
     * @param simple for simple queries, which need the shape compared but nothing prepared
     * @param text the treated text
     * @param declaredTypes the parameter types the client declared
     * @param reading the settings under which its literals are read
     */
    Variant(
            KnownStatement known,
            Treatment treatment,
            boolean simple,
            byte[] original,
            byte[] text,
            int[] declaredTypes,
            Profile reading) {
        this.known = known;
        this.treatment = treatment;
        this.simple = simple;
        this.original = original;
        this.text = text;
        this.declaredTypes = declaredTypes;
        this.reading = reading;
        this.steers = Steer.of(treatment.settings());
        this.throughExecution = treatment.settings().actInExecutor();
    }

    /** Whether only settings make the difference. */
    boolean sameText() {
        return treatment.edits().isEmpty() && Arrays.equals(original, text);
    }

    /** Whether it was made for this very instance of a treatment, not for a like one. */
    @SuppressWarnings("ReferenceEquality")
    boolean of(KnownStatement statement, Treatment by, Profile settings) {
        return known == statement && treatment == by && reading == settings;
    }
}

package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quern.proxy.wire.Backend;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Prepares a variant beside its original and compares what PostgreSQL says of both: only if
 * parameters and columns are described alike to the byte may the variant ever be used.
 */
final class Preparing implements Errand {
    /**
     * Preparing needs locks on the tables; somebody who holds one must not hold up the client,
     * whose next message waits behind. The setting ends with the Sync group.
     */
    private static final byte[] HURRY =
            "SELECT pg_catalog.set_config('lock_timeout', '50ms', true)".getBytes(US_ASCII);

    private static final byte[] NOTHING = {};

    private final State state;
    private final Variant variant;
    private final List<byte[]> descriptions = new ArrayList<>();
    private byte[] originalName = NOTHING;
    private boolean tooLong;

    /** Those it makes itself, because the backend has none. */
    private @Nullable Levers levers;

    /** Messages written before those that speak of the settings, the original and the variant. */
    private int beforeSettings;

    private int beforeOriginal;
    private int beforeVariant;

    Preparing(State state, Variant variant) {
        this.state = state;
        this.variant = variant;
    }

    @Override
    public void write(OwnGroup group) {
        variant.state = Variant.State.PREPARING;
        originalName = group.newName();
        byte[] name = group.newName();
        variant.name = name;
        int[] types = variant.treatment.parameterTypes().stream().mapToInt(t -> t).toArray();
        group.run(HURRY);
        if (!variant.steers.isEmpty()) {
            trySettings(group);
        }
        beforeOriginal = group.written();
        group.parse(originalName, variant.original, variant.declaredTypes);
        group.describe(originalName);
        beforeVariant = group.written();
        group.parse(name, variant.text, types);
        group.describe(name);
        group.close(originalName);
        if (variant.simple) {
            group.close(name);
        }
    }

    /** A setting that this backend refuses must never meet a client's own Sync group. */
    private void trySettings(OwnGroup group) {
        Levers present = state.backend.variants.levers();
        if (present == null) {
            present = Levers.prepare(group);
            levers = present;
        }
        beforeSettings = group.written();
        present.set(variant.steers, group::execute);
        present.restore(variant.steers, group::execute);
    }

    @Override
    public void described(byte type, byte @Nullable [] bytes, int offset, int length) {
        if (bytes == null) {
            tooLong = true;
            return;
        }
        byte[] typed = new byte[length + 1];
        typed[0] = type;
        System.arraycopy(bytes, offset, typed, 1, length);
        descriptions.add(typed);
    }

    @Override
    public void over(@Nullable Failure failure, int completed) {
        Variants variants = state.backend.variants;
        if (variant.state != Variant.State.PREPARING) {
            variants.close(originalName);
            closeLevers();
            return;
        }
        if (failure == null && !tooLong && sameShape()) {
            variant.state = Variant.State.READY;
            if (levers != null) {
                variants.levers(levers);
            }
            return;
        }
        closeLevers();
        variant.state = Variant.State.FAILED;
        variants.close(originalName);
        byte[] name = variant.name;
        if (name != null) {
            variants.close(name);
        }
        explain(failure, completed);
    }

    private void closeLevers() {
        if (levers != null) {
            state.backend.variants.close(levers);
        }
    }

    private void explain(@Nullable Failure failure, int completed) {
        long suggestion = variant.treatment.flag().suggestion();
        if (failure == null && !tooLong) {
            state.effects.refuse(
                    suggestion, "PostgreSQL describes another result or other parameters for it");
        } else if (failure != null
                && completed >= beforeSettings
                && completed < beforeOriginal
                && speaksOfTheStatement(failure.sqlState())) {
            state.effects.refuse(
                    suggestion, "PostgreSQL refuses its settings: SQLSTATE " + failure.sqlState());
        } else if (failure != null
                && completed >= beforeVariant
                && speaksOfTheStatement(failure.sqlState())) {
            state.effects.refuse(
                    suggestion, "PostgreSQL refuses to prepare it: SQLSTATE " + failure.sqlState());
        } else {
            state.mishaps.count(
                    Mishaps.Kind.PREPARE,
                    failure == null ? "too many columns" : "SQLSTATE " + failure.sqlState());
            variant.patience = Variant.PATIENCE;
        }
    }

    /** Syntax, access, data and unsupported features; not time-outs, shortages or shutdowns. */
    private static boolean speaksOfTheStatement(String sqlState) {
        return sqlState.startsWith("42") || sqlState.startsWith("22") || sqlState.startsWith("0A");
    }

    /**
     * Two answers to Describe of a statement, each ParameterDescription and then RowDescription or
     * NoData: byte for byte the same, table and column numbers included.
     */
    private boolean sameShape() {
        return descriptions.size() == 4
                && Arrays.equals(descriptions.get(0), descriptions.get(2))
                && Arrays.equals(descriptions.get(1), descriptions.get(3))
                && descriptions.get(0)[0] == Backend.PARAMETER_DESCRIPTION;
    }
}

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

    /** The messages before those that speak of the variant: of the above, and of the original. */
    private static final int BEFORE_VARIANT = 4 + 2;

    private static final byte[] NOTHING = {};

    private final State state;
    private final Variant variant;
    private final List<byte[]> descriptions = new ArrayList<>();
    private byte[] originalName = NOTHING;
    private boolean tooLong;

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
        group.parse(originalName, variant.original, variant.declaredTypes);
        group.describe(originalName);
        group.parse(name, variant.text, types);
        group.describe(name);
        group.close(originalName);
        if (variant.simple) {
            group.close(name);
        }
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
            return;
        }
        if (failure == null && !tooLong && sameShape()) {
            variant.state = Variant.State.READY;
            return;
        }
        variant.state = Variant.State.FAILED;
        variants.close(originalName);
        byte[] name = variant.name;
        if (name != null) {
            variants.close(name);
        }
        explain(failure, completed);
    }

    private void explain(@Nullable Failure failure, int completed) {
        long suggestion = variant.treatment.flag().suggestion();
        if (failure == null && !tooLong) {
            state.effects.refuse(
                    suggestion, "PostgreSQL describes another result or other parameters for it");
        } else if (failure != null
                && completed >= BEFORE_VARIANT
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

package io.quern.proxy.session;

import io.quern.advisor.Execution.Arm;
import io.quern.advisor.Treatment;
import io.quern.proxy.timing.Run;
import io.quern.proxy.tuning.KnownStatement;

import org.jspecify.annotations.Nullable;

/** Whether an execution gets a variant, and what it is called in history. */
final class Choice {
    private final State state;

    Choice(State state) {
        this.state = state;
    }

    /**
     * The treatment that could act on a statement; wants the session's settings if it needs them.
     */
    @Nullable Treatment treatment(@Nullable KnownStatement known) {
        if (known == null
                || known.kind() != KnownStatement.Kind.QUERY
                || !known.single()
                || state.errands.disabled()) {
            return null;
        }
        Treatment treatment = state.gate.treatment(known);
        boolean wanted = treatment != null || state.settings.silent();
        if (wanted && state.settings.worthAsking()) {
            state.errands.wantKey();
        }
        return treatment;
    }

    /** Whether the session is known to be one in which statements may be treated. */
    boolean confirmed() {
        return state.settings.confirmed() && state.settings.key().treatable();
    }

    /** Has a variant prepared, unless it can be seen that it can never be delivered. */
    void want(Variant variant) {
        Treatment treatment = variant.treatment;
        if (variant.throughExecution
                && !(treatment.executorSafe()
                        && Steering.plainSelect(variant.original, 0, variant.original.length))) {
            variant.state = Variant.State.FAILED;
            state.backend.variants.keep(variant);
            state.effects.refuse(
                    treatment.flag().suggestion(),
                    "its settings act while it runs, and so would they on functions and triggers");
            return;
        }
        state.backend.variants.want(variant);
    }

    Arm draw(Variant variant) {
        state.backend.variants.used(variant);
        Boolean treated = state.gate.draw(variant.treatment);
        return treated == null ? Arm.NONE : treated ? Arm.TREATMENT : Arm.CONTROL;
    }

    Run run(@Nullable KnownStatement known, @Nullable Treatment treatment, Arm arm) {
        return state.runs.begin(
                known != null && known.single() ? known.fingerprint() : null,
                treatment == null || arm == Arm.NONE ? 0 : treatment.flag().suggestion(),
                arm,
                state.stopwatch.now());
    }
}

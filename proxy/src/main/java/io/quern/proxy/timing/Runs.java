package io.quern.proxy.timing;

import io.quern.advisor.Execution.Arm;
import io.quern.optimizer.Fingerprint;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * The {@link Run}s of one session, used again once the session is idle: nearly always the same one.
 */
public final class Runs {
    /** One long pipeline must not leave its runs behind for the rest of the session. */
    private static final int MOST = 64;

    private final List<Run> runs = new ArrayList<>(1);
    private int used;

    /** Begins one, as {@link Run#Run}; it is good until {@link #free}. */
    public Run begin(@Nullable Fingerprint fingerprint, long suggestion, Arm arm, long handed) {
        if (used < runs.size()) {
            return runs.get(used++).begin(fingerprint, suggestion, arm, handed);
        }
        Run run = new Run(fingerprint, suggestion, arm, handed);
        if (used < MOST) {
            runs.add(run);
            used++;
        }
        return run;
    }

    /** No run begun so far is under way any more. */
    public void free() {
        used = 0;
    }
}

package io.quern.advisor.trial;

import static java.util.Objects.requireNonNull;

/** What a trial says after the executions seen so far. */
public sealed interface Decision {

    /** Nothing is certain yet. */
    Decision CONTINUE = new Continue();

    /** Not enough is known. */
    record Continue() implements Decision {}

    /** The change is worth keeping; the reason is one sentence for a person. */
    record Adopt(String reason) implements Decision {
        public Adopt {
            requireNonNull(reason, "reason");
        }
    }

    /** The change must go; the reason is one sentence for a person. */
    record RollBack(String reason) implements Decision {
        public RollBack {
            requireNonNull(reason, "reason");
        }
    }
}

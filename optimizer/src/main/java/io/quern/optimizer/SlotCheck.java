package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

/**
 * A condition on the literals of one execution under which a variant may act: the token at {@code
 * token} must read exactly {@code text}. A rule pins every literal its soundness argument looked
 * at, the unit of {@code date_trunc} for one.
 */
public record SlotCheck(int token, String text) {
    public SlotCheck {
        if (token < 0) {
            throw new IllegalArgumentException("token is negative: " + token);
        }
        requireNonNull(text, "text");
    }
}

package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

/**
 * The stable name of a rule, as stored, shown and counted: the simple name of its class, a verb
 * phrase such as {@code TruncatedDateToRange}.
 */
public record RuleId(String value) {
    public RuleId {
        if (requireNonNull(value, "value").isBlank()) {
            throw new IllegalArgumentException("value is blank");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}

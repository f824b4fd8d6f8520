package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

/**
 * Why something was not done: a countable code and a sentence a person understands.
 *
 * @param by who refused: a rule's name, or a room's such as {@code parse}
 * @param code a stable kebab-case word for metrics, such as {@code nullable-column}
 * @param reason one sentence naming the object, with no literal of the statement in it
 */
public record Refusal(String by, String code, String reason) {
    public Refusal {
        requireNonNull(by, "by");
        requireNonNull(code, "code");
        requireNonNull(reason, "reason");
    }
}

package io.quern.advisor.report;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;

import io.quern.advisor.Lab;

import org.jspecify.annotations.Nullable;

/**
 * What {@code quern verify} says of a pair of statements.
 *
 * @param name the pair's, if it has one
 */
@JsonPropertyOrder({"name"})
public record VerdictLine(
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String name,
        @JsonUnwrapped RewriteReport.Verdict lab) {
    public VerdictLine {
        requireNonNull(lab, "lab");
    }

    public static VerdictLine of(@Nullable String name, Lab.Verdict verdict) {
        return new VerdictLine(name, RewriteReport.Verdict.of(verdict));
    }

    /** An object on one line. */
    public String json() {
        return JsonReport.line(this);
    }

    /** For a terminal. */
    public String text() {
        return lab.verdict().replace('-', ' ')
                + ": "
                + lab.reason()
                + "\n"
                + lab.counterexample().map(c -> "\n" + c).orElse("");
    }
}

package io.quern.advisor;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.RuleId;
import io.quern.optimizer.Template;

import java.time.Instant;
import java.util.List;

/**
 * What was looked at and not suggested, since Quern started. No literal of any statement is in it.
 *
 * @param reasons how often what was declined, the most frequent first
 * @param refuted the rewrites that the lab refuted, the newest first
 */
public record Declined(List<Reason> reasons, List<Refuted> refuted) {
    /** Nothing so far. */
    public static final Declined NONE = new Declined(List.of(), List.of());

    public Declined {
        reasons = List.copyOf(reasons);
        refuted = List.copyOf(refuted);
    }

    /**
     * A reason and its count.
     *
     * @param by the rule, or the part of Quern, that declined
     * @param code a word for the reason
     * @param example the newest sentence given with it
     */
    public record Reason(String by, String code, long times, String example) {
        public Reason {
            requireNonNull(by, "by");
            requireNonNull(code, "code");
            requireNonNull(example, "example");
        }
    }

    /**
     * A rewrite of which the guards held and to which the lab found a counterexample: a defect of a
     * rule.
     *
     * @param before the statement, redacted
     * @param after the rewrite, redacted
     * @param verdict the lab's, one sentence
     * @param outline the database found, without values
     * @param times how often it was refuted
     */
    public record Refuted(
            String database,
            Template template,
            List<RuleId> rules,
            String before,
            String after,
            String verdict,
            String outline,
            long times,
            Instant last) {
        public Refuted {
            requireNonNull(database, "database");
            requireNonNull(template, "template");
            rules = List.copyOf(rules);
            requireNonNull(before, "before");
            requireNonNull(after, "after");
            requireNonNull(verdict, "verdict");
            requireNonNull(outline, "outline");
            requireNonNull(last, "last");
        }
    }
}

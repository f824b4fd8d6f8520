package io.quern.advisor.suggest;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Describer;
import io.quern.advisor.Explainer;
import io.quern.advisor.Lab;
import io.quern.advisor.Refused;
import io.quern.optimizer.Analysis;
import io.quern.optimizer.Candidate;
import io.quern.optimizer.Context;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.Refusal;
import io.quern.optimizer.Statement;
import io.quern.optimizer.catalog.SearchPath;
import io.quern.optimizer.lex.SqlText;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says of any one statement what Quern could do with it: the way of a suggestion, without a
 * history. Blocks on the network and the lab; one thread.
 */
public final class Examiner {

    /**
     * What was found.
     *
     * @param fingerprint empty if the text cannot be lexed
     * @param parsed whether the grammar knows it
     * @param reason why it is not parsed, or why PostgreSQL does not accept it; else empty
     * @param refusals the rules that saw their pattern and declined, and candidates that fell
     */
    public record Examined(
            Optional<Fingerprint> fingerprint,
            boolean parsed,
            String reason,
            List<Proposed> candidates,
            List<Refusal> refusals) {
        public Examined {
            requireNonNull(fingerprint, "fingerprint");
            requireNonNull(reason, "reason");
            candidates = List.copyOf(candidates);
            refusals = List.copyOf(refusals);
        }
    }

    /** A candidate, the lab's verdict and the planner's costs; NaN where there is no plan. */
    public record Proposed(
            Candidate candidate, Lab.Verdict verdict, double costBefore, double costAfter) {}

    private final Optimizer optimizer;
    private final Describer describer;
    private final Explainer explainer;
    private final Judge judge;

    public Examiner(Optimizer optimizer, Describer describer, Explainer explainer, Lab lab) {
        this.optimizer = requireNonNull(optimizer, "optimizer");
        this.describer = requireNonNull(describer, "describer");
        this.explainer = requireNonNull(explainer, "explainer");
        this.judge = new Judge(describer, lab);
    }

    /** Examines one statement; never throws for anything it contains. */
    public Examined examine(Context context, String sql) {
        Optional<Fingerprint> fingerprint;
        try {
            fingerprint = Optional.of(SqlText.of(sql).fingerprint());
        } catch (IllegalArgumentException e) {
            return new Examined(
                    Optional.empty(),
                    false,
                    "the statement cannot be split into tokens",
                    List.of(),
                    List.of());
        }
        String path = SearchPath.setting(context.searchPath());
        Statement statement = new Statement(sql, List.of());
        try {
            Describer.Shape shape =
                    describer.describe(context.catalog().database(), path, statement);
            return examine(
                    context, path, fingerprint, new Statement(sql, shape.parameterTypes()), shape);
        } catch (Refused e) {
            Analysis analysis = optimizer.rewrites(statement, context);
            return analysis.parsed()
                    ? new Examined(
                            fingerprint,
                            true,
                            "PostgreSQL does not prepare it: " + e.getMessage(),
                            List.of(),
                            analysis.refusals())
                    : unparsed(fingerprint, analysis);
        }
    }

    private static Examined unparsed(Optional<Fingerprint> fingerprint, Analysis analysis) {
        String reason =
                analysis.refusals().stream().findFirst().map(Refusal::reason).orElse("not known");
        return new Examined(fingerprint, false, reason, List.of(), List.of());
    }

    private Examined examine(
            Context context,
            String path,
            Optional<Fingerprint> fingerprint,
            Statement statement,
            Describer.Shape shape) {
        Analysis analysis =
                optimizer.rewrites(
                        statement, context, (s, c) -> Plans.known(cost(context, path, s)));
        if (!analysis.parsed()) {
            return unparsed(fingerprint, analysis);
        }
        List<Refusal> refusals = new ArrayList<>(analysis.refusals());
        List<Proposed> proposed = new ArrayList<>();
        double before =
                analysis.candidates().isEmpty() ? Double.NaN : cost(context, path, statement);
        for (Candidate candidate : analysis.candidates()) {
            judge.judge(context, path, statement, shape, candidate, refusals::add)
                    .map(
                            judged ->
                                    new Proposed(
                                            candidate,
                                            judged.verdict(),
                                            before,
                                            cost(context, path, judged.rewritten())))
                    .ifPresent(proposed::add);
        }
        return new Examined(fingerprint, true, "", proposed, refusals);
    }

    private double cost(Context context, String path, Statement statement) {
        try {
            return explainer.explain(context.catalog().database(), path, statement).totalCost();
        } catch (Refused noPlan) {
            return Double.NaN;
        }
    }
}

package io.quern.proxy.console;

import io.quern.advisor.AuditEntry;
import io.quern.advisor.Declined;
import io.quern.advisor.Desk;
import io.quern.advisor.Evidence;
import io.quern.advisor.Proposal;
import io.quern.advisor.Suggestion;
import io.quern.advisor.Suggestion.State;
import io.quern.advisor.TemplateStats;
import io.quern.advisor.TrialResult;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.RuleId;
import io.quern.optimizer.Template;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A desk in memory with one template and one rewrite on trial. */
public final class FakeDesk implements Desk {
    static final Template TEMPLATE =
            new Template(new Fingerprint(0x1234), "select * from t where x = ?");

    final List<String> done = new ArrayList<>();
    public final List<Suggestion> suggestions = new ArrayList<>();
    public @Nullable RuntimeException failure;
    public boolean killed;

    public FakeDesk() {
        var arm = new TrialResult.ArmSummary(100, 2, 2, 3, 4, 0, 1);
        Evidence evidence =
                new Evidence(
                        List.of(),
                        "",
                        Optional.empty(),
                        Optional.empty(),
                        100.5,
                        Double.NaN,
                        1,
                        1,
                        List.of(),
                        Optional.of(
                                new TrialResult(arm, arm, 2.5, 2, Double.POSITIVE_INFINITY, "")));
        suggestions.add(
                new Suggestion(
                        12,
                        "shop",
                        TEMPLATE,
                        new Proposal.Rewrite(
                                List.of(new RuleId("NotInToNotExists")), "before", "after ?"),
                        evidence,
                        State.TRIAL,
                        "",
                        FakeOperations.NOW,
                        FakeOperations.NOW));
    }

    @Override
    public List<Suggestion> suggestions() {
        fail();
        return List.copyOf(suggestions);
    }

    @Override
    public Optional<Suggestion> suggestion(long id) {
        return suggestions.stream().filter(suggestion -> suggestion.id() == id).findFirst();
    }

    @Override
    public void approve(long id, String actor) {
        throw new AssertionError("the console approves nothing");
    }

    @Override
    public void reject(long id, String actor, String reason) {
        throw new AssertionError("the console rejects nothing");
    }

    @Override
    public void switchOff(long id, String actor, String reason) {
        throw new AssertionError("the console switches no single suggestion");
    }

    @Override
    public void kill(String actor, String reason) {
        killed = true;
        done.add("kill by " + actor + ": " + reason);
    }

    @Override
    public void revive(String actor) {
        killed = false;
        done.add("revive by " + actor);
    }

    @Override
    public boolean killed() {
        return killed;
    }

    @Override
    public List<TemplateStats> templates(int limit) {
        fail();
        return List.of(new TemplateStats("shop", TEMPLATE, 4, 1, 40, 10, 2.5, 3, 4.25))
                .subList(0, Math.min(1, limit));
    }

    @Override
    public List<AuditEntry> audit(int limit) {
        return List.of();
    }

    @Override
    public Declined declined() {
        return Declined.NONE;
    }

    @Override
    public List<String> notices() {
        return List.of();
    }

    private void fail() {
        if (failure != null) {
            throw failure;
        }
    }
}

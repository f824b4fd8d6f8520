package io.quern.bench.demo;

import io.quern.advisor.AuditEntry;
import io.quern.advisor.Declined;
import io.quern.advisor.Desk;
import io.quern.advisor.Evidence;
import io.quern.advisor.Proposal;
import io.quern.advisor.Refused;
import io.quern.advisor.Suggestion;
import io.quern.advisor.Suggestion.State;
import io.quern.advisor.TemplateStats;
import io.quern.advisor.TrialResult;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.IndexDefinition;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.RuleId;
import io.quern.optimizer.Template;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A desk whose suggestions a test moves by hand. */
final class FakeDesk implements Desk {
    private static final Instant THEN = Instant.EPOCH;

    final List<Long> approved = Collections.synchronizedList(new ArrayList<>());
    final List<Long> refusing = new ArrayList<>();
    private final Map<Long, Suggestion> suggestions =
            Collections.synchronizedMap(new LinkedHashMap<>());

    void rewrite(long id, long template, double meanMillis) {
        add(id, template, meanMillis, new Proposal.Rewrite(List.of(new RuleId("R")), "b", "a"));
    }

    void index(long id, long template, double meanMillis) {
        var definition =
                new IndexDefinition(
                        new QualifiedName("public", "t"),
                        List.of(new IndexDefinition.Key("c", false)));
        add(id, template, meanMillis, new Proposal.NewIndex(definition, "quern_" + id, 8192));
    }

    private void add(long id, long template, double meanMillis, Proposal proposal) {
        Evidence evidence =
                new Evidence(
                        List.of(),
                        "none",
                        Optional.empty(),
                        Optional.empty(),
                        Double.NaN,
                        Double.NaN,
                        1000,
                        meanMillis,
                        List.of(),
                        Optional.empty());
        suggestions.put(
                id,
                new Suggestion(
                        id,
                        "shop",
                        new Template(new Fingerprint(template), "SELECT ?"),
                        proposal,
                        evidence,
                        State.PROPOSED,
                        "",
                        THEN,
                        THEN));
    }

    void move(long id, State state) {
        suggestions.computeIfPresent(id, (i, s) -> s.in(state, "", THEN));
    }

    void measure(long id, double control, double treatment) {
        TrialResult trial =
                new TrialResult(
                        arm(control), arm(treatment), control / treatment, 1, 99, "at random");
        suggestions.computeIfPresent(id, (i, s) -> s.with(s.evidence().with(trial)));
    }

    private static TrialResult.ArmSummary arm(double millis) {
        return new TrialResult.ArmSummary(100, millis, millis, millis, millis, 0, 1);
    }

    @Override
    public List<Suggestion> suggestions() {
        synchronized (suggestions) {
            return List.copyOf(suggestions.values());
        }
    }

    @Override
    public Optional<Suggestion> suggestion(long id) {
        return Optional.ofNullable(suggestions.get(id));
    }

    @Override
    public void approve(long id, String actor) {
        if (refusing.contains(id)) {
            throw new Refused("not now");
        }
        approved.add(id);
        move(id, State.TRIAL);
    }

    @Override
    public void reject(long id, String actor, String reason) {
        move(id, State.REJECTED);
    }

    @Override
    public void switchOff(long id, String actor, String reason) {
        move(id, State.RETIRED);
    }

    @Override
    public void kill(String actor, String reason) {}

    @Override
    public void revive(String actor) {}

    @Override
    public boolean killed() {
        return false;
    }

    @Override
    public List<TemplateStats> templates(int limit) {
        return List.of();
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
}

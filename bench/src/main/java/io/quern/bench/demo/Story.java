package io.quern.bench.demo;

import io.quern.advisor.Proposal;
import io.quern.advisor.Suggestion;
import io.quern.bench.shop.ShopStatement;
import io.quern.optimizer.Fingerprint;

import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** What happens on the stage: changes are approved, switched on, proven and summed up. */
final class Story {
    private final Stage stage;
    private final Autopilot autopilot;
    private final Map<Fingerprint, ShopStatement> statements = new HashMap<>();

    /**
     * @param fingerprints how Quern recognises a statement
     */
    Story(Stage stage, Function<String, Fingerprint> fingerprints, Consumer<String> progress) {
        this.stage = stage;
        for (ShopStatement statement : stage.shop().statements()) {
            statements.put(fingerprints.apply(statement.numbered()), statement);
        }
        this.autopilot =
                new Autopilot(
                        stage.loop().desk(),
                        InstantSource.system(),
                        s -> statement(s).isPresent(),
                        progress);
    }

    /** Looks and approves; true once a rewrite and an index are on and fast enough. */
    boolean step() {
        return autopilot.step();
    }

    /** Looks and tells, but leaves all decisions to a person. */
    void watch() {
        autopilot.watch(suggestions());
    }

    /** Everything that was tried, the greatest gain first. */
    List<Outcome> outcomes() {
        return suggestions().stream()
                .filter(s -> s.evidence().trial().isPresent())
                .sorted(Comparator.comparingDouble(Autopilot::gain).reversed())
                .map(s -> Outcome.of(s, name(s), null))
                .toList();
    }

    /** The best of each kind, its results compared. */
    List<Outcome> provenOutcomes() {
        List<Outcome> outcomes = new ArrayList<>();
        for (String kind : Autopilot.KINDS) {
            Autopilot.proven(suggestions(), kind)
                    .ifPresent(s -> outcomes.add(Outcome.of(s, name(s), prove(s))));
        }
        return outcomes;
    }

    /** What the demo set out to show and could not, one line; empty if it could. */
    String missing(List<Outcome> outcomes) {
        List<String> lines = new ArrayList<>();
        String notOn = Autopilot.missing(suggestions());
        if (!notOn.isEmpty()) {
            lines.add(notOn);
        }
        for (Outcome outcome : outcomes) {
            if (!Boolean.TRUE.equals(outcome.identical())) {
                lines.add("results of the " + outcome.change() + ": " + outcome.proof());
            }
        }
        return String.join("; ", lines);
    }

    private Proof prove(Suggestion suggestion) {
        ShopStatement statement = statement(suggestion).orElse(null);
        if (statement == null) {
            return new Proof(false, "not a statement of the shop's application");
        }
        try {
            return switch (suggestion.proposal()) {
                case Proposal.Rewrite rewrite -> Proof.ofRewrite(statement, stage);
                case Proposal.NewIndex index -> Proof.ofIndex(index, statement, stage);
            };
        } catch (SQLException e) {
            return new Proof(false, "comparing failed with SQLSTATE " + e.getSQLState());
        }
    }

    private List<Suggestion> suggestions() {
        return stage.loop().desk().suggestions();
    }

    private Optional<ShopStatement> statement(Suggestion suggestion) {
        return Optional.ofNullable(statements.get(suggestion.template().fingerprint()));
    }

    private String name(Suggestion suggestion) {
        return statement(suggestion).map(ShopStatement::name).orElse(suggestion.template().text());
    }
}

package io.quern.advisor.admin;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.AuditEntry;
import io.quern.advisor.Evidence;
import io.quern.advisor.Proposal;
import io.quern.advisor.Suggestion;
import io.quern.optimizer.IndexDefinition;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** One suggestion as its page shows it: change, evidence, what became of it, what can be done. */
record SuggestionView(
        Shell shell, Row row, Change change, Proof proof, Optional<TrialView> trial, Past past) {

    /**
     * A suggestion in one line.
     *
     * @param change what it does, in words: the rules, or the index and its columns
     */
    record Row(
            long id,
            String kind,
            String change,
            SqlView template,
            String database,
            StateView state,
            String reason,
            Effect effect,
            Shell.When created,
            Shell.When changed) {

        static Row of(Suggestion suggestion, Instant now) {
            return new Row(
                    suggestion.id(),
                    suggestion.proposal().kind(),
                    inWords(suggestion.proposal()),
                    SqlView.line(suggestion.template().text()),
                    suggestion.database(),
                    StateView.of(suggestion.state()),
                    suggestion.reason(),
                    Effect.of(suggestion.evidence()),
                    Shell.When.of(suggestion.createdAt(), now),
                    Shell.When.of(suggestion.changedAt(), now));
        }
    }

    /** The change itself. */
    sealed interface Change {
        /** The statement before and after. */
        record Rewrite(SqlView.Pair pair) implements Change {}

        /** The index, and the statement it helps most. */
        record Index(SqlView ddl, SqlView undo, String bytes, SqlView statement)
                implements Change {}

        /** The rewrite, if it is one; templates cannot take patterns apart. */
        default Optional<Rewrite> rewrite() {
            return this instanceof Rewrite rewrite ? Optional.of(rewrite) : Optional.empty();
        }

        /** The index, if it is one. */
        default Optional<Index> index() {
            return this instanceof Index index ? Optional.of(index) : Optional.empty();
        }
    }

    /** The evidence beside the trial. */
    record Proof(
            List<String> facts,
            String lab,
            List<String> notes,
            String planBefore,
            String planAfter,
            String costBefore,
            String costAfter,
            String callsPerHour,
            String mean) {

        static Proof of(Evidence evidence) {
            return new Proof(
                    evidence.facts(),
                    evidence.lab(),
                    evidence.notes(),
                    evidence.planBefore().orElse(""),
                    evidence.planAfter().orElse(""),
                    Amounts.number(evidence.costBefore()),
                    Amounts.number(evidence.costAfter()),
                    Amounts.number(evidence.callsPerHour()),
                    Amounts.millis(evidence.meanMillis()));
        }
    }

    /**
     * What was done about it.
     *
     * @param entries newest first; empty while the log cannot be read
     */
    record Past(List<LogRow> entries, boolean readable) {}

    /** A row of the audit log. */
    record LogRow(Shell.When at, String actor, String action, long suggestion, String detail) {
        static LogRow of(AuditEntry entry, Instant now) {
            return new LogRow(
                    Shell.When.of(entry.at(), now),
                    entry.actor(),
                    entry.action(),
                    entry.suggestion(),
                    entry.detail());
        }
    }

    SuggestionView {
        requireNonNull(change, "change");
    }

    static SuggestionView of(Shell shell, Suggestion suggestion, Past past, Instant now) {
        return new SuggestionView(
                shell,
                Row.of(suggestion, now),
                change(suggestion),
                Proof.of(suggestion.evidence()),
                suggestion.evidence().trial().map(TrialView::of),
                past);
    }

    private static Change change(Suggestion suggestion) {
        return switch (suggestion.proposal()) {
            case Proposal.Rewrite rewrite ->
                    new Change.Rewrite(SqlView.compare(rewrite.before(), rewrite.after()));
            case Proposal.NewIndex index ->
                    new Change.Index(
                            SqlView.line(index.ddl()),
                            SqlView.line(index.undo()),
                            Amounts.bytes(index.bytes()),
                            SqlView.of(suggestion.template().text()));
        };
    }

    private static String inWords(Proposal proposal) {
        return switch (proposal) {
            case Proposal.Rewrite rewrite ->
                    rewrite.rules().stream()
                            .map(rule -> words(rule.value()))
                            .collect(Collectors.joining(", then "));
            case Proposal.NewIndex index -> {
                IndexDefinition definition = index.definition();
                yield definition.keys().stream()
                        .map(key -> key.descending() ? key.column() + " desc" : key.column())
                        .collect(Collectors.joining(", ", definition.table().name() + " (", ")"));
            }
        };
    }

    /** {@code TruncatedDateToRange} reads "Truncated date to range". */
    private static String words(String verbPhrase) {
        String spaced = verbPhrase.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ");
        return spaced.substring(0, 1) + spaced.substring(1).toLowerCase(Locale.ROOT);
    }
}

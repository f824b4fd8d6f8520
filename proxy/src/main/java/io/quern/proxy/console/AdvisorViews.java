package io.quern.proxy.console;

import static io.quern.proxy.console.Column.bool;
import static io.quern.proxy.console.Column.float8;
import static io.quern.proxy.console.Column.int8;
import static io.quern.proxy.console.Column.text;
import static io.quern.proxy.console.Column.timestamptz;
import static io.quern.proxy.console.Outcome.row;

import io.quern.advisor.Desk;
import io.quern.advisor.Proposal;
import io.quern.advisor.Suggestion;
import io.quern.advisor.Suggestion.State;
import io.quern.advisor.TrialResult;
import io.quern.optimizer.RuleId;
import io.quern.proxy.console.Command.Call;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the console shows of the advisor: the texts are those of the admin page, redacted. */
final class AdvisorViews {
    private static final int TEMPLATE_ROWS = 100;
    private static final int MAX_TEMPLATE_ROWS = 10_000;

    static final List<Column> TEMPLATES =
            List.of(
                    text("database"),
                    text("fingerprint"),
                    int8("count"),
                    int8("errors"),
                    int8("rows"),
                    float8("total_ms"),
                    float8("mean_ms"),
                    float8("median_ms"),
                    float8("p95_ms"),
                    float8("p99_ms"),
                    text("template"));
    static final List<Column> SUGGESTIONS =
            List.of(
                    int8("id"),
                    text("state"),
                    text("kind"),
                    text("database"),
                    text("fingerprint"),
                    text("change"),
                    float8("speedup"),
                    float8("speedup_low"),
                    float8("speedup_high"),
                    float8("cost_before"),
                    float8("cost_after"),
                    timestamptz("created"),
                    timestamptz("changed"),
                    text("reason"),
                    text("template"));
    static final List<Column> FLAGS =
            List.of(
                    text("flag"),
                    text("state"),
                    bool("acts"),
                    text("kind"),
                    text("database"),
                    text("change"),
                    timestamptz("changed"));

    private final Desk desk;

    AdvisorViews(Desk desk) {
        this.desk = desk;
    }

    Outcome templates(Call call) {
        int limit = (int) Math.min(call.number(TEMPLATE_ROWS), MAX_TEMPLATE_ROWS);
        return Outcome.rows(
                desk.templates(limit).stream()
                        .map(
                                stats ->
                                        row(
                                                stats.database(),
                                                stats.template().fingerprint().toString(),
                                                stats.count(),
                                                stats.errors(),
                                                stats.rows(),
                                                stats.totalMillis(),
                                                stats.meanMillis(),
                                                stats.medianMillis(),
                                                stats.p95Millis(),
                                                stats.p99Millis(),
                                                stats.template().text()))
                        .toList());
    }

    Outcome suggestions(Call call) {
        return Outcome.rows(desk.suggestions().stream().map(AdvisorViews::suggestion).toList());
    }

    private static List<@Nullable Object> suggestion(Suggestion suggestion) {
        TrialResult trial = suggestion.evidence().trial().orElse(null);
        return row(
                suggestion.id(),
                state(suggestion.state()),
                suggestion.proposal().kind(),
                suggestion.database(),
                suggestion.template().fingerprint().toString(),
                change(suggestion.proposal()),
                known(trial == null ? Double.NaN : trial.speedup()),
                known(trial == null ? Double.NaN : trial.speedupLow()),
                known(trial == null ? Double.NaN : trial.speedupHigh()),
                known(suggestion.evidence().costBefore()),
                known(suggestion.evidence().costAfter()),
                suggestion.createdAt(),
                suggestion.changedAt(),
                suggestion.reason(),
                suggestion.template().text());
    }

    Outcome flags(Call call) {
        boolean killed = desk.killed();
        List<List<@Nullable Object>> rows = new ArrayList<>();
        rows.add(row("kill switch", killed ? "on" : "off", killed, null, null, null, null));
        for (Suggestion suggestion : desk.suggestions()) {
            State state = suggestion.state();
            if (state == State.TRIAL || state == State.ON) {
                rows.add(
                        row(
                                "suggestion " + suggestion.id(),
                                state(state),
                                acts(suggestion.proposal(), killed),
                                suggestion.proposal().kind(),
                                suggestion.database(),
                                change(suggestion.proposal()),
                                suggestion.changedAt()));
            }
        }
        return Outcome.rows(rows);
    }

    /** The kill switch stops rewrites; an index that was built serves on. */
    private static boolean acts(Proposal proposal, boolean killed) {
        return switch (proposal) {
            case Proposal.Rewrite rewrite -> !killed;
            case Proposal.NewIndex index -> true;
        };
    }

    private static String change(Proposal proposal) {
        return switch (proposal) {
            case Proposal.Rewrite rewrite ->
                    rewrite.rules().stream().map(RuleId::toString).collect(Collectors.joining(", "))
                            + ": "
                            + rewrite.after();
            case Proposal.NewIndex index -> index.ddl();
        };
    }

    private static @Nullable Double known(double value) {
        return Double.isNaN(value) ? null : value;
    }

    private static String state(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}

package io.quern.advisor.admin;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpStatus;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;

import io.quern.advisor.Declined;
import io.quern.advisor.Declined.Reason;
import io.quern.advisor.Declined.Refuted;
import io.quern.advisor.Desk;
import io.quern.advisor.StoreUnavailable;
import io.quern.advisor.Suggestion;
import io.quern.advisor.Suggestion.State;
import io.quern.advisor.TemplateStats;
import io.quern.optimizer.RuleId;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The pages a person reads, rendered on the server. They change nothing. */
final class Pages {
    private static final int TEMPLATES = 50;
    private static final int AUDIT_ROWS = 200;
    private static final int AUDIT_ROWS_SEARCHED = 1000;
    private static final List<State> ORDER =
            List.of(
                    State.PROPOSED,
                    State.TRIAL,
                    State.APPROVED,
                    State.ON,
                    State.RETIRED,
                    State.REJECTED);

    private final Desk desk;
    private final InstantSource clock;
    private final TemplateEngine engine =
            TemplateEngine.createPrecompiled(
                    null,
                    ContentType.Html,
                    Pages.class.getClassLoader(),
                    Pages.class.getPackageName());

    Pages(Desk desk, InstantSource clock) {
        this.desk = requireNonNull(desk, "desk");
        this.clock = requireNonNull(clock, "clock");
    }

    /** The list of suggestions, those that wait for a person first. */
    record SuggestionList(Shell shell, List<Group> groups) {}

    /** Suggestions in one state. */
    record Group(StateView state, List<SuggestionView.Row> rows) {}

    /** The costliest templates. */
    record TemplateList(Shell shell, List<TemplateRow> rows) {}

    /**
     * A template in one line.
     *
     * @param share its part of the total time of all templates listed
     * @param suggestion the newest suggestion for it; 0 if there is none
     */
    record TemplateRow(
            SqlView sql,
            String fingerprint,
            String database,
            String total,
            String share,
            String count,
            String mean,
            String median,
            String p95,
            String p99,
            String errors,
            long suggestion) {}

    /** The audit log. */
    record AuditLog(Shell shell, List<SuggestionView.LogRow> rows) {}

    /** What was not suggested, and why. */
    record NotSuggested(Shell shell, List<RefutedRow> refuted, List<Reason> reasons) {}

    /** A rewrite that the lab refuted. */
    record RefutedRow(
            String rules,
            String database,
            String fingerprint,
            SqlView.Pair pair,
            String verdict,
            String outline,
            String times,
            Shell.When last) {
        static RefutedRow of(Refuted refuted, Instant now) {
            return new RefutedRow(
                    refuted.rules().stream().map(RuleId::value).collect(Collectors.joining(", ")),
                    refuted.database(),
                    refuted.template().fingerprint().toString(),
                    SqlView.compare(refuted.before(), refuted.after()),
                    refuted.verdict(),
                    refuted.outline(),
                    Amounts.count(refuted.times()),
                    Shell.When.of(refuted.last(), now));
        }
    }

    /** The login form. */
    record LoginForm(Shell shell, String token, String next) {}

    AggregatedHttpResponse suggestions(Visit visit) {
        Instant now = clock.instant();
        List<Suggestion> all = desk.suggestions();
        List<Group> groups = new ArrayList<>();
        for (State state : ORDER) {
            List<SuggestionView.Row> rows =
                    all.stream()
                            .filter(suggestion -> suggestion.state() == state)
                            .map(suggestion -> SuggestionView.Row.of(suggestion, now))
                            .toList();
            if (!rows.isEmpty()) {
                groups.add(new Group(StateView.of(state), rows));
            }
        }
        Shell shell = shell(visit, "Suggestions", "suggestions", "");
        return refreshable(
                visit,
                "",
                shell,
                html(HttpStatus.OK, "suggestions.jte", new SuggestionList(shell, groups)));
    }

    AggregatedHttpResponse suggestion(Visit visit) {
        return suggestion(visit, HttpStatus.OK, "");
    }

    /** A suggestion's page with a line that says why an action on it did not happen. */
    AggregatedHttpResponse suggestion(Visit visit, HttpStatus status, String problem) {
        Instant now = clock.instant();
        Suggestion suggestion =
                desk.suggestion(visit.id())
                        .orElseThrow(
                                () ->
                                        new Visit.Missing(
                                                "There is no suggestion " + visit.id() + "."));
        String title = "Suggestion " + suggestion.id();
        Shell shell = shell(visit, title, "suggestions", problem);
        var view = SuggestionView.of(shell, suggestion, past(suggestion.id(), now), now);
        return refreshable(
                visit, suggestion.state().name(), shell, html(status, "suggestion.jte", view));
    }

    AggregatedHttpResponse templates(Visit visit) {
        List<TemplateStats> stats = desk.templates(TEMPLATES);
        List<Suggestion> suggestions = desk.suggestions();
        double total = stats.stream().mapToDouble(TemplateStats::totalMillis).sum();
        List<TemplateRow> rows =
                stats.stream()
                        .map(template -> row(template, total, newest(suggestions, template)))
                        .toList();
        return html(
                HttpStatus.OK,
                "templates.jte",
                new TemplateList(shell(visit, "Templates", "templates", ""), rows));
    }

    AggregatedHttpResponse audit(Visit visit) {
        Instant now = clock.instant();
        List<SuggestionView.LogRow> rows =
                desk.audit(AUDIT_ROWS).stream()
                        .map(entry -> SuggestionView.LogRow.of(entry, now))
                        .toList();
        return html(
                HttpStatus.OK,
                "audit.jte",
                new AuditLog(shell(visit, "Audit log", "audit", ""), rows));
    }

    AggregatedHttpResponse declined(Visit visit) {
        Instant now = clock.instant();
        Declined declined = desk.declined();
        return html(
                HttpStatus.OK,
                "declined.jte",
                new NotSuggested(
                        shell(visit, "Not suggested", "declined", ""),
                        declined.refuted().stream().map(r -> RefutedRow.of(r, now)).toList(),
                        declined.reasons()));
    }

    /** The login form as HTML. */
    String loginForm(String token, String next, String problem) {
        Shell shell = new Shell("Log in", "", "", false, List.of(), problem);
        return render("login.jte", new LoginForm(shell, token, next));
    }

    /** A page that says one thing: why there is no other. */
    AggregatedHttpResponse problem(Visit visit, HttpStatus status, String message) {
        String title = status.reasonPhrase();
        Shell shell =
                visit.entry().csrf().isEmpty()
                        ? new Shell(title, "", "", false, List.of(), message)
                        : shell(visit, title, "", message);
        return html(status, "problem.jte", shell);
    }

    private Shell shell(Visit visit, String title, String active, String problem) {
        List<String> notices;
        try {
            notices = desk.notices();
        } catch (StoreUnavailable e) {
            notices = List.of(String.valueOf(e.getMessage()));
        }
        return new Shell(
                title,
                active,
                visit.entry().csrf(),
                desk.killed(),
                notices.stream().map(Shell.Notice::of).toList(),
                problem);
    }

    /**
     * A refresh replaces what is read, never a form in which someone may be typing. When the state
     * the browser shows is another one, its forms are wrong too, and it is told to reload.
     */
    private static AggregatedHttpResponse refreshable(
            Visit visit, String state, Shell shell, AggregatedHttpResponse page) {
        if (!visit.isRefresh()) {
            return page;
        }
        boolean same =
                visit.query().get("state", "").equals(state)
                        && visit.query().get("killed", "").equals(String.valueOf(shell.killed()));
        return same ? page : Replies.with(page, "hx-refresh", "true");
    }

    private SuggestionView.Past past(long suggestion, Instant now) {
        try {
            return new SuggestionView.Past(
                    desk.audit(AUDIT_ROWS_SEARCHED).stream()
                            .filter(entry -> entry.suggestion() == suggestion)
                            .map(entry -> SuggestionView.LogRow.of(entry, now))
                            .toList(),
                    true);
        } catch (StoreUnavailable e) {
            return new SuggestionView.Past(List.of(), false);
        }
    }

    private static Optional<Suggestion> newest(
            List<Suggestion> suggestions, TemplateStats template) {
        return suggestions.stream()
                .filter(
                        suggestion ->
                                suggestion.database().equals(template.database())
                                        && suggestion
                                                .template()
                                                .fingerprint()
                                                .equals(template.template().fingerprint()))
                .findFirst();
    }

    private static TemplateRow row(
            TemplateStats stats, double total, Optional<Suggestion> suggestion) {
        return new TemplateRow(
                SqlView.line(stats.template().text()),
                stats.template().fingerprint().toString(),
                stats.database(),
                Amounts.millis(stats.totalMillis()),
                Amounts.percent(stats.totalMillis(), total),
                Amounts.count(stats.count()),
                Amounts.millis(stats.meanMillis()),
                Amounts.millis(stats.medianMillis()),
                Amounts.millis(stats.p95Millis()),
                Amounts.millis(stats.p99Millis()),
                Amounts.count(stats.errors()),
                suggestion.map(Suggestion::id).orElse(0L));
    }

    private AggregatedHttpResponse html(HttpStatus status, String template, Object view) {
        return Replies.html(status, render(template, view));
    }

    private String render(String template, Object view) {
        var output = new StringOutput();
        engine.render(template, view, output);
        return output.toString();
    }
}

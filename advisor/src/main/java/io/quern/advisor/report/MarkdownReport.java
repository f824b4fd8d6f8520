package io.quern.advisor.report;

import io.quern.advisor.AuditEntry;
import io.quern.advisor.report.AdvisorReport.Change;
import io.quern.advisor.report.AdvisorReport.Saving;
import io.quern.advisor.report.AdvisorReport.TopTemplate;

import java.util.Optional;

/** The report in Markdown. Text of statements stands in code blocks that it cannot leave. */
public final class MarkdownReport {
    private MarkdownReport() {}

    /** Renders a report. */
    public static String render(AdvisorReport report) {
        StringBuilder out = new StringBuilder();
        out.append("# Quern advisor report\n\n")
                .append(Figures.time(report.from()))
                .append(" to ")
                .append(Figures.time(report.to()))
                .append(" UTC. Saved, measured: **")
                .append(Figures.millis(report.savedMillis()))
                .append("**.\n");
        if (report.killed()) {
            out.append("\n**The kill switch is on: originals only.**\n");
        }
        templates(report, out);
        out.append("\n## Suggestions\n");
        if (report.changes().isEmpty()) {
            out.append("\nNone so far.\n");
        }
        report.changes().forEach(change -> change(change, out));
        audit(report, out);
        return out.toString();
    }

    private static void templates(AdvisorReport report, StringBuilder out) {
        out.append("\n## Top templates\n\n");
        if (report.templates().isEmpty()) {
            out.append("None were seen in this period.\n");
            return;
        }
        out.append("| calls | total | mean | median | p95 | errors | template |\n")
                .append("|---:|---:|---:|---:|---:|---:|---|\n");
        for (TopTemplate t : report.templates()) {
            out.append("| ")
                    .append(
                            String.join(
                                    " | ",
                                    Figures.count(t.calls()),
                                    Figures.millis(t.totalMillis()),
                                    Figures.millis(t.meanMillis()),
                                    Figures.millis(t.medianMillis()),
                                    Figures.millis(t.p95Millis()),
                                    Figures.count(t.errors()),
                                    cell(t.text())))
                    .append(" |\n");
        }
        if (report.unreadable() > 0) {
            out.append("\nPercentiles lack ")
                    .append(report.unreadable())
                    .append(" unreadable buckets.\n");
        }
    }

    private static void change(Change c, StringBuilder out) {
        out.append("\n### #")
                .append(c.id())
                .append(' ')
                .append(c.kind())
                .append(", ")
                .append(c.state())
                .append("\n\n");
        item("database", inline(c.database()), out);
        item("template", inline(c.fingerprint()), out);
        item("why", plain(c.reason()), out);
        Saving saving = c.saving();
        item("saved", saving == null ? "nothing measured" : Figures.saving(saving), out);
        item("cost", c.cost(), out);
        item(
                "planner's cost",
                Figures.cost(c.evidence().costBefore())
                        + " → "
                        + Figures.cost(c.evidence().costAfter()),
                out);
        item("lab", plain(c.evidence().lab()), out);
        c.evidence().facts().forEach(fact -> item("fact", plain(fact), out));
        c.evidence().notes().forEach(note -> item("note", plain(note), out));
        block("Template", c.template(), out);
        block("Before", c.before(), out);
        block("After", c.after(), out);
        block("Undo", c.undo(), out);
        block("Plan before", c.evidence().planBefore(), out);
        block("Plan after", c.evidence().planAfter(), out);
    }

    private static void audit(AdvisorReport report, StringBuilder out) {
        out.append("\n## Audit\n\n");
        if (report.audit().isEmpty()) {
            out.append("Nothing was done in this period.\n");
            return;
        }
        out.append("| when (UTC) | who | what | suggestion | detail |\n|---|---|---|---:|---|\n");
        for (AuditEntry a : report.audit()) {
            out.append("| ")
                    .append(
                            String.join(
                                    " | ",
                                    Figures.time(a.at()),
                                    plain(a.actor()),
                                    plain(a.action()),
                                    a.suggestion() == 0 ? "" : "#" + a.suggestion(),
                                    plain(a.detail())))
                    .append(" |\n");
        }
    }

    private static void item(String label, String text, StringBuilder out) {
        if (!text.isBlank()) {
            out.append("- ").append(label).append(": ").append(text).append('\n');
        }
    }

    private static void block(String title, Optional<String> text, StringBuilder out) {
        block(title, text.orElse(""), out);
    }

    private static void block(String title, String text, StringBuilder out) {
        if (text.isBlank()) {
            return;
        }
        String fence = "```";
        while (text.contains(fence)) {
            fence += "`";
        }
        out.append('\n')
                .append(title)
                .append(":\n\n")
                .append(fence)
                .append('\n')
                .append(text.strip())
                .append('\n')
                .append(fence)
                .append('\n');
    }

    private static String cell(String text) {
        return inline(text.replace("|", "\\|"));
    }

    private static String inline(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        String fence = "`";
        while (line.contains(fence)) {
            fence += "`";
        }
        String space = fence.length() > 1 ? " " : "";
        return fence + space + line + space + fence;
    }

    /** Text without Markdown's and HTML's markup characters acting. */
    private static String plain(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ").replaceAll("([\\\\`*_{}\\[\\]<>#|~])", "\\\\$1");
    }
}

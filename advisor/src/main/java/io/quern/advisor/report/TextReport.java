package io.quern.advisor.report;

import io.quern.advisor.AuditEntry;
import io.quern.advisor.report.AdvisorReport.Change;
import io.quern.advisor.report.AdvisorReport.Saving;
import io.quern.advisor.report.AdvisorReport.TopTemplate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The report for a terminal, wrapped to a width. */
public final class TextReport {
    private static final int AUDIT_ROWS = 15;

    private TextReport() {}

    /**
     * Renders a report.
     *
     * @param width of the terminal; taken as 80 to 120
     */
    public static String render(AdvisorReport report, int width) {
        int columns = Math.clamp(width, 80, 120);
        StringBuilder out = new StringBuilder();
        out.append("Quern advisor report\n")
                .append(Figures.time(report.from()))
                .append(" to ")
                .append(Figures.time(report.to()))
                .append(" UTC (")
                .append(Figures.period(report.period()))
                .append(")\n");
        if (report.killed()) {
            out.append("The kill switch is on: originals only.\n");
        }
        out.append("Saved, measured: ").append(Figures.millis(report.savedMillis())).append('\n');
        templates(report, columns, out);
        changes(report, columns, out);
        audit(report, columns, out);
        return out.toString();
    }

    private static void templates(AdvisorReport report, int columns, StringBuilder out) {
        out.append("\nTOP TEMPLATES\n");
        if (report.templates().isEmpty()) {
            out.append("  none were seen in this period\n");
            return;
        }
        out.append(row("calls", "total", "mean", "median", "p95", "errors")).append('\n');
        for (TopTemplate t : report.templates()) {
            out.append(
                            row(
                                    Figures.count(t.calls()),
                                    Figures.millis(t.totalMillis()),
                                    Figures.millis(t.meanMillis()),
                                    Figures.millis(t.medianMillis()),
                                    Figures.millis(t.p95Millis()),
                                    Figures.count(t.errors())))
                    .append("  ")
                    .append(t.fingerprint())
                    .append('\n');
            wrap("    ", t.text(), columns, out);
        }
        if (report.unreadable() > 0) {
            out.append("  percentiles lack ")
                    .append(report.unreadable())
                    .append(" unreadable buckets\n");
        }
    }

    private static String row(String... cells) {
        StringBuilder line = new StringBuilder();
        for (String cell : cells) {
            line.append(String.format(Locale.ROOT, "%10s", cell));
        }
        return line.toString();
    }

    private static void changes(AdvisorReport report, int columns, StringBuilder out) {
        out.append("\nSUGGESTIONS\n");
        if (report.changes().isEmpty()) {
            out.append("  none so far\n");
        }
        for (Change c : report.changes()) {
            out.append("  #")
                    .append(c.id())
                    .append(' ')
                    .append(c.state())
                    .append(' ')
                    .append(c.kind())
                    .append(" for ")
                    .append(c.fingerprint())
                    .append(" in ")
                    .append(c.database())
                    .append('\n');
            labelled("why", c.reason(), columns, out);
            labelled("before", c.before(), columns, out);
            labelled("after", c.after(), columns, out);
            Saving saving = c.saving();
            labelled(
                    "saved",
                    saving == null ? "nothing measured" : Figures.saving(saving),
                    columns,
                    out);
            labelled("cost", c.cost(), columns, out);
            labelled(
                    "planner",
                    Figures.cost(c.evidence().costBefore())
                            + " → "
                            + Figures.cost(c.evidence().costAfter()),
                    columns,
                    out);
            c.evidence().facts().forEach(fact -> labelled("fact", fact, columns, out));
            c.evidence().notes().forEach(note -> labelled("note", note, columns, out));
            labelled("lab", c.evidence().lab(), columns, out);
            labelled("undo", c.undo(), columns, out);
        }
    }

    private static void labelled(String label, String text, int columns, StringBuilder out) {
        if (!text.isBlank()) {
            String first = String.format(Locale.ROOT, "    %-8s", label);
            StringBuilder wrapped = new StringBuilder();
            wrap(" ".repeat(first.length()), text, columns, wrapped);
            out.append(first).append(wrapped.substring(first.length()));
        }
    }

    private static void audit(AdvisorReport report, int columns, StringBuilder out) {
        out.append("\nAUDIT\n");
        if (report.audit().isEmpty()) {
            out.append("  nothing was done in this period\n");
        }
        for (AuditEntry a : report.audit().stream().limit(AUDIT_ROWS).toList()) {
            String about = a.suggestion() == 0 ? "" : " #" + a.suggestion();
            wrap(
                    "  ",
                    Figures.time(a.at())
                            + "  "
                            + a.actor()
                            + "  "
                            + a.action()
                            + about
                            + "  "
                            + a.detail(),
                    columns,
                    out);
        }
    }

    /** Breaks at spaces; a word longer than the line is broken anywhere. Control characters go. */
    private static void wrap(String indent, String text, int columns, StringBuilder out) {
        int room = columns - indent.length();
        for (String line : lines(text, room)) {
            out.append(indent).append(line).append('\n');
        }
    }

    private static List<String> lines(String text, int room) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.replaceAll("\\p{Cntrl}+", " ").strip().split(" ")) {
            String rest = word;
            if (!line.isEmpty() && line.length() + 1 + rest.length() > room) {
                lines.add(line.toString());
                line.setLength(0);
            }
            while (rest.length() > room) {
                lines.add(rest.substring(0, room));
                rest = rest.substring(room);
            }
            line.append(line.isEmpty() ? "" : " ").append(rest);
        }
        lines.add(line.toString());
        return lines;
    }
}

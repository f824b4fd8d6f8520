package io.quern.advisor.report;

import io.quern.advisor.AuditEntry;
import io.quern.advisor.report.AdvisorReport.Change;
import io.quern.advisor.report.AdvisorReport.Saving;
import io.quern.advisor.report.AdvisorReport.TopTemplate;

/**
 * The report as one HTML page that needs nothing else: no script, no font, no address. All text is
 * escaped; light or dark as the reader's system is.
 */
public final class HtmlReport {
    private static final String STYLE =
            """
            :root{color-scheme:light dark;--ink:#1b1f24;--dim:#57606a;--line:#d8dee4;--page:#fff;
            --soft:#f6f8fa;--good:#116329;--bad:#a40e26}
            @media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--dim:#9198a1;--line:#30363d;
            --page:#0d1117;--soft:#161b22;--good:#56d364;--bad:#ff7b72}}
            *{box-sizing:border-box}
            body{margin:0 auto;padding:1rem;max-width:70rem;background:var(--page);color:var(--ink);
            font:16px/1.5 system-ui,sans-serif}
            h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}h3{font-size:1rem;margin:0}
            .dim{color:var(--dim)}.good{color:var(--good)}.bad{color:var(--bad)}
            .wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}
            th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);text-align:right;
            vertical-align:top;white-space:nowrap}
            .log td{text-align:left}
            th.text,td.text{text-align:left;white-space:normal;min-width:16rem}
            code,pre{font:.85rem/1.45 ui-monospace,monospace;overflow-wrap:anywhere}
            pre{background:var(--soft);border:1px solid var(--line);border-radius:6px;padding:.6rem;
            margin:.3rem 0;white-space:pre-wrap}
            article{border:1px solid var(--line);border-radius:8px;padding:1rem;margin:1rem 0}
            .pair{display:grid;gap:.6rem;grid-template-columns:repeat(auto-fit,minmax(18rem,1fr))}
            .pair>div{min-width:0}ul{padding-left:1.2rem;margin:.5rem 0}
            summary{cursor:pointer}
            """;

    private HtmlReport() {}

    /** Renders a report. */
    public static String render(AdvisorReport report) {
        StringBuilder out = new StringBuilder();
        out.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n")
                .append("<title>Quern advisor report</title>\n<style>\n")
                .append(STYLE)
                .append("</style></head><body>\n<h1>Quern advisor report</h1>\n<p class=\"dim\">")
                .append(Figures.time(report.from()))
                .append(" to ")
                .append(Figures.time(report.to()))
                .append(" UTC, ")
                .append(Figures.period(report.period()))
                .append("</p>\n<p>Saved, measured: <strong>")
                .append(Figures.millis(report.savedMillis()))
                .append("</strong></p>\n");
        if (report.killed()) {
            out.append("<p class=\"bad\">The kill switch is on: originals only.</p>\n");
        }
        templates(report, out);
        out.append("<h2>Suggestions</h2>\n");
        if (report.changes().isEmpty()) {
            out.append("<p>None so far.</p>\n");
        }
        report.changes().forEach(change -> change(change, out));
        audit(report, out);
        return out.append("</body></html>\n").toString();
    }

    private static void templates(AdvisorReport report, StringBuilder out) {
        out.append("<h2>Top templates</h2>\n");
        if (report.templates().isEmpty()) {
            out.append("<p>None were seen in this period.</p>\n");
            return;
        }
        out.append("<div class=\"wide\"><table><thead><tr><th>calls<th>total<th>mean<th>median")
                .append("<th>p95<th>errors<th class=\"text\">template</tr></thead><tbody>\n");
        for (TopTemplate t : report.templates()) {
            out.append("<tr>");
            cell(Figures.count(t.calls()), out);
            cell(Figures.millis(t.totalMillis()), out);
            cell(Figures.millis(t.meanMillis()), out);
            cell(Figures.millis(t.medianMillis()), out);
            cell(Figures.millis(t.p95Millis()), out);
            cell(Figures.count(t.errors()), out);
            out.append("<td class=\"text\"><code>")
                    .append(escaped(t.text()))
                    .append("</code></td></tr>\n");
        }
        out.append("</tbody></table></div>\n");
        if (report.unreadable() > 0) {
            out.append("<p class=\"dim\">Percentiles lack ")
                    .append(report.unreadable())
                    .append(" unreadable buckets.</p>\n");
        }
    }

    private static void cell(String text, StringBuilder out) {
        out.append("<td>").append(escaped(text)).append("</td>");
    }

    private static void change(Change c, StringBuilder out) {
        out.append("<article id=\"s")
                .append(c.id())
                .append("\"><h3>#")
                .append(c.id())
                .append(' ')
                .append(escaped(c.kind()))
                .append(" <span class=\"dim\">")
                .append(c.state())
                .append(", ")
                .append(escaped(c.database()))
                .append(", template ")
                .append(escaped(c.fingerprint()))
                .append("</span></h3>\n");
        if (!c.reason().isBlank()) {
            out.append("<p>").append(escaped(c.reason())).append("</p>\n");
        }
        Saving saving = c.saving();
        out.append("<p>Saved: ");
        if (saving == null) {
            out.append("nothing measured");
        } else {
            out.append("<span class=\"")
                    .append(saving.millis() < 0 ? "bad" : "good")
                    .append("\">")
                    .append(escaped(Figures.saving(saving)))
                    .append("</span>");
        }
        out.append(c.cost().isBlank() ? "" : ". Cost: " + escaped(c.cost())).append("</p>\n");
        out.append("<div class=\"pair\">");
        block("Before", c.before().isBlank() ? c.template() : c.before(), out);
        block("After", c.after(), out);
        out.append("</div>\n<ul>");
        c.evidence().facts().forEach(fact -> item(fact, out));
        c.evidence().notes().forEach(note -> item(note, out));
        item("lab: " + c.evidence().lab(), out);
        item(
                "planner's cost: "
                        + Figures.cost(c.evidence().costBefore())
                        + " → "
                        + Figures.cost(c.evidence().costAfter()),
                out);
        out.append("</ul>\n");
        if (c.evidence().planBefore().isPresent() || c.evidence().planAfter().isPresent()) {
            out.append("<details><summary>Plans</summary><div class=\"pair\">");
            block("Plan before", c.evidence().planBefore().orElse(""), out);
            block("Plan after", c.evidence().planAfter().orElse(""), out);
            out.append("</div></details>\n");
        }
        block("Undo", c.undo(), out);
        out.append("</article>\n");
    }

    private static void item(String text, StringBuilder out) {
        out.append("<li>").append(escaped(text)).append("</li>");
    }

    private static void block(String title, String text, StringBuilder out) {
        if (!text.isBlank()) {
            out.append("<div><span class=\"dim\">")
                    .append(title)
                    .append("</span><pre>")
                    .append(escaped(text.strip()))
                    .append("</pre></div>");
        }
    }

    private static void audit(AdvisorReport report, StringBuilder out) {
        out.append("<h2>Audit</h2>\n");
        if (report.audit().isEmpty()) {
            out.append("<p>Nothing was done in this period.</p>\n");
            return;
        }
        out.append("<div class=\"wide\"><table class=\"log\"><tbody>\n");
        for (AuditEntry a : report.audit()) {
            out.append("<tr>");
            cell(Figures.time(a.at()), out);
            cell(a.actor(), out);
            cell(a.action(), out);
            cell(a.suggestion() == 0 ? "" : "#" + a.suggestion(), out);
            out.append("<td class=\"text\">").append(escaped(a.detail())).append("</td></tr>\n");
        }
        out.append("</tbody></table></div>\n");
    }

    /** Text that means itself in element content and in quoted attributes. */
    static String escaped(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.append(c);
            }
        }
        return safe.toString();
    }
}

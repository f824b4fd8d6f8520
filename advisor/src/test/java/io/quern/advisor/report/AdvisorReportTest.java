package io.quern.advisor.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.quern.advisor.AuditEntry;
import io.quern.advisor.Evidence;
import io.quern.advisor.Execution.Arm;
import io.quern.advisor.HistoryRow;
import io.quern.advisor.Proposal;
import io.quern.advisor.Store;
import io.quern.advisor.Suggestion;
import io.quern.advisor.TrialResult;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.IndexDefinition;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.RuleId;
import io.quern.optimizer.Template;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

class AdvisorReportTest {
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2026-01-08T00:00:00Z");
    private static final Template SLOW =
            new Template(
                    new Fingerprint(1), "SELECT * FROM orders WHERE date_trunc ( ? , at ) = ?");
    private static final Template NASTY =
            new Template(new Fingerprint(2), "SELECT \"<script>alert(1)</script>|`\" FROM t");

    private final Fake store = new Fake();

    @Test
    void addsUpBucketsAndMergesTheirHistograms() {
        store.rows.add(row(SLOW, 0, Arm.NONE, 10, 10, 10, 10));
        store.rows.add(row(SLOW, 0, Arm.NONE, 1000));
        store.rows.add(row(NASTY, 0, Arm.NONE, 1));
        List<AdvisorReport.TopTemplate> top = report().templates();
        assertThat(top)
                .extracting(AdvisorReport.TopTemplate::fingerprint)
                .containsExactly("0000000000000001", "0000000000000002");
        AdvisorReport.TopTemplate slow = top.getFirst();
        assertThat(slow.calls()).isEqualTo(5);
        assertThat(slow.totalMillis()).isEqualTo(1040);
        assertThat(slow.meanMillis()).isEqualTo(208);
        assertThat(slow.medianMillis()).isCloseTo(10, within(0.1));
        assertThat(slow.p95Millis()).isCloseTo(1000, within(1.0));
    }

    @Test
    void anUnreadableHistogramIsSaidAndDoesNoHarm() {
        HistoryRow good = row(SLOW, 0, Arm.NONE, 10);
        store.rows.add(
                new HistoryRow(FROM, "db", SLOW, 0, Arm.NONE, 3, 0, 3, 30, new byte[] {1, 2, 3}));
        store.rows.add(good);
        AdvisorReport report = report();
        assertThat(report.unreadable()).isEqualTo(1);
        assertThat(report.templates().getFirst().calls()).isEqualTo(4);
        assertThat(TextReport.render(report, 100)).contains("lack 1 unreadable");
    }

    @Test
    void aSavingIsTheDifferenceOfMeansTimesTreatedExecutions() {
        store.suggestions.add(rewrite(7, Suggestion.State.ON, ""));
        store.rows.add(row(SLOW, 7, Arm.CONTROL, 100, 110, 90, 100));
        store.rows.add(row(SLOW, 7, Arm.TREATMENT, 1, 1, 2, 2, 1, 1, 2, 2));
        AdvisorReport.Saving saving = saving();
        assertThat(saving.millis()).isCloseTo((100 - 1.5) * 8, within(1e-9));
        assertThat(saving.treated()).isEqualTo(8);
        // by hand: sd 7.07 (population) over 4, sd 0.5 over 8: se 3.54
        assertThat(saving.lowMillis()).isCloseTo((98.5 - 1.96 * 3.54) * 8, within(2.0));
        assertThat(saving.highMillis()).isCloseTo((98.5 + 1.96 * 3.54) * 8, within(2.0));
        assertThat(report().savedMillis()).isEqualTo(saving.millis());
    }

    @Test
    void withoutTwoArmsTheTrialSpeaksAndWithoutATrialNobody() {
        store.suggestions.add(rewrite(7, Suggestion.State.PROPOSED, ""));
        assertThat(report().changes().getFirst().saving()).isNull();
        TrialResult.ArmSummary control = new TrialResult.ArmSummary(10, 20, 20, 20, 20, 0, 1);
        TrialResult.ArmSummary treatment = new TrialResult.ArmSummary(10, 2, 2, 2, 2, 0, 1);
        Suggestion tried =
                store.suggestions
                        .getFirst()
                        .with(
                                store.suggestions
                                        .getFirst()
                                        .evidence()
                                        .with(
                                                new TrialResult(
                                                        control,
                                                        treatment,
                                                        10,
                                                        8,
                                                        12,
                                                        "before" + " and after")));
        store.suggestions.set(0, tried);
        AdvisorReport.Saving saving = saving();
        assertThat(saving.millis()).isEqualTo(180);
        assertThat(saving.lowMillis()).isEqualTo(140);
        assertThat(saving.highMillis()).isEqualTo(220);
        assertThat(saving.method()).isEqualTo("before and after, in its trial");
    }

    @Test
    void theAuditOfThePeriodOnly() {
        store.audit.add(new AuditEntry(TO.minusSeconds(1), "ada", "kill", 0, "drill"));
        store.audit.add(new AuditEntry(FROM.minusSeconds(1), "ada", "revive", 0, "old"));
        assertThat(report().audit()).extracting(AuditEntry::action).containsExactly("kill");
    }

    @Test
    void textAsReviewed() throws IOException {
        fill();
        assertGolden("report.txt", TextReport.render(report(), 100));
    }

    @Test
    void markdownAsReviewed() throws IOException {
        fill();
        assertGolden("report.md", MarkdownReport.render(report()));
    }

    @Test
    void textKeepsToItsWidth() {
        fill();
        for (int width : new int[] {0, 80, 97, 120, 500}) {
            assertThat(TextReport.render(report(), width).lines())
                    .allMatch(line -> line.length() <= Math.clamp(width, 80, 120));
        }
    }

    @Test
    void htmlEscapesEverything() {
        fill();
        String html = HtmlReport.render(report());
        assertThat(html)
                .doesNotContain("<script")
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
                .contains("prefers-color-scheme:dark")
                .doesNotContain("http");
        assertThat(HtmlReport.escaped("<a href=\"x\" title='y'>&"))
                .isEqualTo("&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;");
    }

    @Test
    void markdownCannotBeLeft() {
        store.rows.add(row(NASTY, 0, Arm.NONE, 1));
        store.suggestions.add(rewrite(1, Suggestion.State.REJECTED, "see [this](http://x) <b>```"));
        String markdown = MarkdownReport.render(report());
        assertThat(markdown).contains("`` SELECT \"<script>alert(1)</script>\\|`\" FROM t ``");
        assertThat(markdown).contains("see \\[this\\](http://x) \\<b\\>\\`\\`\\`");
    }

    @Test
    void jsonHasTheFieldsAndNoNaN() throws IOException {
        fill();
        String json = JsonReport.render(report());
        assertThat(json).doesNotContain("NaN");
        JsonNode tree = new ObjectMapper().readTree(json);
        assertThat(tree.get("from").asText()).isEqualTo("2026-01-01T00:00:00Z");
        JsonNode on = tree.get("changes").get(0);
        assertThat(on.get("state").asText()).isEqualTo("ON");
        assertThat(on.get("saving").get("treated").asLong()).isEqualTo(8);
        assertThat(on.get("evidence").get("planBefore").asText()).isEqualTo("Seq Scan");
        JsonNode index = tree.get("changes").get(1);
        assertThat(index.get("evidence").get("costAfter").isNull()).isTrue();
        assertThat(index.get("evidence").get("planAfter").isNull()).isTrue();
        assertThat(index.get("saving").isNull()).isTrue();
    }

    @Test
    void anEmptyStoreIsAReportToo() {
        AdvisorReport report = report();
        assertThat(TextReport.render(report, 80)).contains("none so far");
        assertThat(MarkdownReport.render(report)).contains("None so far");
        assertThat(HtmlReport.render(report)).contains("None so far");
        assertThat(JsonReport.render(report)).contains("\"changes\" : [ ]");
    }

    private void fill() {
        store.rows.add(row(SLOW, 0, Arm.NONE, 100, 110, 90, 100));
        store.rows.add(row(SLOW, 7, Arm.CONTROL, 100, 110, 90, 100));
        store.rows.add(row(SLOW, 7, Arm.TREATMENT, 1, 1, 2, 2, 1, 1, 2, 2));
        store.rows.add(row(NASTY, 0, Arm.NONE, 1));
        store.suggestions.add(rewrite(7, Suggestion.State.ON, "12.3 times as fast"));
        store.suggestions.add(
                new Suggestion(
                        8,
                        "db",
                        SLOW,
                        new Proposal.NewIndex(
                                new IndexDefinition(
                                        new QualifiedName("public", "orders"),
                                        List.of(new IndexDefinition.Key("at", true))),
                                "quern_0123456789ab",
                                3_500_000),
                        evidence(Optional.empty()),
                        Suggestion.State.RETIRED,
                        "rolled back: no faster",
                        FROM,
                        TO));
        store.audit.add(new AuditEntry(TO.minusSeconds(60), "quern", "roll-back", 8, "no faster"));
        store.audit.add(new AuditEntry(TO.minusSeconds(120), "ada", "approve", 7, ""));
    }

    private AdvisorReport report() {
        return AdvisorReport.of(store, FROM, TO, 20);
    }

    private AdvisorReport.Saving saving() {
        AdvisorReport.Saving saving = report().changes().getFirst().saving();
        assertThat(saving).isNotNull();
        return java.util.Objects.requireNonNull(saving);
    }

    private static Evidence evidence(Optional<String> after) {
        return new Evidence(
                List.of("orders.at is a timestamp"),
                "not tried",
                Optional.of("Seq Scan"),
                after,
                1234.5,
                after.isPresent() ? 8.3 : Double.NaN,
                60,
                100,
                List.of("every write will maintain it"),
                Optional.empty());
    }

    private static Suggestion rewrite(long id, Suggestion.State state, String reason) {
        return new Suggestion(
                id,
                "db",
                SLOW,
                new Proposal.Rewrite(
                        List.of(new RuleId("TruncatedDateToRange")),
                        "SELECT * FROM orders WHERE date_trunc(?, at) = ?",
                        "SELECT * FROM orders WHERE (at >= ? AND at < ? + interval ?)"),
                evidence(Optional.of("Index Scan")),
                state,
                reason,
                FROM,
                TO);
    }

    private static HistoryRow row(Template template, long suggestion, Arm arm, int... millis) {
        Histogram histogram = new Histogram(3);
        histogram.setAutoResize(true);
        Arrays.stream(millis).forEach(m -> histogram.recordValue(m * 1000L));
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        return new HistoryRow(
                FROM,
                "db",
                template,
                suggestion,
                arm,
                millis.length,
                0,
                millis.length,
                Arrays.stream(millis).sum(),
                Arrays.copyOf(buffer.array(), length));
    }

    /** Rewritten with {@code -Dquern.golden.write=true}, then reviewed as text. */
    private static void assertGolden(String name, String actual) throws IOException {
        if (Boolean.getBoolean("quern.golden.write")) {
            Path file = Path.of("src/test/resources/io/quern/advisor/report", name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, actual);
        }
        try (InputStream golden = AdvisorReportTest.class.getResourceAsStream(name)) {
            assertThat(golden).as(name).isNotNull();
            assertThat(actual)
                    .isEqualTo(
                            new String(
                                    java.util.Objects.requireNonNull(golden).readAllBytes(),
                                    StandardCharsets.UTF_8));
        }
    }

    private static final class Fake implements Store {
        final List<HistoryRow> rows = new ArrayList<>();
        final List<Suggestion> suggestions = new ArrayList<>();
        final List<AuditEntry> audit = new ArrayList<>();

        @Override
        public List<Suggestion> suggestions() {
            return suggestions;
        }

        @Override
        public Optional<Suggestion> propose(Suggestion suggestion, AuditEntry entry) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void update(Suggestion suggestion, AuditEntry entry) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void updateEvidence(Suggestion suggestion) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean killed() {
            return false;
        }

        @Override
        public void setKilled(boolean killed, AuditEntry entry) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<AuditEntry> audit(int limit) {
            return audit;
        }

        @Override
        public void append(List<HistoryRow> more) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<HistoryRow> history(Instant since) {
            return rows;
        }

        @Override
        public int forget(Instant before) {
            throw new UnsupportedOperationException();
        }
    }
}

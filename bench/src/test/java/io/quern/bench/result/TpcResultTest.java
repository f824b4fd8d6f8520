package io.quern.bench.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.bench.result.RewriteResult.Form;
import io.quern.bench.result.RewriteResult.Rows;
import io.quern.bench.result.RewriteResult.Time;
import io.quern.bench.result.TpcResult.Rewrite;
import io.quern.bench.result.TpcResult.Row;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

class TpcResultTest {
    private static final Machine MACHINE =
            new Machine("2026-01-01", "a CPU", 2, 0.5, "25", "18", "");

    private static final Row DECLINED =
            Row.read("h02", true, true, List.of("RuleA: tied", "RuleB: tied"), "");

    @Test
    void theGainIsThatOfTheRewriteThePlannerPrefers() {
        Row row = row("h01", rewrite("Costly", 101, 1, Rows.SAME), cheap(Rows.SAME));
        assertThat(result(row).text())
                .contains("2.50×")
                .contains("Cheap")
                .doesNotContain("Costly")
                .contains("of 2 rewrites 2 with the original's rows");
        Row costly = row("h01", rewrite("Costly", 101, 1, Rows.SAME));
        assertThat(result(costly).text()).contains("none that the planner prefers");
    }

    @Test
    void eachSuiteAndEachReasonIsCounted() {
        Row other = Row.read("ds02", true, true, List.of("RuleA: tied"), "");
        assertThat(result(row("h01", cheap(Rows.SAME)), DECLINED, other).text())
                .contains("rewrites for 1 of 2 of TPC-H's (goal 12) and 0 of 1 of TPC-DS's")
                .endsWith("declined: RuleA: tied 2, RuleB: tied 1");
    }

    @Test
    void whatIsNotReadFailsOrHasOtherRowsIsNotSound() {
        assertThat(result(row("h01", cheap(Rows.SAME)), DECLINED).sound()).isTrue();
        assertThat(result(row("h01", cheap(Rows.NOT_COMPARED))).sound()).isTrue();
        // the planner does not prefer it, and still it is wrong
        assertThat(result(row("h01", rewrite("Costly", 101, 1, Rows.OTHER))).sound()).isFalse();
        TpcResult unparsed = result(Row.read("h01", false, false, List.of(), "no | such word"));
        assertThat(unparsed.sound()).isFalse();
        assertThat(unparsed.text()).contains("not parsed: no | such word", "0 parsed, 0 resolved");
        assertThat(unparsed.markdown()).contains("| not parsed: no \\| such word |");
        TpcResult unresolved = result(Row.read("h01", true, false, List.of(), "no table"));
        assertThat(unresolved.sound()).isFalse();
        assertThat(unresolved.text()).contains("not resolved: no table", "1 parsed, 0 resolved");
        TpcResult failed = result(Row.read("h01", true, true, List.of(), "no plan\nat 7"));
        assertThat(failed.sound()).isFalse();
        assertThat(failed.text()).contains("failed: no plan", "1 failed").doesNotContain("at 7");
    }

    @Test
    void resultsAreReadAsTheyWereWritten(@TempDir Path directory) throws Exception {
        TpcResult result = result(row("h01", cheap(Rows.SAME)), DECLINED);
        Tables.save(result, "tpc", directory.resolve("saved"));
        assertThat(Result.read(directory.resolve("saved/tpc.json"))).isEqualTo(result);
    }

    private static TpcResult result(Row... rows) {
        return new TpcResult(MACHINE, 0.1, 3, List.of(rows));
    }

    private static Row row(String number, Rewrite... rewrites) {
        return new Row(number, true, true, took(5), 100, List.of(rewrites), List.of(), "");
    }

    private static Rewrite cheap(Rows rows) {
        return rewrite("Cheap", 50, 2, rows);
    }

    private static Rewrite rewrite(String rule, double cost, double millis, Rows rows) {
        return new Rewrite(List.of(rule), cost, new Form(took(millis), rows));
    }

    private static Time took(double millis) {
        return new Time(new Spread(millis, millis, millis), false);
    }
}

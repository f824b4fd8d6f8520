package io.quern.bench.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.bench.result.RewriteResult.Form;
import io.quern.bench.result.RewriteResult.Row;
import io.quern.bench.result.RewriteResult.Rows;
import io.quern.bench.result.RewriteResult.Time;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

class RewriteResultTest {
    private static final Machine MACHINE =
            new Machine("2026-01-01", "a CPU", 2, 0.5, "25", "18", "");

    @Test
    void gainsAreToldWithTheirBounds() {
        Row fast = row(took(500), form(took(5), Rows.SAME));
        Row slow = row(took(5), form(took(10), Rows.SAME));
        Row bound = row(stopped(), form(took(60), Rows.NOT_COMPARED));
        Row lost = row(took(12_000), form(stopped(), Rows.NOT_COMPARED));
        Row hopeless = row(stopped(), form(stopped(), Rows.NOT_COMPARED));
        String text = result(fast, slow, bound, lost, hopeless).text();
        assertThat(text.lines())
                .anyMatch(line -> line.contains(" 500.0 ") && line.contains(" 100×"))
                .anyMatch(line -> line.contains(" 5.0 ") && line.contains(" 0.50×"))
                .anyMatch(
                        line ->
                                line.contains(" > 120000 ")
                                        && line.contains(" > 2000×, rows not compared"))
                .anyMatch(line -> line.contains(" < 0.10×, rows not compared"))
                .anyMatch(line -> line.contains(" both too long"));
        // both at least 10× and the one that loses far more than it gains
        assertThat(text).contains("found 5 of 5", "2 at least ten times faster", "2 slower");
    }

    @Test
    void aFailureOrOtherRowsAreNotSound() {
        Row same = row(took(2), form(took(1), Rows.SAME));
        assertThat(result(same).sound()).isTrue();
        assertThat(result(row(stopped(), form(took(1), Rows.NOT_COMPARED))).sound()).isTrue();
        assertThat(result(same, row(took(2), form(took(1), Rows.OTHER))).sound()).isFalse();
        RewriteResult failed = result(same, Row.failed("02", "a case", false, "no | table\nat 7"));
        assertThat(failed.sound()).isFalse();
        assertThat(failed.text()).contains("failed: no | table", "1 failed").doesNotContain("at 7");
        assertThat(failed.markdown()).contains("| failed: no \\| table |");
    }

    @Test
    void resultsAreReadAsTheyWereWritten(@TempDir Path directory) throws Exception {
        RewriteResult result =
                result(
                        row(took(2), form(took(1), Rows.SAME)),
                        row(stopped(), null),
                        Row.failed("02", "a case", true, "no table"));
        Tables.save(result, "rewrites", directory.resolve("saved"));
        assertThat(Result.read(directory.resolve("saved/rewrites.json"))).isEqualTo(result);
    }

    private static RewriteResult result(Row... rows) {
        return new RewriteResult(MACHINE, 3, List.of(rows));
    }

    private static Row row(Time original, @Nullable Form found) {
        return new Row("01", "a case", false, original, List.of("Rule"), found, null, "", "");
    }

    private static Form form(Time time, Rows rows) {
        return new Form(time, rows);
    }

    private static Time took(double millis) {
        return new Time(new Spread(millis, millis, millis), false);
    }

    private static Time stopped() {
        return new Time(new Spread(120_000, 120_000, 120_000), true);
    }
}

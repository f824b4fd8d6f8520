package io.quern.bench.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.DoubleStream;

class ComparisonTest {
    private static final List<String> TARGETS = List.of("relay", "pgbouncer", "quern");

    @Test
    void aSpreadIsTheMedianWithItsEnds() {
        assertThat(Spread.of(DoubleStream.of(3, 1, 2))).isEqualTo(new Spread(2, 1, 3));
        assertThat(Spread.of(DoubleStream.of(4, 1, 2, 3))).isEqualTo(new Spread(2.5, 1, 4));
        assertThat(new Spread(0.974, 0.91, 1.02)).hasToString("0.97 (0.91–1.02)");
        assertThatThrownBy(() -> Spread.of(DoubleStream.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ratiosAreTakenWithinARound() {
        // the machine is half as fast in the second round; the ratios do not care
        List<Comparison> all =
                Comparison.of(
                        List.of(
                                sample(1, "relay", 1_000),
                                sample(1, "quern", 900),
                                sample(2, "quern", 450),
                                sample(2, "relay", 500)),
                        TARGETS);
        assertThat(all).extracting(Comparison::target).containsExactly("relay", "quern");
        assertThat(all.getLast().tps()).isEqualTo(675);
        assertThat(all.getLast().tpsToRelay()).isEqualTo(new Spread(0.9, 0.9, 0.9));
        assertThat(all.getLast().tpsToPgbouncer()).isNull();
        assertThat(all.getFirst().tpsToRelay()).isNull();
    }

    @Test
    void cellsStandInTheOrderPeopleReadThem() {
        List<Comparison> all =
                Comparison.of(
                        List.of(
                                new Sample(1, "prepared", 1, "quern", 1, 1, 1, 1),
                                new Sample(1, "simple", 256, "quern", 1, 1, 1, 1),
                                new Sample(1, "simple", 16, "quern", 1, 1, 1, 1)),
                        TARGETS);
        assertThat(all)
                .extracting(c -> c.mode() + " " + c.clients())
                .containsExactly("simple 16", "simple 256", "prepared 1");
    }

    @Test
    void resultsAreReadAsTheyWereWritten(@TempDir Path directory) throws Exception {
        Machine machine = new Machine("2026-01-01", "a CPU", 2, 0.5, "25", "18", "PgBouncer 1.18");
        List<Sample> samples = List.of(sample(1, "relay", 1_000), sample(1, "quern", 900));
        WireResult result =
                new WireResult(
                        machine, List.of(), 7, 1, 5, Comparison.of(samples, TARGETS), samples);

        Tables.save(result, "wire", directory.resolve("benchmarks"));
        assertThat(Result.read(directory.resolve("benchmarks/wire.json"))).isEqualTo(result);
        Figures figures =
                new Figures(
                        machine,
                        List.of("A=b"),
                        List.of(
                                new Figures.Figure("size", new Spread(5, 5, 5), "MB", "≤ 6 MB"),
                                new Figures.Figure("speed", new Spread(0.9, 0.8, 1), "", "")));
        Tables.save(figures, "figures", directory.resolve("benchmarks"));
        assertThat(Result.read(directory.resolve("benchmarks/figures.json"))).isEqualTo(figures);
        assertThat(directory.resolve("benchmarks.md"))
                .content()
                .contains("| size | 5.00 MB | ≤ 6 MB |", "| speed | 0.90 (0.80–1.00) |  |")
                .contains("| simple | 16 | quern | 0.90 (0.90–0.90) |");
    }

    private static Sample sample(int round, String target, double tps) {
        return new Sample(round, "simple", 16, target, tps, 100, 200, 30);
    }
}

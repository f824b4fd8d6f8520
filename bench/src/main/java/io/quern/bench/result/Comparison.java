package io.quern.bench.result;

import com.fasterxml.jackson.annotation.JsonInclude;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * One target in one cell, beside the others. A ratio is taken within each round, between
 * measurements that followed each other, so that a machine that slows down slows both; the spread
 * is that of the rounds.
 *
 * @param tps medians of the rounds
 * @param tpsToRelay null if there is nothing to compare with
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Comparison(
        String mode,
        int clients,
        String target,
        double tps,
        double p50Micros,
        double p99Micros,
        double cpuMicros,
        @Nullable Spread tpsToRelay,
        @Nullable Spread cpuToRelay,
        @Nullable Spread tpsToPgbouncer,
        @Nullable Spread p99ToPgbouncer,
        @Nullable Spread cpuToPgbouncer) {
    private static final List<String> MODES = List.of("simple", "extended", "prepared");
    private static final Comparator<Sample> BY_CELL =
            Comparator.comparingInt((Sample s) -> MODES.indexOf(s.mode()))
                    .thenComparingInt(Sample::clients);

    /** One for each cell and target, in the order they first appear. */
    public static List<Comparison> of(List<Sample> samples, List<String> targets) {
        Set<Cell> cells = new LinkedHashSet<>();
        samples.stream().sorted(BY_CELL).forEach(s -> cells.add(new Cell(s.mode(), s.clients())));
        List<Comparison> all = new ArrayList<>();
        for (Cell cell : cells) {
            List<Sample> here =
                    samples.stream()
                            .filter(s -> new Cell(s.mode(), s.clients()).equals(cell))
                            .toList();
            for (String target : targets) {
                if (here.stream().anyMatch(s -> s.target().equals(target))) {
                    all.add(of(cell, target, here));
                }
            }
        }
        return all;
    }

    private static Comparison of(Cell cell, String target, List<Sample> here) {
        return new Comparison(
                cell.mode(),
                cell.clients(),
                target,
                median(here, target, Sample::tps),
                median(here, target, Sample::p50Micros),
                median(here, target, Sample::p99Micros),
                median(here, target, Sample::cpuMicros),
                ratio(here, target, Sample.RELAY, Sample::tps),
                ratio(here, target, Sample.RELAY, Sample::cpuMicros),
                ratio(here, target, Sample.PGBOUNCER, Sample::tps),
                ratio(here, target, Sample.PGBOUNCER, Sample::p99Micros),
                ratio(here, target, Sample.PGBOUNCER, Sample::cpuMicros));
    }

    private static double median(
            List<Sample> here, String target, ToDoubleFunction<Sample> figure) {
        return Spread.of(here.stream().filter(s -> s.target().equals(target)).mapToDouble(figure))
                .median();
    }

    private static @Nullable Spread ratio(
            List<Sample> here, String target, String base, ToDoubleFunction<Sample> figure) {
        double[] ratios =
                here.stream()
                        .filter(s -> s.target().equals(target))
                        .flatMapToDouble(
                                mine ->
                                        here.stream()
                                                .filter(
                                                        s ->
                                                                s.target().equals(base)
                                                                        && s.round()
                                                                                == mine.round())
                                                .filter(s -> figure.applyAsDouble(s) > 0)
                                                .mapToDouble(
                                                        s ->
                                                                figure.applyAsDouble(mine)
                                                                        / figure.applyAsDouble(s)))
                        .toArray();
        boolean meaningful = ratios.length > 0 && !target.equals(base);
        return meaningful ? Spread.of(Arrays.stream(ratios)) : null;
    }
}

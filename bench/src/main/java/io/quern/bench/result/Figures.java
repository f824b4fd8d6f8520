package io.quern.bench.result;

import java.util.List;
import java.util.Locale;

/**
 * Single figures beside their goals.
 *
 * @param options of Quern, beyond the defaults; without values that are secret
 */
public record Figures(Machine machine, List<String> options, List<Figure> figures)
        implements Result {
    public Figures {
        options = List.copyOf(options);
        figures = List.copyOf(figures);
    }

    /**
     * One figure.
     *
     * @param unit such as {@code MB}; empty for a ratio
     * @param goal as people write it, such as {@code ≤ 400 MB}; empty without one
     */
    public record Figure(String what, Spread figure, String unit, String goal) {
        private String value() {
            boolean one = figure.min() == figure.max();
            int digits = unit.isEmpty() || figure.median() < 10 ? 2 : figure.median() < 100 ? 1 : 0;
            String number = "%." + digits + "f";
            String text =
                    one
                            ? String.format(Locale.ROOT, number, figure.median())
                            : String.format(
                                    Locale.ROOT,
                                    number + " (" + number + "–" + number + ")",
                                    figure.median(),
                                    figure.min(),
                                    figure.max());
            return unit.isEmpty() ? text : text + " " + unit;
        }
    }

    /** For a terminal. */
    public String text() {
        StringBuilder table = new StringBuilder(machine + "\n\n");
        int width = figures.stream().mapToInt(f -> f.what().length()).max().orElse(1);
        for (Figure f : figures) {
            table.append(("%-" + width + "s  %s").formatted(f.what(), f.value()));
            table.append(f.goal().isEmpty() ? "" : "  (goal " + f.goal() + ")").append('\n');
        }
        return table.toString().stripTrailing();
    }

    @Override
    public String markdown() {
        StringBuilder table = new StringBuilder(machine.toString());
        table.append(options.isEmpty() ? "" : "; " + String.join(", ", options));
        table.append(".\n\n| | measured | goal |\n|---|---|---|\n");
        for (Figure f : figures) {
            table.append("| %s | %s | %s |%n".formatted(f.what(), f.value(), f.goal()));
        }
        return table.toString();
    }
}

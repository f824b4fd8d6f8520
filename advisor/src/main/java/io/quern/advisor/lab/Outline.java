package io.quern.advisor.lab;

import static java.util.stream.Collectors.joining;

import io.quern.advisor.Lab.Counterexample;
import io.quern.advisor.lab.Answer.Failure;
import io.quern.advisor.lab.Answer.Rows;
import io.quern.optimizer.Column;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Says what matters of a counterexample without any value of it: which values are equal and which
 * are NULL. Mutable, for one.
 */
final class Outline {
    private final Map<String, String> names = new HashMap<>();

    private Outline() {}

    static String of(Sample sample, Duel.Round round) {
        Outline outline = new Outline();
        StringBuilder text = new StringBuilder();
        for (Sample.Content content : sample.contents()) {
            if (!content.rows().isEmpty()) {
                text.append(content.table().name())
                        .append(
                                content.table().columns().stream()
                                        .map(Column::name)
                                        .collect(joining(", ", " (", "): ")))
                        .append(outline.rows(content.rows()))
                        .append('\n');
            }
        }
        for (int i = 0; i < sample.parameters().size(); i++) {
            text.append('$').append(i + 1).append(": ");
            text.append(outline.name(sample.parameters().get(i))).append('\n');
        }
        text.append("original: ").append(outline.answer(round.before())).append('\n');
        text.append("rewrite: ").append(outline.answer(round.after())).append('\n');
        return text.toString();
    }

    /** Columns are no values. */
    static Counterexample ofColumns(List<String> before, List<String> after) {
        String text = "original: %s%nrewrite: %s".formatted(before, after);
        return new Counterexample(text, text);
    }

    private String answer(Answer answer) {
        return switch (answer) {
            case Rows rows -> rows.rows().isEmpty() ? "no rows" : rows(rows.rows());
            case Failure failure -> "fails with SQLSTATE " + failure.sqlState();
        };
    }

    private String rows(List<List<@Nullable String>> rows) {
        return rows.stream()
                .map(row -> row.stream().map(this::name).collect(joining(", ", "(", ")")))
                .collect(joining(", "));
    }

    /** a, b, …, z, a1, b1, … in the order of their appearance. */
    private String name(@Nullable String value) {
        if (value == null) {
            return "NULL";
        }
        int round = names.size() / 26;
        String next = (char) ('a' + names.size() % 26) + (round == 0 ? "" : String.valueOf(round));
        String known = names.putIfAbsent(value, next);
        return known == null ? next : known;
    }
}

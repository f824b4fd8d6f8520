package io.quern.bench.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A rule's page of tests, as far as it says which rewrites are right and which are not. The pages
 * are the optimizer's, whose tests describe them whole and run them on their data.
 *
 * @param name the rule's
 * @param schema creates the tables, with rows that the lab never sees
 */
record RulePage(String name, String schema, List<Case> cases) {
    private static final Set<String> OTHERS =
            Set.of("schema", "becomes", "ignores", "declines!", "same", "other");

    RulePage {
        cases = List.copyOf(cases);
    }

    /** What becomes of a statement. */
    enum Heading {
        /** The rule fires. */
        FIRES,
        /** A guard declines, and without it the rows differ on the page's data. */
        REFUTED,
        /** A guard declines, and without it the rule fires. */
        DECLINES;

        static Optional<Heading> of(String word) {
            return Stream.of(values())
                    .filter(heading -> heading.name().toLowerCase(Locale.ROOT).equals(word))
                    .findFirst();
        }
    }

    /**
     * A statement.
     *
     * @param codes the guard that declines, and those waived beside it
     * @param types the names of the parameters' types
     */
    record Case(
            int line,
            Heading heading,
            List<String> codes,
            String sql,
            List<String> types,
            List<String> path,
            String timeZone) {
        Case {
            codes = List.copyOf(codes);
            types = List.copyOf(types);
            path = List.copyOf(path);
        }

        /** With a text in place of another, wherever it stands. */
        private Case with(String placeholder, String text) {
            return new Case(
                    line,
                    heading,
                    codes,
                    sql.replace(placeholder, text),
                    types.stream().map(type -> type.replace(placeholder, text)).toList(),
                    path,
                    timeZone.replace(placeholder, text));
        }
    }

    /** The page of a rule, which must have one. */
    static RulePage read(String name) throws IOException {
        String file = "rule/" + name + ".sql";
        try (InputStream in = requireNonNull(RulePage.class.getResourceAsStream(file), file)) {
            return of(name, new String(in.readAllBytes(), UTF_8));
        }
    }

    static RulePage of(String name, String text) {
        StringBuilder schema = new StringBuilder();
        List<Case> cases = new ArrayList<>();
        List<String> lines = text.lines().toList();
        int at = 0;
        while (at < lines.size()) {
            int end = at + 1;
            while (end < lines.size() && !isHeading(lines.get(end))) {
                end++;
            }
            List<String> body = lines.subList(at + 1, end);
            List<String> words = words(lines.get(at));
            if (words.getFirst().equals("schema")) {
                body.forEach(line -> schema.append(line).append('\n'));
            }
            int line = at + 1;
            Heading.of(words.getFirst())
                    .ifPresent(h -> cases.addAll(cases(line, h, rest(words), body)));
            at = end;
        }
        return new RulePage(name, schema.toString(), cases);
    }

    private static boolean isHeading(String line) {
        String first = words(line).getFirst();
        return line.startsWith("-- ") && (OTHERS.contains(first) || Heading.of(first).isPresent());
    }

    /** The words of a comment. */
    private static List<String> words(String line) {
        return List.of(line.substring(Math.min(3, line.length())).strip().split("[ ,]+", -1));
    }

    private static List<String> rest(List<String> words) {
        return words.subList(1, words.size());
    }

    private static List<Case> cases(
            int line, Heading heading, List<String> codes, List<String> body) {
        List<String> types = new ArrayList<>();
        List<String> path = List.of("public");
        String timeZone = "UTC";
        List<String> sql = new ArrayList<>();
        List<String> loops = new ArrayList<>();
        for (String each : body) {
            if (each.startsWith("-- with ")) {
                types.add(words(each).get(1));
            } else if (each.startsWith("-- path ")) {
                path = rest(words(each));
            } else if (each.startsWith("-- set timezone = ")) {
                timeZone = each.substring(each.indexOf('\'') + 1, each.lastIndexOf('\''));
            } else if (each.startsWith("-- for ")) {
                loops.add(each.substring("-- for ".length()));
            } else {
                sql.add(each);
            }
        }
        String text = String.join("\n", sql).strip();
        List<Case> cases = List.of(new Case(line, heading, codes, text, types, path, timeZone));
        for (String loop : loops) {
            cases = cases.stream().flatMap(one -> repeated(one, loop)).toList();
        }
        return cases;
    }

    /** Once with each of a loop's texts for its placeholder. */
    private static Stream<Case> repeated(Case one, String loop) {
        int colon = loop.indexOf(':');
        String placeholder = "{" + loop.substring(0, colon).strip() + "}";
        return Stream.of(loop.substring(colon + 1).split("\\|", -1))
                .map(text -> one.with(placeholder, text.strip()));
    }
}

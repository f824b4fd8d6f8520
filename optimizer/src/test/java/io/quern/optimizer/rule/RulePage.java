package io.quern.optimizer.rule;

import io.quern.optimizer.outcome.Parameter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A rule's page of tests: a schema with rows and statements, each under a heading that says what
 * becomes of it. The headings:
 *
 * <pre>
 * -- schema            run once, rows included
 * -- fires             the rule fires, and every candidate returns the same columns and rows
 * -- becomes           behind fires: the first candidate, spaces aside
 * -- ignores           the rule does not see its pattern
 * -- declines CODE     the rule sees it and gives this reason; without the guard it would fire
 * -- declines! CODE    the same of a guard without which no edit can be made
 * -- refuted CODE …    declines, and without the guard (and the others named) the rows differ
 * -- same              behind fires: its edits may serve these literals too, and return the same
 * -- other             behind fires: these literals must get the original
 * </pre>
 *
 * Behind a heading may stand {@code -- with TYPE VALUE} for each parameter, {@code -- path SCHEMA,
 * …} for the search path, {@code -- set NAME = VALUE} for the session, and {@code -- for NAME: a |
 * b}, which repeats the case with each for {@code {NAME}}.
 */
record RulePage(String name, String schema, List<Case> cases) {

    enum Expectation {
        FIRES,
        IGNORES,
        DECLINES,
        DECLINES_ALWAYS,
        REFUTED,
        SAME,
        OTHER
    }

    /**
     * A statement and what is expected of it.
     *
     * @param codes the guard, and those waived beside it
     * @param becomes the first candidate; empty if it does not matter
     * @param base of SAME and OTHER, the statement whose edits are tried
     */
    record Case(
            int line,
            Expectation expectation,
            List<String> codes,
            String sql,
            String becomes,
            String base,
            List<Parameter> parameters,
            List<String> path,
            List<String> settings) {
        @Override
        public String toString() {
            String shown = sql.replaceAll("\\s+", " ");
            return line + " " + expectation + " " + codes + " " + shown;
        }
    }

    static RulePage read(String name) {
        try (var in = RulePage.class.getResourceAsStream(name + ".sql")) {
            if (in == null) {
                throw new IllegalStateException("no page " + name + ".sql");
            }
            return parse(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final Set<String> HEADINGS =
            Set.of(
                    "schema",
                    "fires",
                    "becomes",
                    "ignores",
                    "declines",
                    "declines!",
                    "refuted",
                    "same",
                    "other");

    private record Section(int line, String heading, List<String> words, List<String> body) {}

    private static RulePage parse(String name, String text) {
        List<Section> sections = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String[] words = line.substring(Math.min(3, line.length())).strip().split("[ ,]+", -1);
            if (line.startsWith("-- ") && HEADINGS.contains(words[0])) {
                List<String> rest = List.of(words).subList(1, words.length);
                sections.add(new Section(number, words[0], rest, new ArrayList<>()));
            } else if (!sections.isEmpty()) {
                sections.getLast().body().add(line);
            } else if (!line.isBlank() && !line.startsWith("--")) {
                throw new IllegalStateException(name + ":" + number + " is under no heading");
            }
        }
        StringBuilder schema = new StringBuilder();
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < sections.size(); i++) {
            Section section = sections.get(i);
            switch (section.heading()) {
                case "schema" -> schema.append(String.join("\n", section.body())).append('\n');
                case "becomes" -> {}
                default -> {
                    boolean becomes =
                            i + 1 < sections.size()
                                    && sections.get(i + 1).heading().equals("becomes");
                    String golden =
                            becomes ? String.join("\n", sections.get(i + 1).body()).strip() : "";
                    cases(section, golden, cases);
                }
            }
        }
        return new RulePage(name, schema.toString(), cases);
    }

    private static void cases(Section section, String becomes, List<Case> into) {
        List<Parameter> parameters = new ArrayList<>();
        List<String> path = List.of("public");
        List<String> settings = new ArrayList<>();
        List<String[]> loops = new ArrayList<>();
        List<String> sql = new ArrayList<>();
        for (String line : section.body()) {
            if (line.startsWith("-- with ")) {
                String[] parts = line.substring(8).strip().split(" ", 2);
                String value = parts.length > 1 ? parts[1] : "";
                parameters.add(new Parameter(parts[0], value.equals("NULL") ? null : value));
            } else if (line.startsWith("-- path ")) {
                path = List.of(line.substring(8).strip().split("[ ,]+"));
            } else if (line.startsWith("-- set ")) {
                settings.add(line.substring(3));
            } else if (line.startsWith("-- for ")) {
                loops.add(line.substring(7).split(":", 2));
            } else {
                sql.add(line);
            }
        }
        String base = "";
        boolean slots = section.heading().equals("same") || section.heading().equals("other");
        if (slots) {
            Case last =
                    into.reversed().stream()
                            .filter(c -> c.expectation() == Expectation.FIRES)
                            .findFirst()
                            .orElseThrow();
            base = last.sql();
            parameters.addAll(parameters.isEmpty() ? last.parameters() : List.of());
            path = last.path();
        }
        var one =
                new Case(
                        section.line(),
                        expectation(section.heading()),
                        section.words(),
                        String.join("\n", sql).strip(),
                        becomes,
                        base,
                        parameters,
                        path,
                        settings);
        expand(one, loops, into);
    }

    private static Expectation expectation(String heading) {
        return switch (heading) {
            case "fires" -> Expectation.FIRES;
            case "ignores" -> Expectation.IGNORES;
            case "declines" -> Expectation.DECLINES;
            case "declines!" -> Expectation.DECLINES_ALWAYS;
            case "refuted" -> Expectation.REFUTED;
            case "same" -> Expectation.SAME;
            default -> Expectation.OTHER;
        };
    }

    private static void expand(Case one, List<String[]> loops, List<Case> into) {
        if (loops.isEmpty()) {
            into.add(one);
            return;
        }
        String placeholder = "{" + loops.getFirst()[0].strip() + "}";
        for (String value : loops.getFirst()[1].split("\\|", -1)) {
            String text = value.strip();
            var next =
                    new Case(
                            one.line(),
                            one.expectation(),
                            one.codes(),
                            one.sql().replace(placeholder, text),
                            one.becomes().replace(placeholder, text),
                            one.base(),
                            one.parameters().stream()
                                    .map(p -> substituted(p, placeholder, text))
                                    .toList(),
                            one.path(),
                            one.settings().stream()
                                    .map(setting -> setting.replace(placeholder, text))
                                    .toList());
            expand(next, loops.subList(1, loops.size()), into);
        }
    }

    private static Parameter substituted(Parameter p, String placeholder, String text) {
        return new Parameter(
                p.type().replace(placeholder, text),
                p.value() == null ? null : p.value().replace(placeholder, text));
    }
}

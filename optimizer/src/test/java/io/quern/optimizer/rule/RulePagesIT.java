package io.quern.optimizer.rule;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.optimizer.Analysis;
import io.quern.optimizer.Candidate;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.CatalogFixture;
import io.quern.optimizer.Context;
import io.quern.optimizer.PostgresServer;
import io.quern.optimizer.Refusal;
import io.quern.optimizer.ServerAnalyzer;
import io.quern.optimizer.outcome.Outcome;
import io.quern.optimizer.outcome.Session;
import io.quern.optimizer.outcome.Slots;
import io.quern.optimizer.rewrite.Rewriter;
import io.quern.optimizer.rule.RulePage.Case;
import io.quern.optimizer.rule.RulePage.Expectation;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs every rule's page of tests ({@link RulePage}) on a real PostgreSQL, and sees to it that each
 * guard of each rule has a case that fails without it. {@code -Dquern.test.rule=NAME} runs one.
 */
final class RulePagesIT {
    private static final String ONLY = System.getProperty("quern.test.rule", "");

    @TestFactory
    Stream<DynamicContainer> pages() {
        return Rewriter.ALL.stream()
                .filter(rule -> ONLY.isEmpty() || rule.id().value().equals(ONLY))
                .map(rule -> container(rule.id().value(), rule));
    }

    /** The guards for all rules, on a page of their own. */
    @TestFactory
    Stream<DynamicContainer> everyRule() {
        return ONLY.isEmpty() || ONLY.equals("EveryRule")
                ? Stream.of(container("EveryRule", new TruncatedDateToRange()))
                : Stream.empty();
    }

    private static DynamicContainer container(String page, Rule rule) {
        RulePage tests = RulePage.read(page);
        Bench bench = new Bench(rule, tests);
        return DynamicContainer.dynamicContainer(
                page,
                tests.cases().stream()
                        .map(c -> DynamicTest.dynamicTest(c.toString(), () -> bench.run(c))));
    }

    private static final Pattern HOLDS =
            Pattern.compile(
                    "(?:\\.(?:holds|refuse)|new Unfit)\\([^\"]*?\"([a-z-]+)\"", Pattern.DOTALL);
    private static final Pattern REQUIRES = Pattern.compile("\\.requires\\(\\s*new (\\w+)\\(");

    /** A guard whose removal nobody would notice is none. */
    @TestFactory
    Stream<DynamicTest> everyGuardHasACase() {
        return Rewriter.ALL.stream()
                .filter(rule -> ONLY.isEmpty() || rule.id().value().equals(ONLY))
                .map(
                        rule ->
                                DynamicTest.dynamicTest(
                                        rule.id().value(),
                                        () ->
                                                assertThat(tested(rule.id().value()))
                                                        .containsAll(codes(rule))));
    }

    @Test
    void theGuardsForAllRulesHaveCases() {
        assertThat(tested("EveryRule"))
                .contains(
                        "not-select",
                        "locking",
                        "row-security",
                        "volatile",
                        "undetermined",
                        "search-path",
                        "ambiguous",
                        "moment");
    }

    private static Set<String> tested(String page) {
        return RulePage.read(page).cases().stream()
                .filter(
                        c ->
                                c.expectation() == Expectation.DECLINES
                                        || c.expectation() == Expectation.DECLINES_ALWAYS
                                        || c.expectation() == Expectation.REFUTED)
                .map(c -> c.codes().getFirst())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> codes(Rule rule) throws IOException {
        String[] room = rule.getClass().getPackageName().split("\\.", -1);
        String source =
                rule.alternatives()
                        ? sources(room[room.length - 1])
                        : source(room[room.length - 1], rule.getClass().getSimpleName());
        if (rule instanceof ComparisonRule) {
            source += source("rule", "ComparisonRule");
        }
        Set<String> codes = new HashSet<>();
        Matcher holds = HOLDS.matcher(source);
        while (holds.find()) {
            codes.add(holds.group(1));
        }
        Matcher requires = REQUIRES.matcher(source);
        while (requires.find()) {
            Matcher code =
                    Pattern.compile("String code\\(\\) \\{\\s*return \"([a-z-]+)\"")
                            .matcher(source("guard", requires.group(1)));
            assertThat(code.find()).isTrue();
            codes.add(code.group(1));
        }
        return codes;
    }

    /** A search is a room of its own. */
    private static String sources(String room) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(Path.of("src/main/java/io/quern/optimizer", room))) {
            for (Path file : files.toList()) {
                all.append(Files.readString(file, UTF_8));
            }
        }
        return all.toString();
    }

    private static String source(String room, String name) throws IOException {
        return Files.readString(
                Path.of("src/main/java/io/quern/optimizer", room, name + ".java"), UTF_8);
    }

    /** A page's database. */
    private record Database(Session session, ServerAnalyzer analyzer, Catalog catalog) {
        static Database of(String schema, Rule rule) throws SQLException {
            String name = PostgresServer.shared().createDatabase();
            Connection connection = PostgresServer.shared().connect(name);
            try (Statement s = connection.createStatement()) {
                s.execute(schema);
            }
            Catalog catalog = before(rule, CatalogFixture.read(connection));
            Session session = new Session(connection);
            session.tables();
            return new Database(
                    session, new ServerAnalyzer(PostgresServer.shared().connect(name)), catalog);
        }

        /** As of a server of the last version that does not do by itself what the rule does. */
        private static Catalog before(Rule rule, Catalog here) {
            return here.major() < rule.nativeFrom()
                    ? here
                    : here.ofVersion(rule.nativeFrom() * 10_000 - 1);
        }
    }

    /** Runs the cases of a page; its database is made when the first one runs. */
    private static final class Bench {
        private final Rule rule;
        private final RulePage page;
        private @Nullable Database opened;

        Bench(Rule rule, RulePage page) {
            this.rule = rule;
            this.page = page;
        }

        void run(Case one) throws SQLException {
            Session session = database().session();
            session.rollback();
            for (String setting : one.settings()) {
                session.execute(setting);
            }
            session.execute("SET search_path = " + String.join(", ", one.path()));
            switch (one.expectation()) {
                case FIRES -> fires(one);
                case IGNORES -> ignores(one);
                case DECLINES -> declines(one, true);
                case DECLINES_ALWAYS -> declines(one, false);
                case REFUTED -> refuted(one);
                case SAME -> same(one);
                case OTHER ->
                        assertThat(admits(first(one, one.base()), one.base(), one.sql()))
                                .as("the edits serve these literals too")
                                .isFalse();
            }
        }

        private Database database() throws SQLException {
            Database now = opened;
            if (now == null) {
                now = Database.of(page.schema(), rule);
                opened = now;
            }
            return now;
        }

        private Analysis analyse(Case one, String sql, Set<String> waived) throws SQLException {
            return new Rewriter(database().analyzer(), List.of(rule), waived)
                    .analyse(
                            new io.quern.optimizer.Statement(
                                    sql, database().session().types(one.parameters())),
                            new Context(database().catalog(), one.path(), "UTC"));
        }

        private void fires(Case one) throws SQLException {
            Analysis analysis = analyse(one, one.sql(), Set.of());
            assertThat(analysis.refusals()).as("refusals").isEmpty();
            assertThat(analysis.candidates()).as("candidates").isNotEmpty();
            Outcome before = outcome(one, one.sql());
            for (Candidate candidate : analysis.candidates()) {
                assertThat(outcome(one, candidate.sql())).as(candidate.sql()).isEqualTo(before);
            }
            if (!one.becomes().isEmpty()) {
                assertThat(spaced(analysis.candidates().getFirst().sql()))
                        .isEqualTo(spaced(one.becomes()));
            }
        }

        private static String spaced(String sql) {
            return sql.replaceAll("\\s+", " ").strip();
        }

        private void ignores(Case one) throws SQLException {
            Analysis analysis = analyse(one, one.sql(), Set.of());
            assertThat(analysis.parsed()).as("parsed").isTrue();
            assertThat(analysis.refusals()).as("refusals").isEmpty();
            assertThat(analysis.candidates()).as("candidates").isEmpty();
        }

        private void declines(Case one, boolean waivable) throws SQLException {
            Analysis analysis = analyse(one, one.sql(), Set.of());
            assertThat(analysis.refusals())
                    .extracting(Refusal::code)
                    .as("refusals %s", analysis.refusals())
                    .contains(one.codes().getFirst());
            assertThat(analysis.candidates()).as("candidates").isEmpty();
            if (waivable) {
                Analysis waived = analyse(one, one.sql(), Set.copyOf(one.codes()));
                assertThat(waived.candidates())
                        .as("candidates without the guard; refusals %s", waived.refusals())
                        .isNotEmpty();
            }
        }

        private void refuted(Case one) throws SQLException {
            declines(one, true);
            Candidate wrong =
                    analyse(one, one.sql(), Set.copyOf(one.codes())).candidates().getFirst();
            assertThat(outcome(one, wrong.sql()))
                    .as(wrong.sql())
                    .isNotEqualTo(outcome(one, one.sql()));
        }

        private Candidate first(Case one, String sql) throws SQLException {
            Analysis analysis = analyse(one, sql, Set.of());
            assertThat(analysis.candidates()).as("candidates").isNotEmpty();
            return analysis.candidates().getFirst();
        }

        private void same(Case one) throws SQLException {
            Candidate candidate = first(one, one.base());
            assertThat(admits(candidate, one.base(), one.sql()))
                    .as("the edits serve these literals")
                    .isTrue();
            String rewritten = Slots.rewritten(candidate, one.base(), one.sql()).orElseThrow();
            assertThat(outcome(one, rewritten)).as(rewritten).isEqualTo(outcome(one, one.sql()));
        }

        private static boolean admits(Candidate candidate, String base, String other) {
            assertThat(Slots.alike(base, other)).as("skeleton").isTrue();
            return Slots.admits(candidate, other);
        }

        private Outcome outcome(Case one, String sql) throws SQLException {
            return database().session().run(sql, one.parameters()).sorted();
        }
    }
}

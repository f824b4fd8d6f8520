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
import io.quern.optimizer.lex.Lexer;
import io.quern.optimizer.rewrite.Rewriter;
import io.quern.optimizer.rule.RulePage.Case;
import io.quern.optimizer.rule.RulePage.Expectation;
import io.quern.optimizer.rule.RulePage.Parameter;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
    private record Database(Connection connection, ServerAnalyzer analyzer, Catalog catalog) {
        static Database of(String schema, Rule rule) throws SQLException {
            String name = PostgresServer.shared().createDatabase();
            Connection connection = PostgresServer.shared().connect(name);
            try (Statement s = connection.createStatement()) {
                s.execute(schema);
            }
            return new Database(
                    connection,
                    new ServerAnalyzer(PostgresServer.shared().connect(name)),
                    before(rule, CatalogFixture.read(connection)));
        }

        /** As of a server of the last version that does not do by itself what the rule does. */
        private static Catalog before(Rule rule, Catalog here) {
            return here.major() < rule.nativeFrom()
                    ? here
                    : new Catalog(
                            here.database(),
                            rule.nativeFrom() * 10_000 - 1,
                            here.tables(),
                            here.otherRelations(),
                            here.routines());
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
            try (Statement s = database().connection().createStatement()) {
                s.execute("RESET ALL");
                for (String setting : one.settings()) {
                    s.execute(setting);
                }
                s.execute("SET search_path = " + String.join(", ", one.path()));
            }
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
            List<Integer> types = new ArrayList<>();
            for (Parameter parameter : one.parameters()) {
                types.add(parameter.type().equals("unknown") ? 0 : oid(parameter.type()));
            }
            return new Rewriter(database().analyzer(), List.of(rule), waived)
                    .analyse(
                            new io.quern.optimizer.Statement(sql, types),
                            new Context(database().catalog(), one.path(), "UTC"));
        }

        private int oid(String type) throws SQLException {
            try (Statement s = database().connection().createStatement();
                    ResultSet row = s.executeQuery("SELECT '" + type + "'::regtype::oid::bigint")) {
                row.next();
                return (int) row.getLong(1);
            }
        }

        private void fires(Case one) throws SQLException {
            Analysis analysis = analyse(one, one.sql(), Set.of());
            assertThat(analysis.refusals()).as("refusals").isEmpty();
            assertThat(analysis.candidates()).as("candidates").isNotEmpty();
            String before = rows(one, one.sql());
            for (Candidate candidate : analysis.candidates()) {
                assertThat(rows(one, candidate.sql())).as(candidate.sql()).isEqualTo(before);
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
            assertThat(rows(one, wrong.sql())).as(wrong.sql()).isNotEqualTo(rows(one, one.sql()));
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
            byte[] bytes = one.sql().getBytes(UTF_8);
            Lexer lexer = new Lexer();
            assertThat(lexer.lex(bytes, 0, bytes.length, true)).isTrue();
            String rewritten = new String(lexer.splice(candidate.edits()), UTF_8);
            assertThat(rows(one, rewritten)).as(rewritten).isEqualTo(rows(one, one.sql()));
        }

        /** Whether a candidate may act on another text of the same tokens. */
        private static boolean admits(Candidate candidate, String base, String other) {
            Lexer mine = lexed(base);
            Lexer others = lexed(other);
            assertThat(Arrays.copyOf(others.skeleton(), others.skeletonLength()))
                    .as("skeleton")
                    .isEqualTo(Arrays.copyOf(mine.skeleton(), mine.skeletonLength()));
            return candidate.checks().stream().allMatch(others::holds);
        }

        private static Lexer lexed(String text) {
            byte[] bytes = text.getBytes(UTF_8);
            Lexer lexer = new Lexer();
            assertThat(lexer.lex(bytes, 0, bytes.length, true)).isTrue();
            return lexer;
        }

        /** Columns and sorted rows, or the SQLSTATE of the error. */
        private String rows(Case one, String sql) throws SQLException {
            boolean change =
                    !sql.strip()
                            .toLowerCase(java.util.Locale.ROOT)
                            .matches("(?s)(select|with|values|table|\\().*");
            String types =
                    one.parameters().stream()
                            .map(Parameter::type)
                            .collect(Collectors.joining(", "));
            String values =
                    one.parameters().stream()
                            .map(p -> p.value() == null ? "NULL" : "'" + p.value() + "'")
                            .collect(Collectors.joining(", "));
            try (Statement s = database().connection().createStatement()) {
                if (change) {
                    s.execute("BEGIN");
                }
                try {
                    s.execute(
                            "PREPARE quern_test"
                                    + (types.isEmpty() ? "" : "(" + types + ")")
                                    + " AS "
                                    + sql);
                    String call =
                            "EXECUTE quern_test" + (types.isEmpty() ? "" : "(" + values + ")");
                    if (change) {
                        return "changed " + s.executeUpdate(call);
                    }
                    try (ResultSet rows = s.executeQuery(call)) {
                        return read(rows);
                    }
                } catch (SQLException e) {
                    return "error " + e.getSQLState();
                } finally {
                    if (change) {
                        s.execute("ROLLBACK");
                    }
                    s.execute("DEALLOCATE ALL");
                }
            }
        }

        private static String read(ResultSet rows) throws SQLException {
            var shape = rows.getMetaData();
            int width = shape.getColumnCount();
            StringBuilder head = new StringBuilder();
            for (int i = 1; i <= width; i++) {
                head.append(shape.getColumnName(i)).append(' ').append(shape.getColumnTypeName(i));
                head.append(' ').append(shape.getPrecision(i)).append('|');
            }
            List<String> lines = new ArrayList<>();
            while (rows.next()) {
                lines.add(
                        IntStream.rangeClosed(1, width)
                                .mapToObj(i -> value(rows, i))
                                .collect(Collectors.joining("|")));
            }
            lines.sort(null);
            return head + "\n" + String.join("\n", lines);
        }

        private static String value(ResultSet rows, int column) {
            try {
                return String.valueOf(rows.getString(column));
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}

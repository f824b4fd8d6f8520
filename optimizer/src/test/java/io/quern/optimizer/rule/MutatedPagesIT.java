package io.quern.optimizer.rule;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.optimizer.Candidate;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.CatalogFixture;
import io.quern.optimizer.Context;
import io.quern.optimizer.PostgresServer;
import io.quern.optimizer.ServerAnalyzer;
import io.quern.optimizer.lex.Lexer;
import io.quern.optimizer.rewrite.Rewriter;
import io.quern.optimizer.rule.RulePage.Case;
import io.quern.optimizer.rule.RulePage.Parameter;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Runs all rules together on what random changes make of the statements on the rules' pages, with
 * random rows of the pages' data gone or NULL, and compares every candidate with its original, also
 * with other literals. So a rule meets what it was not written for: other rules' work, joins,
 * operators, columns and brackets of all kinds around its pattern.
 *
 * <p>{@code -Dquern.test.differential=SECONDS} runs longer, {@code -Dquern.test.seed=N} again,
 * {@code -Dquern.test.rule=NAME} with one page.
 */
final class MutatedPagesIT {
    private static final int SECONDS = Integer.getInteger("quern.test.differential", 12);
    private static final long SEED = Long.getLong("quern.test.seed", 20_241);
    private static final String ONLY = System.getProperty("quern.test.rule", "");
    private static final int MOST_DIFFERENCES = Integer.getInteger("quern.test.differences", 3);

    /** A page of statements and data that are hard for any rule. */
    private static final String ANY = "AnyRule";

    private static final int PER_ROUND = 25;
    private static final int MOST_ROWS = 20_000;

    private final Random random = new Random(SEED);
    private final Map<String, Page> pages = new HashMap<>();
    private final Map<String, Integer> compared = new TreeMap<>();
    private final List<String> differences = new ArrayList<>();
    private int asked;
    private int candidates;
    private int otherLiterals;

    /** A page's database, and what its statements become. */
    private record Page(
            Connection connection,
            Rewriter rewriter,
            Catalog catalog,
            List<String> tables,
            List<Case> cases,
            Mutations mutations) {}

    @Test
    void noChangedStatementIsMadeWrong() throws SQLException {
        List<String> names =
                Rewriter.ALL.stream()
                        .map(rule -> rule.id().value())
                        .filter(name -> ONLY.isEmpty() || name.equals(ONLY))
                        .collect(Collectors.toList());
        if (ONLY.isEmpty() || ONLY.equals(ANY)) {
            names.add(ANY);
        }
        Collections.shuffle(names, random);
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        for (int i = 0; System.nanoTime() < end && differences.size() < MOST_DIFFERENCES; i++) {
            round(page(names.get(i % names.size())));
        }
        System.out.printf(
                "%d statements, %d candidates %s and %d texts with other literals compared, seed"
                        + " %d%n",
                asked, candidates, compared, otherLiterals, SEED);
        assertThat(differences).isEmpty();
        assertThat(candidates).isGreaterThan(SECONDS);
    }

    private Page page(String name) throws SQLException {
        Page known = pages.get(name);
        if (known != null) {
            return known;
        }
        RulePage page = RulePage.read(name);
        String database = PostgresServer.shared().createDatabase();
        Connection c = PostgresServer.shared().connect(database);
        try (Statement s = c.createStatement()) {
            s.execute(page.schema());
            s.execute("SET statement_timeout = '2s'");
        }
        c.setAutoCommit(false);
        Catalog catalog = CatalogFixture.read(c);
        c.commit();
        List<Case> cases = page.cases();
        Page opened =
                new Page(
                        c,
                        new Rewriter(new ServerAnalyzer(PostgresServer.shared().connect(database))),
                        catalog,
                        tables(c),
                        cases,
                        new Mutations(random, cases.stream().map(Case::sql).distinct().toList()));
        pages.put(name, opened);
        return opened;
    }

    private static List<String> tables(Connection c) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Statement s = c.createStatement();
                ResultSet rows =
                        s.executeQuery(
                                "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r'"
                                        + " AND relnamespace = 'public'::regnamespace ORDER BY 1")) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    private void round(Page page) throws SQLException {
        try (Statement s = page.connection().createStatement()) {
            s.setEscapeProcessing(false);
            disturb(s, page);
            Catalog here = page.catalog();
            Catalog catalog =
                    random.nextBoolean()
                            ? here
                            : new Catalog(
                                    here.database(),
                                    159_999,
                                    here.tables(),
                                    here.otherRelations(),
                                    here.routines());
            for (int i = 0; i < PER_ROUND && differences.size() < MOST_DIFFERENCES; i++) {
                Case one = page.cases().get(random.nextInt(page.cases().size()));
                s.execute("SET LOCAL search_path = " + String.join(", ", one.path()));
                String sql = random.nextInt(10) == 0 ? one.sql() : page.mutations().of(one.sql());
                attack(s, page, one, sql, new Context(catalog, one.path(), "UTC"));
            }
        } finally {
            page.connection().rollback();
        }
    }

    /** Takes rows away and makes values NULL, where the schema lets it. */
    private void disturb(Statement s, Page page) throws SQLException {
        s.execute("SELECT setseed(" + random.nextDouble() + ")");
        for (String table : page.tables()) {
            switch (random.nextInt(6)) {
                case 0 -> attempt(s, "DELETE FROM " + table + " WHERE random() < 0.8");
                case 1 -> attempt(s, "DELETE FROM " + table);
                default -> {}
            }
        }
        s.execute("SET LOCAL enable_seqscan = " + (random.nextBoolean() ? "on" : "off"));
        s.execute("SET LOCAL enable_hashjoin = " + (random.nextBoolean() ? "on" : "off"));
    }

    private static void attempt(Statement s, String sql) throws SQLException {
        s.execute("SAVEPOINT here");
        try {
            s.execute(sql);
        } catch (SQLException e) {
            s.execute("ROLLBACK TO here");
        }
    }

    private void attack(Statement s, Page page, Case one, String sql, Context context)
            throws SQLException {
        asked++;
        List<Integer> types = new ArrayList<>();
        for (Parameter p : one.parameters()) {
            try (ResultSet oid =
                    s.executeQuery("SELECT '" + p.type() + "'::regtype::oid::bigint")) {
                oid.next();
                types.add((int) oid.getLong(1));
            }
        }
        List<Candidate> found =
                page.rewriter()
                        .analyse(new io.quern.optimizer.Statement(sql, types), context)
                        .candidates();
        if (found.isEmpty()) {
            return;
        }
        String before = run(s, page, one, sql);
        if (before == null) {
            return;
        }
        for (Candidate candidate : found) {
            candidates++;
            candidate.rules().forEach(r -> compared.merge(r.value(), 1, Integer::sum));
            compare(
                    candidate,
                    one,
                    sql,
                    candidate.sql(),
                    before,
                    run(s, page, one, candidate.sql()));
            for (int i = 0; i < 2; i++) {
                withOtherLiterals(s, page, one, sql, candidate);
            }
        }
    }

    private void withOtherLiterals(
            Statement s, Page page, Case one, String sql, Candidate candidate) throws SQLException {
        byte[] bytes = sql.getBytes(UTF_8);
        Lexer lexer = new Lexer();
        assertThat(lexer.lex(bytes, 0, bytes.length, true)).isTrue();
        byte[] skeleton = Arrays.copyOf(lexer.skeleton(), lexer.skeletonLength());
        StringBuilder text = new StringBuilder();
        int at = 0;
        for (int token = 0; token < lexer.count(); token++) {
            int start = lexer.start(token);
            if (lexer.kind(token).literal() && random.nextInt(3) == 0) {
                String literal = new String(bytes, start, lexer.end(token) - start, UTF_8);
                text.append(new String(bytes, at, start - at, UTF_8));
                text.append(page.mutations().literal(literal));
                at = lexer.end(token);
            }
        }
        text.append(new String(bytes, at, bytes.length - at, UTF_8));
        byte[] other = text.toString().getBytes(UTF_8);
        if (at == 0
                || !lexer.lex(other, 0, other.length, true)
                || !Arrays.equals(skeleton, Arrays.copyOf(lexer.skeleton(), lexer.skeletonLength()))
                || !candidate.checks().stream().allMatch(lexer::holds)) {
            return;
        }
        String rewritten = new String(lexer.splice(candidate.edits()), UTF_8);
        String before = run(s, page, one, text.toString());
        if (before != null) {
            otherLiterals++;
            compare(
                    candidate,
                    one,
                    text.toString(),
                    rewritten,
                    before,
                    run(s, page, one, rewritten));
        }
    }

    private void compare(
            Candidate candidate,
            Case one,
            String original,
            String rewritten,
            String before,
            @Nullable String after) {
        if (!before.startsWith("error") && after != null && !before.equals(after)) {
            String difference =
                    "%n%s %s%n%s%n-- became%n%s%n-- returned%n%s%n-- and now%n%s%n"
                            .formatted(
                                    candidate.rules(),
                                    one.parameters(),
                                    original,
                                    rewritten,
                                    cut(before, after),
                                    cut(after, before));
            System.out.println(difference);
            differences.add(difference);
        }
    }

    /** The first rows of one result that the other has not. */
    private static String cut(String text, String other) {
        List<String> lines = new ArrayList<>(text.lines().toList());
        other.lines().forEach(lines::remove);
        return lines.stream().limit(4).collect(Collectors.joining("\n"));
    }

    /** What a client sees and what it leaves behind; null if nothing can be said. */
    private static @Nullable String run(Statement s, Page page, Case one, String sql)
            throws SQLException {
        String types =
                one.parameters().stream().map(Parameter::type).collect(Collectors.joining(", "));
        String values =
                one.parameters().stream()
                        .map(p -> p.value() == null ? "NULL" : "'" + p.value() + "'")
                        .collect(Collectors.joining(", "));
        s.execute("SAVEPOINT run");
        try {
            s.execute("PREPARE q" + (types.isEmpty() ? "" : "(" + types + ")") + " AS " + sql);
            boolean rows = s.execute("EXECUTE q" + (types.isEmpty() ? "" : "(" + values + ")"));
            if (rows) {
                try (ResultSet result = s.getResultSet()) {
                    String all = read(result);
                    return result.isAfterLast() || all.isEmpty() ? all : null;
                }
            }
            StringBuilder left = new StringBuilder("changed " + s.getUpdateCount());
            for (String table : page.tables()) {
                try (ResultSet all = s.executeQuery("SELECT t::text FROM " + table + " t")) {
                    left.append('\n').append(read(all));
                }
            }
            return left.toString();
        } catch (SQLException e) {
            String state = String.valueOf(e.getSQLState());
            return state.equals("57014") ? null : "error " + state;
        } finally {
            s.execute("ROLLBACK TO run");
            s.execute("DEALLOCATE ALL");
        }
    }

    private static String read(ResultSet rows) throws SQLException {
        int width = rows.getMetaData().getColumnCount();
        List<String> lines = new ArrayList<>();
        while (lines.size() < MOST_ROWS && rows.next()) {
            lines.add(
                    IntStream.rangeClosed(1, width)
                            .mapToObj(i -> value(rows, i))
                            .collect(Collectors.joining("|")));
        }
        lines.sort(null);
        return String.join("\n", lines);
    }

    private static String value(ResultSet rows, int column) {
        try {
            return String.valueOf(rows.getString(column));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}

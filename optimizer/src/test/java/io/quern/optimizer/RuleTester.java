package io.quern.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.optimizer.lex.Lexer;
import io.quern.optimizer.rewrite.Rewriter;
import io.quern.optimizer.rule.Rule;

import org.assertj.core.api.AbstractBooleanAssert;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Tests one rule against a real PostgreSQL: does it fire, why not, and are the rows the same.
 * Immutable: each {@code with…} returns another tester.
 */
public final class RuleTester {
    private final Rule rule;
    private final String database;
    private final Catalog catalog;
    private final String sql;
    private final List<Integer> types;
    private final List<Object> values;
    private final List<String> searchPath;

    private RuleTester(
            Rule rule,
            String database,
            Catalog catalog,
            String sql,
            List<Integer> types,
            List<Object> values,
            List<String> searchPath) {
        this.rule = rule;
        this.database = database;
        this.catalog = catalog;
        this.sql = sql;
        this.types = types;
        this.values = values;
        this.searchPath = searchPath;
    }

    /** A tester on a fresh database in which the script was run. */
    public static RuleTester of(Rule rule, String script) {
        String database = PostgresServer.shared().createDatabase();
        try (Connection c = PostgresServer.shared().connect(database);
                Statement s = c.createStatement()) {
            s.execute(script);
            return new RuleTester(
                    rule,
                    database,
                    CatalogFixture.read(c),
                    "",
                    List.of(),
                    List.of(),
                    List.of("public"));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public RuleTester withRule(Rule other) {
        return new RuleTester(other, database, catalog, sql, types, values, searchPath);
    }

    public RuleTester on(String statement) {
        return new RuleTester(rule, database, catalog, statement, types, values, searchPath);
    }

    /** The next parameter: its type as the statement declares it, and its text. */
    public RuleTester withParameter(int type, Object value) {
        return new RuleTester(
                rule, database, catalog, sql, plus(types, type), plus(values, value), searchPath);
    }

    public RuleTester withSearchPath(String... schemas) {
        return new RuleTester(rule, database, catalog, sql, types, values, List.of(schemas));
    }

    private static <T> List<T> plus(List<T> list, T element) {
        List<T> more = new ArrayList<>(list);
        more.add(element);
        return List.copyOf(more);
    }

    private Analysis analyse() {
        return new Rewriter(List.of(rule))
                .analyse(
                        new io.quern.optimizer.Statement(sql, types),
                        new Context(catalog, searchPath, "UTC"));
    }

    /** The rule declines, with this code. */
    public void declines(String code) {
        Analysis analysis = analyse();
        assertThat(analysis.candidates()).isEmpty();
        assertThat(analysis.refusals()).extracting(Refusal::code).contains(code);
    }

    /** The rule does not even see its pattern. */
    public void ignores() {
        Analysis analysis = analyse();
        assertThat(analysis.parsed()).isTrue();
        assertThat(analysis.candidates()).isEmpty();
        assertThat(analysis.refusals()).isEmpty();
    }

    /** The rule fires, every candidate returns the same shape and rows; returns the first's SQL. */
    public String sameRows() {
        try (Connection c = PostgresServer.shared().connect(database)) {
            Analysis analysis = analyse();
            assertThat(analysis.refusals()).as("refusals").isEmpty();
            assertThat(analysis.candidates()).as("candidates").isNotEmpty();
            String before = run(c, sql);
            for (Candidate candidate : analysis.candidates()) {
                assertThat(run(c, candidate.sql())).as(candidate.sql()).isEqualTo(before);
            }
            return analysis.candidates().getFirst().sql();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * The rule fires; whether its first candidate may act on another text. The texts have the same
     * tokens but for the values of literals.
     */
    public AbstractBooleanAssert<?> checks(String other) {
        Analysis analysis = analyse();
        assertThat(analysis.candidates()).as("candidates").isNotEmpty();
        Lexer mine = lexed(sql);
        Lexer others = lexed(other);
        assertThat(Arrays.copyOf(others.skeleton(), others.skeletonLength()))
                .as("skeleton")
                .isEqualTo(Arrays.copyOf(mine.skeleton(), mine.skeletonLength()));
        byte[] bytes = other.getBytes(StandardCharsets.UTF_8);
        return assertThat(
                analysis.candidates().getFirst().checks().stream()
                        .allMatch(
                                c ->
                                        c.holds(
                                                bytes,
                                                others.start(c.token()),
                                                others.end(c.token()))));
    }

    private static Lexer lexed(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Lexer lexer = new Lexer();
        assertThat(lexer.lex(bytes, 0, bytes.length, true)).isTrue();
        return lexer;
    }

    /** The rule fires and is wrong: it lacks a guard. */
    public void differs() {
        try (Connection c = PostgresServer.shared().connect(database)) {
            Analysis analysis = analyse();
            assertThat(analysis.candidates()).as("candidates").isNotEmpty();
            assertThat(run(c, analysis.candidates().getFirst().sql()))
                    .as(analysis.candidates().getFirst().sql())
                    .isNotEqualTo(run(c, sql));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Columns and sorted rows, or the SQLSTATE of the error. */
    private String run(Connection c, String text) throws SQLException {
        try (Statement s = c.createStatement()) {
            s.execute("SET search_path = " + String.join(", ", searchPath));
            String parameters =
                    types.isEmpty()
                            ? ""
                            : types.stream()
                                    .map(oid -> typeName(c, oid))
                                    .collect(Collectors.joining(", ", "(", ")"));
            String arguments =
                    values.isEmpty()
                            ? ""
                            : values.stream()
                                    .map(v -> "'" + v + "'")
                                    .collect(Collectors.joining(", ", "(", ")"));
            try {
                s.execute("PREPARE quern_test" + parameters + " AS " + text);
                try (ResultSet rows = s.executeQuery("EXECUTE quern_test" + arguments)) {
                    return read(rows);
                }
            } catch (SQLException e) {
                return "error " + e.getSQLState();
            } finally {
                s.execute("DEALLOCATE ALL");
            }
        }
    }

    private static String typeName(Connection c, int oid) {
        try (Statement s = c.createStatement();
                ResultSet row = s.executeQuery("SELECT " + oid + "::regtype")) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String read(ResultSet rows) throws SQLException {
        var shape = rows.getMetaData();
        int width = shape.getColumnCount();
        String head =
                IntStream.rangeClosed(1, width)
                        .mapToObj(
                                i -> {
                                    try {
                                        return shape.getColumnName(i)
                                                + " "
                                                + shape.getColumnTypeName(i);
                                    } catch (SQLException e) {
                                        throw new IllegalStateException(e);
                                    }
                                })
                        .collect(Collectors.joining(", "));
        List<String> lines = new ArrayList<>();
        while (rows.next()) {
            StringBuilder line = new StringBuilder();
            for (int i = 1; i <= width; i++) {
                line.append(rows.getString(i)).append('|');
            }
            lines.add(line.toString());
        }
        lines.sort(null);
        return head + "\n" + String.join("\n", lines);
    }
}

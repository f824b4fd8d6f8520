package io.quern.optimizer.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Candidate;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.CatalogFixture;
import io.quern.optimizer.Context;
import io.quern.optimizer.PostgresServer;
import io.quern.optimizer.ServerAnalyzer;
import io.quern.optimizer.lex.Lexer;
import io.quern.optimizer.rewrite.RandomStatements.Prepared;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Runs random statements and every rewrite of them on random rows of a real PostgreSQL, then the
 * same edits on the same tokens with other literals, as the gate does. Rows must be the same, and
 * no error may come that the original does not raise.
 *
 * <p>{@code -Dquern.test.differential=SECONDS} runs longer, {@code -Dquern.test.seed=N} again.
 */
final class RewriteDifferentialIT {
    private static final int SECONDS = Integer.getInteger("quern.test.differential", 8);
    private static final long SEED = Long.getLong("quern.test.seed", 20_241);
    private static final int AT_LEAST = 300;

    private final Random random = new Random(SEED);
    private final RandomStatements statements = new RandomStatements(random);
    private @Nullable Rewriter rewriter;
    private final List<String> differences = new ArrayList<>();
    private final Map<String, Integer> rules = new TreeMap<>();
    private int asked;
    private int candidates;
    private int withOtherLiterals;
    private int withRows;
    private int errorsGone;

    @Test
    void noRewriteReturnsOtherRows() throws SQLException {
        String database = PostgresServer.shared().createDatabase();
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        try (Connection c = PostgresServer.shared().connect(database);
                Statement s = c.createStatement()) {
            s.execute(RandomStatements.SCHEMA);
            Catalog here = read(c);
            Catalog older =
                    new Catalog(
                            here.database(),
                            159_999,
                            here.tables(),
                            here.otherRelations(),
                            here.routines());
            rewriter = new Rewriter(new ServerAnalyzer(PostgresServer.shared().connect(database)));
            for (int i = 0;
                    differences.size() < 3
                            && (System.nanoTime() < end || (candidates < AT_LEAST && i < 50_000));
                    i++) {
                if (i % 20 == 0) {
                    s.execute(statements.rows());
                    s.execute("SET enable_seqscan = " + (random.nextBoolean() ? "on" : "off"));
                    s.execute(
                            "SET plan_cache_mode = "
                                    + (random.nextBoolean()
                                            ? "force_generic_plan"
                                            : "force_custom_plan"));
                }
                // an older server leaves more to the rules
                Catalog catalog = i / 20 % 2 == 0 ? here : older;
                attack(s, statements.next(), new Context(catalog, List.of("public"), "UTC"));
            }
        }
        System.out.printf(
                "%d statements, %d candidates %s and %d texts with other literals compared, %d with rows, %d errors"
                        + " gone, seed %d%n",
                asked, candidates, rules, withOtherLiterals, withRows, errorsGone, SEED);
        assertThat(differences).isEmpty();
        assertThat(candidates).isGreaterThanOrEqualTo(AT_LEAST);
        assertThat(withRows).isGreaterThanOrEqualTo(AT_LEAST / 2);
        assertThat(withOtherLiterals).isGreaterThanOrEqualTo(AT_LEAST / 2);
    }

    private static Catalog read(Connection c) throws SQLException {
        return CatalogFixture.read(c);
    }

    private void attack(Statement s, Prepared original, Context context) throws SQLException {
        asked++;
        List<Candidate> found =
                requireNonNull(rewriter)
                        .analyse(
                                new io.quern.optimizer.Statement(original.sql(), original.types()),
                                context)
                        .candidates();
        if (found.isEmpty()) {
            return;
        }
        Outcome before = run(s, original, original.sql());
        if (before.unprepared()) {
            return;
        }
        for (Candidate candidate : found) {
            candidates++;
            rules.merge(candidate.rules().toString(), 1, Integer::sum);
            compare(original.sql(), candidate.sql(), before, run(s, original, candidate.sql()));
            for (int i = 0; i < 3; i++) {
                otherLiterals(s, original, candidate);
            }
        }
    }

    /** The same tokens with other values, as another execution may bring them. */
    private void otherLiterals(Statement s, Prepared original, Candidate candidate)
            throws SQLException {
        Lexer lexer = new Lexer();
        byte[] bytes = original.sql().getBytes(UTF_8);
        assertThat(lexer.lex(bytes, 0, bytes.length, true)).isTrue();
        byte[] skeleton = Arrays.copyOf(lexer.skeleton(), lexer.skeletonLength());
        StringBuilder text = new StringBuilder();
        int at = 0;
        for (int token = 0; token < lexer.count(); token++) {
            if (lexer.kind(token).literal() && random.nextInt(3) == 0) {
                String literal =
                        new String(
                                bytes,
                                lexer.start(token),
                                lexer.end(token) - lexer.start(token),
                                UTF_8);
                text.append(new String(bytes, at, lexer.start(token) - at, UTF_8));
                text.append(statements.otherLiteral(literal));
                at = lexer.end(token);
            }
        }
        text.append(new String(bytes, at, bytes.length - at, UTF_8));
        byte[] other = text.toString().getBytes(UTF_8);
        if (!lexer.lex(other, 0, other.length, true)
                || !Arrays.equals(skeleton, Arrays.copyOf(lexer.skeleton(), lexer.skeletonLength()))
                || !candidate.checks().stream().allMatch(lexer::holds)) {
            return;
        }
        String rewritten = new String(lexer.splice(candidate.edits()), UTF_8);
        Outcome before = run(s, original, text.toString());
        if (!text.toString().equals(original.sql()) && !before.unprepared()) {
            withOtherLiterals++;
        }
        compare(text.toString(), rewritten, before, run(s, original, rewritten));
    }

    /** Rows or an error, and whether it could be prepared. */
    private record Outcome(String text, int rows, boolean error, boolean unprepared) {}

    private void compare(String original, String rewritten, Outcome before, Outcome after) {
        withRows += before.rows() > 0 ? 1 : 0;
        if (before.error() && !after.error()) {
            errorsGone++;
        } else if (!before.text().equals(after.text())) {
            differences.add(
                    "%n%s%n-- became%n%s%n-- returned%n%s%n-- and now%n%s%n"
                            .formatted(original, rewritten, before.text(), after.text()));
        }
    }

    private static Outcome run(Statement s, Prepared parameters, String sql) throws SQLException {
        String types =
                parameters.types().stream()
                        .map(
                                oid ->
                                        switch (oid) {
                                            case 23 -> "int4";
                                            case 25 -> "text";
                                            default -> "timestamp";
                                        })
                        .collect(Collectors.joining(", "));
        String arguments =
                parameters.values().stream()
                        .map(RandomStatements::quoted)
                        .collect(Collectors.joining(", "));
        try {
            s.execute("PREPARE q" + (types.isEmpty() ? "" : "(" + types + ")") + " AS " + sql);
        } catch (SQLException e) {
            return new Outcome("unprepared " + e.getSQLState(), 0, true, true);
        }
        try (ResultSet rows =
                s.executeQuery("EXECUTE q" + (types.isEmpty() ? "" : "(" + arguments + ")"))) {
            int width = rows.getMetaData().getColumnCount();
            List<String> lines = new ArrayList<>();
            while (rows.next()) {
                lines.add(
                        IntStream.rangeClosed(1, width)
                                .mapToObj(i -> value(rows, i))
                                .collect(Collectors.joining("|")));
            }
            lines.sort(null);
            return new Outcome(String.join("\n", lines), lines.size(), false, false);
        } catch (SQLException e) {
            return new Outcome("error " + e.getSQLState(), 0, true, false);
        } finally {
            s.execute("DEALLOCATE q");
        }
    }

    private static String value(ResultSet rows, int column) {
        try {
            return String.valueOf(rows.getString(column));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}

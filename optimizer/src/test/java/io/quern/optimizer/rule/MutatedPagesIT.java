package io.quern.optimizer.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.optimizer.Candidate;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.CatalogFixture;
import io.quern.optimizer.Context;
import io.quern.optimizer.PostgresServer;
import io.quern.optimizer.ServerAnalyzer;
import io.quern.optimizer.outcome.Outcome;
import io.quern.optimizer.outcome.Parameter;
import io.quern.optimizer.outcome.Session;
import io.quern.optimizer.outcome.Slots;
import io.quern.optimizer.rewrite.Rewriter;
import io.quern.optimizer.rule.RulePage.Case;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;

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

    private final Random random = new Random(SEED);
    private final Map<String, Page> pages = new HashMap<>();
    private final Map<String, Integer> compared = new TreeMap<>();
    private final List<String> differences = new ArrayList<>();
    private int asked;
    private int candidates;
    private int otherLiterals;

    /** A page's database, and what its statements become. */
    private record Page(
            Session session,
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
        Catalog catalog = CatalogFixture.read(c);
        Session session = new Session(c);
        List<Case> cases = page.cases();
        Page opened =
                new Page(
                        session,
                        new Rewriter(new ServerAnalyzer(PostgresServer.shared().connect(database))),
                        catalog,
                        session.tables(),
                        cases,
                        new Mutations(random, cases.stream().map(Case::sql).distinct().toList()));
        pages.put(name, opened);
        return opened;
    }

    private void round(Page page) throws SQLException {
        Session session = page.session();
        try {
            disturb(session, page);
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
                session.execute("SET LOCAL search_path = " + String.join(", ", one.path()));
                String sql = random.nextInt(10) == 0 ? one.sql() : page.mutations().of(one.sql());
                attack(page, one, sql, new Context(catalog, one.path(), "UTC"));
            }
        } finally {
            session.rollback();
        }
    }

    /** Takes rows away, where the schema lets it, and lets plans differ. */
    private void disturb(Session session, Page page) throws SQLException {
        session.column("SELECT setseed(" + random.nextDouble() + ")");
        for (String table : page.tables()) {
            switch (random.nextInt(6)) {
                case 0 -> session.attempt("DELETE FROM " + table + " WHERE random() < 0.8");
                case 1 -> session.attempt("DELETE FROM " + table);
                default -> {}
            }
        }
        for (String setting : List.of("enable_seqscan", "enable_hashjoin")) {
            session.execute("SET LOCAL " + setting + " = " + (random.nextBoolean() ? "on" : "off"));
        }
    }

    private void attack(Page page, Case one, String sql, Context context) throws SQLException {
        asked++;
        List<Integer> types = page.session().types(one.parameters());
        List<Candidate> found =
                page.rewriter()
                        .analyse(new io.quern.optimizer.Statement(sql, types), context)
                        .candidates();
        if (found.isEmpty()) {
            return;
        }
        List<Parameter> resolved = page.session().resolved(sql, one.parameters());
        Outcome before = page.session().run(sql, one.parameters());
        for (Candidate candidate : found) {
            candidates++;
            candidate.rules().forEach(r -> compared.merge(r.value(), 1, Integer::sum));
            Outcome after = page.session().run(candidate.sql(), resolved);
            compare(candidate, one, sql, candidate.sql(), after.unlike(before, false));
            for (int i = 0; i < 2; i++) {
                withOtherLiterals(page, one, sql, candidate, resolved);
            }
        }
    }

    private void withOtherLiterals(
            Page page, Case one, String sql, Candidate candidate, List<Parameter> resolved)
            throws SQLException {
        String other =
                Slots.replaced(sql, literal -> random.nextInt(3) == 0, page.mutations()::literal);
        Optional<String> rewritten =
                other.equals(sql) ? Optional.empty() : Slots.rewritten(candidate, sql, other);
        if (rewritten.isPresent()) {
            Outcome before = page.session().run(other, one.parameters());
            Outcome after = page.session().run(rewritten.get(), resolved);
            otherLiterals += before.error() == null ? 1 : 0;
            compare(candidate, one, other, rewritten.get(), after.unlike(before, false));
        }
    }

    private void compare(
            Candidate candidate,
            Case one,
            String original,
            String rewritten,
            @Nullable String unlike) {
        if (unlike != null) {
            String difference =
                    "%n%s %s%n%s%n-- became%n%s%n-- %s%n"
                            .formatted(
                                    candidate.rules(),
                                    one.parameters(),
                                    original,
                                    rewritten,
                                    unlike);
            System.out.println(difference);
            differences.add(difference);
        }
    }
}

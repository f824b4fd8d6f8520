package io.quern.bench.lab;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Lab.Outcome;
import io.quern.advisor.Lab.Verdict;
import io.quern.advisor.lab.Budget;
import io.quern.advisor.lab.EquivalenceLab;
import io.quern.advisor.upstream.CatalogLoader;
import io.quern.advisor.upstream.UpstreamDatabases;
import io.quern.bench.process.TestServer;
import io.quern.bench.result.LabResult;
import io.quern.optimizer.Context;
import io.quern.optimizer.Statement;
import io.quern.optimizer.rule.Rule;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How well the lab tells pairs of statements that differ from those that do not: pairs made by hand
 * ({@link Pairs}) and what the rules make, with their guards and without ({@link Rewrites}).
 */
final class Refutation {
    /** What a wrong pair may take. */
    private static final Budget WRONG = new Budget(Duration.ofSeconds(5), 1_000_000, 7);

    /** Two statements over three tables that are the same: the lab tries until its time is up. */
    private static final List<String> THREE_TABLES =
            List.of(
                    "SELECT c.id, o.total, i.qty FROM customers c JOIN orders o"
                            + " ON o.customer_id = c.id JOIN items i ON i.order_id = o.id"
                            + " WHERE o.total > 5",
                    "SELECT c.id, o.total, i.qty FROM items i JOIN orders o ON o.id = i.order_id"
                            + " JOIN customers c ON c.id = o.customer_id WHERE o.total > 5");

    /**
     * How much is tried of what is not known to be wrong.
     *
     * @param right of a pair made by hand
     * @param rewrite of a rule's rewrite
     * @param most how many right rewrites of each rule's page
     * @param doubtful whether to try mutants that may be right
     */
    record Effort(Budget right, Budget rewrite, int most, boolean doubtful) {
        /** What {@code bench lab} tries. */
        static final Effort FULL =
                new Effort(
                        new Budget(Duration.ofSeconds(1), 1_000_000, 11),
                        new Budget(Duration.ofMillis(300), 1_000_000, 11),
                        1_000,
                        true);

        Effort {
            requireNonNull(right, "right");
            requireNonNull(rewrite, "rewrite");
        }
    }

    private final Effort effort;
    private final TestServer upstream;
    private final CatalogLoader catalogs;
    private final EquivalenceLab hunting;
    private final EquivalenceLab sparing;
    private final EquivalenceLab brief;
    private final List<String> mistaken = new ArrayList<>();
    private final List<Double> seconds = new ArrayList<>();

    private Refutation(
            Effort effort,
            TestServer upstream,
            UpstreamDatabases databases,
            EquivalenceLab hunting,
            EquivalenceLab sparing,
            EquivalenceLab brief) {
        this.effort = effort;
        this.upstream = upstream;
        this.catalogs = new CatalogLoader(databases);
        this.hunting = hunting;
        this.sparing = sparing;
        this.brief = brief;
    }

    /** Tries all pairs and rewrites that come along; takes a quarter of an hour in full. */
    static LabResult.Refutation measure(Effort effort, Consumer<String> progress)
            throws IOException, InterruptedException, SQLException {
        try (TestServer upstream = TestServer.start(progress);
                UpstreamDatabases databases = new UpstreamDatabases(upstream.directory());
                EquivalenceLab hunting = new EquivalenceLab(WRONG, InstantSource.system());
                EquivalenceLab sparing =
                        new EquivalenceLab(effort.right(), InstantSource.system());
                EquivalenceLab brief =
                        new EquivalenceLab(effort.rewrite(), InstantSource.system())) {
            return new Refutation(effort, upstream, databases, hunting, sparing, brief)
                    .measure(progress);
        }
    }

    private LabResult.Refutation measure(Consumer<String> progress)
            throws IOException, SQLException {
        Pairs pairs = Pairs.read();
        Context context = context(pairs);
        for (EquivalenceLab lab : List.of(hunting, sparing, brief)) {
            // the first question starts the server
            lab.refute(context, statement("SELECT 1"), statement("SELECT 2"));
        }
        progress.accept("pairs made by hand");
        for (Pairs.Pair pair : pairs.all()) {
            Statement before = statement(pair.before());
            Statement after = statement(pair.after());
            if (pair.wrong()) {
                hunt(pair.name(), context, before, after);
            } else {
                spare(sparing, pair.name(), context, before, after);
            }
        }
        int wrong = (int) pairs.all().stream().filter(Pairs.Pair::wrong).count();
        LabResult.Rewrites rewrites = rewrites(progress);
        long tried =
                hunting.refute(
                                context,
                                statement(THREE_TABLES.getFirst()),
                                statement(THREE_TABLES.getLast()))
                        .databases();
        return new LabResult.Refutation(
                wrong,
                pairs.all().size() - wrong,
                rewrites,
                mistaken,
                seconds,
                tried / (double) WRONG.time().toSeconds());
    }

    private Context context(Pairs pairs) throws SQLException {
        try (Connection connection = upstream.superuser()) {
            Sql.run(connection, "CREATE DATABASE pairs");
        }
        try (Connection connection = upstream.server().connect("pairs")) {
            Sql.run(connection, pairs.schema());
        }
        return new Context(catalogs.load("pairs").catalog(), List.of("public"), "UTC");
    }

    private LabResult.Rewrites rewrites(Consumer<String> progress)
            throws IOException, SQLException {
        Rewrites made = new Rewrites(upstream, catalogs, brief.analyzer(), effort.most());
        int mutants = 0;
        int right = 0;
        int doubtful = 0;
        List<String> exposed = new ArrayList<>();
        for (Map.Entry<RulePage, Rule> page : Rewrites.pages().entrySet()) {
            progress.accept(page.getKey().name());
            for (Rewrites.Rewrite r : made.of(page.getKey(), page.getValue())) {
                switch (r.kind()) {
                    case RIGHT -> {
                        right++;
                        spare(brief, r.name(), r.context(), r.before(), r.after());
                    }
                    case WRONG -> {
                        mutants++;
                        hunt(r.name(), r.context(), r.before(), r.after());
                    }
                    case DOUBTFUL -> {
                        if (effort.doubtful()) {
                            doubtful++;
                            Verdict verdict = sparing.refute(r.context(), r.before(), r.after());
                            if (verdict.outcome() == Outcome.COUNTEREXAMPLE) {
                                exposed.add(r.name());
                            }
                        }
                    }
                }
            }
        }
        return new LabResult.Rewrites(mutants, right, doubtful, exposed);
    }

    private static Statement statement(String sql) {
        return new Statement(sql, List.of());
    }

    /** Tries to refute what is wrong: with rows, not because PostgreSQL does not take it. */
    private void hunt(String name, Context context, Statement before, Statement after) {
        long start = System.nanoTime();
        Verdict verdict = hunting.refute(context, before, after);
        if (verdict.outcome() == Outcome.COUNTEREXAMPLE && verdict.databases() > 0) {
            seconds.add((System.nanoTime() - start) / 1e9);
        } else {
            mistaken.add("wrong: " + name + ": " + verdict.reason());
        }
    }

    private void spare(
            EquivalenceLab lab, String name, Context context, Statement before, Statement after) {
        Verdict verdict = lab.refute(context, before, after);
        if (verdict.outcome() != Outcome.NO_COUNTEREXAMPLE) {
            mistaken.add("right: " + name + ": " + verdict.reason());
        }
    }
}

package io.quern.bench.lab;

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

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** How well the lab tells pairs of statements that differ from those that do not. */
final class Refutation {
    /** What a wrong pair may take. */
    static final Budget WRONG = new Budget(Duration.ofSeconds(5), 1_000_000, 7);

    /** How long a right pair is tried. */
    static final Budget RIGHT = new Budget(Duration.ofSeconds(1), 1_000_000, 11);

    /** Two statements over three tables that are the same: the lab tries until its time is up. */
    private static final List<String> THREE_TABLES =
            List.of(
                    "SELECT c.id, o.total, i.qty FROM customers c JOIN orders o"
                            + " ON o.customer_id = c.id JOIN items i ON i.order_id = o.id"
                            + " WHERE o.total > 5",
                    "SELECT c.id, o.total, i.qty FROM items i JOIN orders o ON o.id = i.order_id"
                            + " JOIN customers c ON c.id = o.customer_id WHERE o.total > 5");

    private Refutation() {}

    /** Tries all pairs that come along. */
    static LabResult.Refutation measure(Budget right, Consumer<String> progress)
            throws IOException, InterruptedException, SQLException {
        Pairs pairs = Pairs.read();
        try (TestServer upstream = TestServer.start(progress);
                UpstreamDatabases databases = new UpstreamDatabases(upstream.directory());
                EquivalenceLab hunting = new EquivalenceLab(WRONG, InstantSource.system());
                EquivalenceLab sparing = new EquivalenceLab(right, InstantSource.system())) {
            try (Connection connection = upstream.superuser()) {
                Sql.run(connection, "CREATE DATABASE pairs");
            }
            try (Connection connection = upstream.server().connect("pairs")) {
                Sql.run(connection, pairs.schema());
            }
            Context context =
                    new Context(
                            new CatalogLoader(databases).load("pairs").catalog(),
                            List.of("public"),
                            "UTC");
            for (EquivalenceLab lab : List.of(hunting, sparing)) {
                // the first question starts the server
                refute(lab, context, List.of("SELECT 1", "SELECT 2"));
            }
            List<String> mistaken = new ArrayList<>();
            double longest = 0;
            for (Pairs.Pair pair : pairs.all()) {
                EquivalenceLab lab = pair.wrong() ? hunting : sparing;
                long start = System.nanoTime();
                Verdict verdict = refute(lab, context, List.of(pair.before(), pair.after()));
                Outcome expected =
                        pair.wrong() ? Outcome.COUNTEREXAMPLE : Outcome.NO_COUNTEREXAMPLE;
                if (verdict.outcome() != expected || (pair.wrong() && verdict.databases() == 0)) {
                    mistaken.add(
                            (pair.wrong() ? "wrong: " : "right: ")
                                    + pair.name()
                                    + ": "
                                    + verdict.reason());
                } else if (pair.wrong()) {
                    longest = Math.max(longest, (System.nanoTime() - start) / 1e9);
                }
            }
            int wrong = (int) pairs.all().stream().filter(Pairs.Pair::wrong).count();
            long databasesTried = refute(hunting, context, THREE_TABLES).databases();
            return new LabResult.Refutation(
                    wrong,
                    pairs.all().size() - wrong,
                    mistaken,
                    longest,
                    databasesTried / (double) WRONG.time().toSeconds());
        }
    }

    private static Verdict refute(EquivalenceLab lab, Context context, List<String> pair) {
        return lab.refute(
                context,
                new Statement(pair.getFirst(), List.of()),
                new Statement(pair.getLast(), List.of()));
    }
}

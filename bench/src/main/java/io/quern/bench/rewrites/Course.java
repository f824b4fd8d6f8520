package io.quern.bench.rewrites;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Lab;
import io.quern.advisor.lab.Budget;
import io.quern.advisor.lab.EquivalenceLab;
import io.quern.advisor.suggest.Examiner;
import io.quern.advisor.suggest.Optimizer;
import io.quern.advisor.upstream.CatalogLoader;
import io.quern.advisor.upstream.PlanExplainer;
import io.quern.advisor.upstream.PreparedDescriber;
import io.quern.advisor.upstream.UpstreamDatabases;
import io.quern.bench.process.TestServer;
import io.quern.bench.result.Machine;
import io.quern.bench.result.RewriteResult.Form;
import io.quern.bench.result.RewriteResult.Row;
import io.quern.bench.result.RewriteResult.Rows;
import io.quern.bench.result.RewriteResult.Time;
import io.quern.optimizer.Context;
import io.quern.optimizer.RuleId;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where cases are run: a server with the tables of one case at a time, and Quern's examiner beside
 * it. One thread.
 */
final class Course implements AutoCloseable {
    private final TestServer server;
    private final UpstreamDatabases databases;
    private final EquivalenceLab lab;
    private final Terms terms;
    private String loaded = "";

    /**
     * What holds for every case.
     *
     * @param rounds how often each form is timed, at least 1
     * @param byHand whether the forms a person wrote take part
     * @param limit what no form may exceed
     */
    record Terms(int rounds, boolean byHand, Duration limit) {
        Terms {
            if (rounds < 1) {
                throw new IllegalArgumentException("rounds must be positive: " + rounds);
            }
            if (limit.toMillis() < 1) {
                throw new IllegalArgumentException("limit must be positive: " + limit);
            }
        }
    }

    private Course(TestServer server, Terms terms) {
        this.server = requireNonNull(server, "server");
        this.terms = requireNonNull(terms, "terms");
        this.databases = new UpstreamDatabases(server.directory());
        this.lab = new EquivalenceLab(Budget.DEFAULT, InstantSource.system());
    }

    /**
     * Starts a server; takes a few seconds.
     *
     * @param progress takes one line per step
     */
    static Course start(Terms terms, Consumer<String> progress)
            throws IOException, InterruptedException, SQLException {
        TestServer server = TestServer.start(progress);
        try {
            server.steady();
            return new Course(server, terms);
        } catch (SQLException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** This machine, with the server. */
    Machine machine(double load) throws SQLException, IOException {
        return Machine.of(server, load, "");
    }

    /** Runs one case; whatever fails is told in its row and hurts no other. */
    Row row(Case each) {
        try (Connection connection = server.superuser()) {
            load(connection, each.schema());
            return row(each, connection);
        } catch (SQLException | IOException | RuntimeException e) {
            return Row.failed(each.number(), each.name(), each.folklore(), e.toString());
        }
    }

    /** Cases that follow one another often have the same tables, which nothing changes. */
    private void load(Connection connection, String schema) throws SQLException {
        if (schema.equals(loaded)) {
            return;
        }
        loaded = "";
        execute(connection, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        execute(connection, "GRANT USAGE ON SCHEMA public TO PUBLIC");
        execute(connection, schema);
        execute(connection, "VACUUM ANALYZE");
        execute(connection, "CHECKPOINT");
        loaded = schema;
    }

    private Row row(Case each, Connection connection) throws SQLException, IOException {
        Examiner.Examined examined = examine(each);
        Optional<Examiner.Proposed> best =
                examined.candidates().stream()
                        .filter(p -> p.verdict().outcome() != Lab.Outcome.COUNTEREXAMPLE)
                        .filter(p -> !(p.costAfter() >= p.costBefore()))
                        .min(Comparator.comparingDouble(Examiner.Proposed::costAfter));
        List<String> forms = new ArrayList<>(List.of(each.before()));
        best.ifPresent(p -> forms.add(p.candidate().sql()));
        if (terms.byHand()) {
            forms.add(each.byHand());
        }
        Race race = new Race(connection, terms.limit());
        List<Time> times = race.run(forms, terms.rounds());
        Iterator<Time> time = times.iterator();
        Iterator<Rows> rows = race.compare(forms, times).iterator();
        return new Row(
                each.number(),
                each.name(),
                each.folklore(),
                time.next(),
                best.stream()
                        .flatMap(p -> p.candidate().rules().stream())
                        .map(RuleId::value)
                        .toList(),
                best.isPresent() ? new Form(time.next(), rows.next()) : null,
                terms.byHand() ? new Form(time.next(), rows.next()) : null,
                reason(examined),
                "");
    }

    private Examiner.Examined examine(Case each) {
        Examiner examiner =
                new Examiner(
                        Optimizer.of(lab.analyzer()),
                        new PreparedDescriber(databases),
                        new PlanExplainer(databases),
                        lab);
        Context context =
                new Context(
                        new CatalogLoader(databases).load(TestServer.DATABASE).catalog(),
                        List.of("public"),
                        "UTC");
        return examiner.examine(context, each.before());
    }

    private static String reason(Examiner.Examined examined) {
        return !examined.reason().isEmpty()
                ? examined.reason()
                : examined.refusals().isEmpty() ? "" : examined.refusals().getLast().reason();
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Stops the servers and removes their directories. */
    @Override
    public void close() throws IOException {
        try (server;
                databases;
                lab) {
            loaded = "";
        }
    }
}

package io.quern.bench.tpc;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Refused;
import io.quern.advisor.lab.Budget;
import io.quern.advisor.lab.EquivalenceLab;
import io.quern.advisor.suggest.Optimizer;
import io.quern.advisor.upstream.CatalogLoader;
import io.quern.advisor.upstream.PlanExplainer;
import io.quern.advisor.upstream.UpstreamDatabases;
import io.quern.bench.process.TestServer;
import io.quern.bench.result.Machine;
import io.quern.bench.result.RewriteResult.Form;
import io.quern.bench.result.RewriteResult.Rows;
import io.quern.bench.result.RewriteResult.Time;
import io.quern.bench.result.TpcResult.Rewrite;
import io.quern.bench.result.TpcResult.Row;
import io.quern.bench.rewrites.Race;
import io.quern.optimizer.Analysis;
import io.quern.optimizer.Candidate;
import io.quern.optimizer.Context;
import io.quern.optimizer.Refusal;
import io.quern.optimizer.RuleId;
import io.quern.optimizer.Statement;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Where statements are examined: a server with one suite's tables at a time, and Quern's optimizer
 * beside it, which reads by way of the lab. One thread.
 */
final class Examination implements AutoCloseable {
    private static final List<String> PATH = List.of("public");

    private final TestServer server;
    private final UpstreamDatabases databases;
    private final EquivalenceLab lab;
    private final int rounds;
    private final Duration limit;

    private Examination(TestServer server, int rounds, Duration limit) {
        this.server = requireNonNull(server, "server");
        this.rounds = rounds;
        this.limit = requireNonNull(limit, "limit");
        this.databases = new UpstreamDatabases(server.directory());
        this.lab = new EquivalenceLab(Budget.DEFAULT, InstantSource.system());
    }

    /**
     * Starts a server; takes a few seconds.
     *
     * @param rounds how often each form is timed, at least 1
     * @param limit what no form may exceed
     * @param progress takes one line per step
     */
    static Examination start(int rounds, Duration limit, Consumer<String> progress)
            throws IOException, InterruptedException, SQLException {
        TestServer server = TestServer.start(progress);
        try {
            server.steady();
            return new Examination(server, rounds, limit);
        } catch (SQLException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** This machine, with the server. */
    Machine machine(double load) throws SQLException, IOException {
        return Machine.of(server, load, "");
    }

    /** Puts a suite's tables in place of all others; what statements are analysed under then. */
    Context load(Suite suite, double scale) throws SQLException, IOException {
        try (Connection connection = server.superuser()) {
            new Loader(connection).load(suite, scale);
        }
        return new Context(
                new CatalogLoader(databases).load(TestServer.DATABASE).catalog(), PATH, "UTC");
    }

    /** Examines one statement; whatever fails is told in its row and hurts no other. */
    Row row(Query query, Context context) {
        Statement statement = new Statement(query.sql(), List.of());
        Analysis analysis = Optimizer.of(lab.analyzer()).rewrites(statement, context);
        List<String> refusals =
                analysis.refusals().stream().map(r -> r.by() + ": " + r.code()).distinct().toList();
        Optional<Refusal> unread =
                analysis.refusals().stream()
                        .filter(r -> !analysis.parsed() || r.by().equals("resolve"))
                        .findFirst();
        if (unread.isPresent() || analysis.candidates().isEmpty()) {
            return Row.read(
                    query.number(),
                    analysis.parsed(),
                    unread.isEmpty(),
                    refusals,
                    unread.map(Refusal::reason).orElse(""));
        }
        try (Connection connection = server.superuser()) {
            return run(query, statement, analysis.candidates(), refusals, connection);
        } catch (SQLException | IOException | Refused e) {
            return Row.read(query.number(), true, true, refusals, e.toString());
        }
    }

    private Row run(
            Query query,
            Statement statement,
            List<Candidate> found,
            List<String> refusals,
            Connection connection)
            throws SQLException, IOException {
        List<String> forms =
                Stream.concat(Stream.of(query.sql()), found.stream().map(Candidate::sql)).toList();
        Race race = new Race(connection, limit);
        List<Time> times = race.run(forms, rounds);
        List<Rows> rows = race.compare(forms, times);
        List<Rewrite> rewrites = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            rewrites.add(
                    new Rewrite(
                            found.get(i).rules().stream().map(RuleId::value).toList(),
                            cost(new Statement(found.get(i).sql(), List.of())),
                            new Form(times.get(i + 1), rows.get(i))));
        }
        return new Row(
                query.number(),
                true,
                true,
                times.getFirst(),
                cost(statement),
                rewrites,
                refusals,
                "");
    }

    private double cost(Statement statement) {
        return new PlanExplainer(databases)
                .explain(TestServer.DATABASE, "public", statement)
                .totalCost();
    }

    /** Stops the servers and removes their directories. */
    @Override
    public void close() throws IOException {
        try (server;
                databases;
                lab) {
            // in this order, backwards
        }
    }
}

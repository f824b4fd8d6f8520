package io.quern.bench.rewrites;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.advisor.lab.Budget;
import io.quern.advisor.lab.EquivalenceLab;
import io.quern.advisor.suggest.Examiner;
import io.quern.advisor.suggest.Optimizer;
import io.quern.advisor.upstream.CatalogLoader;
import io.quern.advisor.upstream.Directory;
import io.quern.advisor.upstream.PlanExplainer;
import io.quern.advisor.upstream.PreparedDescriber;
import io.quern.advisor.upstream.UpstreamDatabases;
import io.quern.advisor.upstream.UpstreamUrl;
import io.quern.bench.process.TestServer;
import io.quern.bench.result.Machine;
import io.quern.bench.result.RewriteResult;
import io.quern.bench.result.RewriteResult.Row;
import io.quern.bench.result.RewriteResult.Timed;
import io.quern.bench.result.Saving;
import io.quern.bench.result.Spread;
import io.quern.optimizer.Context;
import io.quern.optimizer.RuleId;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code quern bench rewrites}: the measured suite, rewritten by Quern and timed side by side. */
@Command(
        name = "rewrites",
        description = "Rewrites slow statements and times both forms in turns.",
        mixinStandardHelpOptions = true)
public final class Rewrites implements Callable<Integer> {
    @Option(names = "--rounds", description = "how often each form is timed", defaultValue = "3")
    private int rounds = 3;

    @Option(names = "--only", split = ",", description = "such as 04,10,f1 (default: all)")
    private List<String> only = List.of();

    @Option(names = "--by-hand", description = "times the forms a person wrote, too")
    private boolean byHand;

    @Mixin private Saving saving = new Saving();

    private final PrintWriter err = new PrintWriter(System.err, true, UTF_8);

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        double load = Machine.loadNow();
        List<Row> rows = new ArrayList<>();
        RewriteResult result;
        try (TestServer server = TestServer.start(err::println);
                Connection connection = server.superuser();
                UpstreamDatabases databases = new UpstreamDatabases(directory(server));
                EquivalenceLab lab = new EquivalenceLab(Budget.DEFAULT, InstantSource.system())) {
            execute(
                    connection,
                    "SET jit = off; SET max_parallel_workers_per_gather = 0; SET work_mem = '64MB'");
            for (Case each : Case.all()) {
                if (only.isEmpty() || only.contains(each.number())) {
                    err.println(each.number() + " " + each.name());
                    rows.add(row(each, connection, databases, lab));
                }
            }
            result = new RewriteResult(Machine.of(server, load, ""), rounds, rows);
        }
        System.out.println(result.text());
        System.out.flush();
        saving.keep(result, "rewrites");
        return 0;
    }

    private static Directory directory(TestServer server) {
        URI url = URI.create(server.upstreamUrl());
        String[] login = url.getUserInfo().split(":", 2);
        UpstreamUrl upstream =
                new UpstreamUrl(
                        url.getHost(),
                        url.getPort(),
                        TestServer.DATABASE,
                        login[0],
                        login[1],
                        Map.of());
        return Directory.of(upstream);
    }

    private Row row(
            Case each, Connection connection, UpstreamDatabases databases, EquivalenceLab lab)
            throws SQLException, IOException {
        execute(connection, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        execute(connection, "GRANT USAGE ON SCHEMA public TO PUBLIC");
        execute(connection, each.schema());
        execute(connection, "VACUUM ANALYZE");
        Race race = new Race(connection);
        Examiner.Examined examined = examine(each, databases, lab);
        Optional<Examiner.Proposed> best =
                examined.candidates().stream()
                        .filter(p -> p.verdict().outcome() != Lab.Outcome.COUNTEREXAMPLE)
                        .filter(p -> !(p.costAfter() >= p.costBefore()))
                        .min(Comparator.comparingDouble(Examiner.Proposed::costAfter));
        String found = best.map(p -> p.candidate().sql()).orElse(null);
        return new Row(
                each.number(),
                each.name(),
                each.folklore(),
                best.stream()
                        .flatMap(p -> p.candidate().rules().stream())
                        .map(RuleId::value)
                        .toList(),
                timed(race, each.before(), found),
                found != null && race.sameRows(each.before(), found),
                byHand ? timed(race, each.before(), each.byHand()) : null,
                byHand && race.sameRows(each.before(), each.byHand()),
                reason(examined));
    }

    private @Nullable Timed timed(Race race, String before, @Nullable String after)
            throws SQLException, IOException {
        if (after == null) {
            return null;
        }
        Spread[] times = race.run(before, after, rounds);
        return new Timed(times[0], times[1]);
    }

    private static Examiner.Examined examine(
            Case each, UpstreamDatabases databases, EquivalenceLab lab) {
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
}

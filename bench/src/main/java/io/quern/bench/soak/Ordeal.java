package io.quern.bench.soak;

import io.quern.bench.process.Child;
import io.quern.bench.process.QuernServer;
import io.quern.bench.process.TestServer;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/**
 * One soak: customers work through a real Quern while faults happen, one after the other; then all
 * goes quiet and it is seen what holds.
 *
 * @param settings of Quern, as environment variables
 * @param seed of the order of faults and of all that customers do
 */
public record Ordeal(Duration length, int customers, Map<String, String> settings, long seed) {
    private static final double STUCK_SECONDS = 30;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long PAUSE_MILLIS = 400;
    private static final long WARM_MILLIS = 3_000;
    private static final long RESIDENT_GROWTH = 300L << 20;
    private static final int SLACK = 16;

    public Ordeal {
        settings = Map.copyOf(settings);
        if (customers < 1 || !length.isPositive()) {
            throw new IllegalArgumentException("customers and length must be positive");
        }
    }

    /** What a Quern holds of the machine. */
    private record Holding(long resident, long threads, long descriptors, long sockets) {
        static Holding of(Child quern) throws IOException {
            return new Holding(
                    quern.residentBytes(), quern.threads(), quern.descriptors(), quern.sockets());
        }
    }

    /** Runs it; takes some seconds longer than its length. */
    public List<Check> run(Consumer<String> progress)
            throws IOException, InterruptedException, SQLException {
        Path directory = Files.createTempDirectory("quern-soak-");
        Path log = directory.resolve("log");
        Certificate certificate = new Certificate(directory);
        try (TestServer server = TestServer.start(progress);
                Line line = new Line(server.port())) {
            try (Connection owner = server.connect()) {
                Customer.furnish(owner);
            }
            int port = Child.freePort();
            try (Child quern = start(server, line, certificate, port, log)) {
                return run(server, line, certificate, quern, port, progress);
            }
        } finally {
            for (Path file :
                    List.of(log, certificate.certificate(), certificate.key(), directory)) {
                Files.deleteIfExists(file);
            }
        }
    }

    private Child start(TestServer server, Line line, Certificate certificate, int port, Path log)
            throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(settings);
        // so that a pool's idle backends are no connections left behind
        environment.putIfAbsent("QUERN_POOL_IDLE_TIMEOUT", "PT5S");
        environment.put("QUERN_TLS_CERTIFICATE", certificate.certificate().toString());
        environment.put("QUERN_TLS_KEY", certificate.key().toString());
        environment.merge(
                "QUERN_JAVA_OPTS",
                "-Dio.netty.leakDetection.level=paranoid",
                (given, paranoid) -> given + " " + paranoid);
        return QuernServer.start(
                new QuernServer.Options(server.upstreamUrl(line.port()), environment), port, log);
    }

    private List<Check> run(
            TestServer server,
            Line line,
            Certificate certificate,
            Child quern,
            int port,
            Consumer<String> progress)
            throws IOException, InterruptedException, SQLException {
        Ledger ledger = new Ledger();
        List<Customer> crowd = new ArrayList<>();
        for (int i = 0; i < customers; i++) {
            crowd.add(new Customer(port, server, ledger, seed + i));
        }
        long backends = backends(server);
        Holding before = Holding.of(quern);
        crowd.forEach(Customer::start);
        Thread.sleep(WARM_MILLIS);
        Holding warm = Holding.of(quern);
        Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
        double silence = torment(server, line, certificate, port, crowd, faults, progress);
        long answered = ledger.answers();
        boolean goesOn = await(() -> ledger.answers() > answered + customers);
        crowd.forEach(Customer::stop);
        long stuck = stuck(crowd);
        boolean gone = await(() -> backends(server) <= backends);
        boolean given = await(() -> Holding.of(quern).sockets() <= before.sockets() + SLACK);
        List<Check> checks = new ArrayList<>();
        checks.add(new Check("faults happened", !faults.isEmpty(), faults.toString()));
        checks.addAll(ledger.checks());
        checks.add(
                new Check("goes on after the last fault", goesOn, ledger.answers() + " answers"));
        checks.add(
                new Check(
                        "no stuck client",
                        stuck == 0 && silence < STUCK_SECONDS,
                        "%d stuck, longest silence %.1f s".formatted(stuck, silence)));
        checks.add(sum(server));
        checks.add(lots(server));
        checks.add(
                new Check(
                        "no server connection left behind",
                        gone,
                        backends(server) + " now, " + backends + " before"));
        checks.addAll(condition(quern, before, warm, given));
        return checks;
    }

    /** What can be said of the process. */
    private static List<Check> condition(Child quern, Holding before, Holding warm, boolean given)
            throws IOException {
        if (!quern.alive()) {
            return List.of(new Check("Quern lives", false, "it has ended"));
        }
        Holding after = Holding.of(quern);
        List<String> log = quern.log();
        return List.of(
                new Check(
                        "sockets given back",
                        given,
                        before.sockets() + " before, " + after.sockets() + " after"),
                // event loops and class files are opened when they are first needed
                new Check(
                        "descriptors stable",
                        after.descriptors() <= warm.descriptors() + SLACK,
                        warm.descriptors() + " warm, " + after.descriptors() + " after"),
                new Check(
                        "threads stable",
                        after.threads() <= warm.threads() + SLACK,
                        warm.threads() + " warm, " + after.threads() + " after"),
                new Check(
                        "memory stable",
                        after.resident() <= warm.resident() + RESIDENT_GROWTH,
                        "%d MB warm, %d MB after"
                                .formatted(warm.resident() >> 20, after.resident() >> 20)),
                none("no leaked buffer", log, "LEAK"),
                none("no fault in Quern", log, "fault in Quern"),
                none("no session lost track of", log, "lost track"));
    }

    private double torment(
            TestServer server,
            Line line,
            Certificate certificate,
            int port,
            List<Customer> crowd,
            Map<Fault, Integer> faults,
            Consumer<String> progress)
            throws IOException, InterruptedException, SQLException {
        Random random = new Random(seed);
        long deadline = System.nanoTime() + length.toNanos();
        double silence = 0;
        Deque<Fault> next = new ArrayDeque<>();
        try (Mischief mischief = new Mischief(server, line, port, certificate, seed)) {
            while (System.nanoTime() < deadline) {
                if (next.isEmpty()) {
                    // each fault once, in a random order, again and again
                    List<Fault> order = new ArrayList<>(List.of(Fault.values()));
                    Collections.shuffle(order, random);
                    next.addAll(order);
                }
                Fault fault = next.remove();
                progress.accept(fault.name().toLowerCase(Locale.ROOT));
                try {
                    mischief.commit(fault);
                    faults.merge(fault, 1, Integer::sum);
                } catch (RawClient.Refusal | SocketException | EOFException e) {
                    progress.accept("  did not come about, the last one still works: " + e);
                }
                Thread.sleep(random.nextLong(PAUSE_MILLIS));
                for (Customer customer : crowd) {
                    silence = Math.max(silence, customer.silence());
                }
            }
        }
        return silence;
    }

    private static long stuck(List<Customer> crowd) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long stuck = 0;
        for (Customer customer : crowd) {
            stuck += customer.join((deadline - System.nanoTime()) / 1_000_000) ? 0 : 1;
        }
        return stuck;
    }

    private static Check sum(TestServer server) throws SQLException {
        try (Connection connection = server.superuser();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT sum(balance) FROM account")) {
            row.next();
            long expected = 100L * Customer.ACCOUNTS;
            return new Check(
                    "no transaction torn",
                    row.getLong(1) == expected,
                    "sum %d of %d".formatted(row.getLong(1), expected));
        }
    }

    private static Check lots(TestServer server) throws SQLException {
        try (Connection connection = server.superuser();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT count(*), count(*) FILTER (WHERE items <> %d)"
                                                .formatted(Customer.LOT)
                                        + " FROM (SELECT count(*) AS items FROM delivery GROUP BY"
                                        + " lot) AS lots")) {
            row.next();
            return new Check(
                    "no COPY torn",
                    row.getLong(2) == 0,
                    "%d of %d torn".formatted(row.getLong(2), row.getLong(1)));
        }
    }

    private static long backends(TestServer server) throws SQLException {
        try (Connection connection = server.superuser();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT count(*) FROM pg_stat_activity WHERE usename = 'bench'")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static Check none(String what, List<String> log, String sign) {
        List<String> found = log.stream().filter(l -> l.contains(sign)).limit(5).toList();
        return new Check(what, found.isEmpty(), found.toString());
    }

    /** Something that may fail while it is looked at; then it does not hold yet. */
    private interface Condition {
        boolean holds() throws IOException, SQLException;
    }

    private static boolean await(Condition condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                if (condition.holds()) {
                    return true;
                }
            } catch (IOException | SQLException e) {
                // looked at again
            }
            Thread.sleep(100);
        }
        return false;
    }
}

package io.quern.proxy;

import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.advisor.Lab;
import io.quern.advisor.Proposal;
import io.quern.advisor.Suggestion;
import io.quern.advisor.suggest.Optimizer;
import io.quern.optimizer.PostgresServer;
import io.quern.optimizer.ServerAnalyzer;
import io.quern.optimizer.catalog.ParseAnalyzer;
import io.quern.proxy.config.Configuration;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** A whole Quern on free ports, in front of a database with a table of visits. */
final class QuernFixture implements AutoCloseable {
    /** Its rewrite reads the index on {@code came}; the original reads the table. */
    static final String DAY =
            "SELECT count(*), sum(cents) FROM visit WHERE date_trunc('day', came) = ?";

    static final LocalDateTime FIRST = LocalDateTime.of(2024, 1, 1, 0, 0);
    static final int DAYS = 100;
    static final Duration PATIENCE = Duration.ofSeconds(60);

    final PostgresServer server;
    final String database;
    final Quern quern;

    /** What the command line says; a reload reads it again. */
    final Map<String, String> settings = new ConcurrentHashMap<>();

    QuernFixture(
            PostgresServer server,
            String database,
            Function<ParseAnalyzer, Optimizer> optimizer,
            UnaryOperator<Lab> between,
            Map<String, String> more)
            throws IOException {
        this.server = server;
        this.database = database;
        if (more.keySet().stream().noneMatch(key -> key.startsWith("quern.upstreams."))) {
            settings.put("quern.upstream", url(server.host(), server.port(), database));
        }
        settings.put("quern.listen", "127.0.0.1:0");
        settings.put("quern.admin", "127.0.0.1:0");
        settings.put("quern.suggest-every", "PT0.2S");
        settings.putAll(more);
        quern =
                Quern.start(
                        () -> Configuration.load(Optional.empty(), Map.of(), settings),
                        optimizer,
                        between);
    }

    /** Over a fresh database with visits in it, all of it real. */
    static QuernFixture open() throws IOException, SQLException {
        return open(Optimizer::of, UnaryOperator.identity(), Map.of());
    }

    static QuernFixture open(
            Function<ParseAnalyzer, Optimizer> optimizer,
            UnaryOperator<Lab> between,
            Map<String, String> more)
            throws IOException, SQLException {
        PostgresServer server = PostgresServer.shared();
        return new QuernFixture(server, visits(server), optimizer, between, more);
    }

    /** Spares a test the start of the lab's server. */
    static Lab without(Lab lab) {
        return (context, before, after) ->
                new Lab.Verdict(
                        Lab.Outcome.UNSUPPORTED, 0, "No lab in this test.", Optional.empty());
    }

    /** The real one, for which the test's own server reads statements instead of the lab's. */
    static Function<ParseAnalyzer, Optimizer> optimizer() {
        return lab -> Optimizer.of(ServerAnalyzer.of(PostgresServer.shared()));
    }

    /** A fresh database with a table of visits, a thousand a day. */
    static String visits(PostgresServer server) throws SQLException {
        String database = server.createDatabase();
        try (Connection c = server.connect(database);
                Statement s = c.createStatement()) {
            s.execute(
                    "CREATE TABLE visit (id int PRIMARY KEY, came timestamp NOT NULL,"
                            + " shop int NOT NULL, cents int NOT NULL)");
            s.execute(
                    "INSERT INTO visit SELECT i, timestamp '2024-01-01' + i * interval '86.4 s',"
                            + " i % 5000, i % 977 FROM generate_series(0, 99999) i");
            s.execute("CREATE INDEX ON visit (came)");
            s.execute("ANALYZE visit");
        }
        return database;
    }

    /** A URL for the test server's superuser. */
    String url(String host, int port, String database) {
        return "postgresql://"
                + server.user()
                + ":"
                + server.password()
                + "@"
                + host
                + ":"
                + port
                + "/"
                + database;
    }

    int port() {
        return quern.listenAddress().port();
    }

    /** What psql prints of one command to the console, unaligned. */
    String console(String command) throws IOException {
        ProcessBuilder psql =
                new ProcessBuilder(
                        "psql",
                        "-X",
                        "-At",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        Integer.toString(port()),
                        "-U",
                        server.user(),
                        "-c",
                        command,
                        "quern");
        psql.environment().put("PGPASSWORD", server.password());
        Process process = psql.redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    }

    /** A JDBC connection through the proxy; options as {@code key=value&…}. */
    Connection connect(String options) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:"
                        + port()
                        + "/"
                        + database
                        + "?sslmode=disable&"
                        + options,
                server.user(),
                server.password());
    }

    /** Runs {@link #DAY} for a day; count and sum. */
    static List<Long> day(PreparedStatement statement, int day) throws SQLException {
        statement.setObject(1, FIRST.plusDays(day));
        try (ResultSet row = statement.executeQuery()) {
            row.next();
            return List.of(row.getLong(1), row.getLong(2));
        }
    }

    /** What {@link #DAY} adds up to: a thousand visits a day, in order. */
    static long sum(int day) {
        return IntStream.range(day * 1000, (day + 1) * 1000).mapToLong(i -> i % 977).sum();
    }

    /** Runs a prepared statement with a day until the desk has a rewrite of such a table. */
    Suggestion awaitRewrite(PreparedStatement statement, String words) {
        int[] day = {0};
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(
                        () -> {
                            day(statement, day[0]++ % DAYS);
                            return rewrite(words);
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    Optional<Suggestion> rewrite(String words) {
        return quern.desk().suggestions().stream()
                .filter(s -> s.proposal() instanceof Proposal.Rewrite)
                .filter(s -> s.template().text().toLowerCase(Locale.ROOT).contains(words))
                .findFirst();
    }

    /** How often a session's prepared statements whose text contains some words were executed. */
    static long executions(Connection session, String words) throws SQLException {
        try (PreparedStatement query =
                session.prepareStatement(
                        "SELECT coalesce(sum(generic_plans + custom_plans), 0)"
                                + " FROM pg_prepared_statements WHERE position(? IN statement) > 0"
                                + " AND statement NOT LIKE '%pg_prepared_statements%'")) {
            query.setString(1, words);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    @Override
    public void close() {
        quern.close();
    }
}

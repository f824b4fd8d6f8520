package io.quern.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import io.quern.advisor.Desk;
import io.quern.advisor.Proposal;
import io.quern.advisor.Suggestion;
import io.quern.advisor.Suggestion.State;
import io.quern.optimizer.PostgresServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Quern with a role that owns nothing, in front of a PostgreSQL that someone else runs. */
class ServeIT {
    private static final Pattern STATEMENT = Pattern.compile("\\b(?:GRANT|CREATE)\\b[^;]*;");

    private static final String BY_SHOP = "SELECT sum(cents) FROM visit WHERE shop = ?";
    private static final String PASSWORD = "secret";

    private final PostgresServer server = PostgresServer.shared();
    private final String id = Long.toString(System.nanoTime(), 36);
    private final String owner = "shop_owner_" + id;
    private final String role = "quern_" + id;
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private String database = "";

    @BeforeEach
    void someoneElsesDatabase() throws SQLException {
        database = QuernFixture.visits(server);
        sql(
                "CREATE ROLE " + owner + " LOGIN PASSWORD '" + PASSWORD + "'",
                "ALTER DATABASE " + database + " OWNER TO " + owner,
                "ALTER TABLE visit OWNER TO " + owner);
        log.start();
        quernsLog().addAppender(log);
    }

    @AfterEach
    void detach() {
        quernsLog().detachAppender(log);
        log.stop();
    }

    @Test
    void eachMissingPrivilegeIsOneLineThatItsGrantSettles() throws Exception {
        sql("CREATE ROLE " + role + " LOGIN PASSWORD '" + PASSWORD + "'");
        try (QuernFixture house = serve()) {
            Desk desk = house.quern.desk();
            await().atMost(QuernFixture.PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(desk.notices())
                                            .hasSize(4)
                                            .noneMatch(n -> n.contains("still being opened")));
            try (Connection session = connect(house);
                    PreparedStatement day = session.prepareStatement(QuernFixture.DAY)) {
                for (int i = 0; i < 40; i++) {
                    assertThat(QuernFixture.day(day, i))
                            .isEqualTo(List.of(1000L, QuernFixture.sum(i)));
                }
            }
            List<String> seen = new ArrayList<>();
            while (!desk.notices().isEmpty()) {
                String line = desk.notices().getFirst();
                assertThat(seen).as("a line came back").doesNotContain(line);
                seen.add(line);
                sql(statement(line));
                await(line)
                        .atMost(Duration.ofSeconds(20))
                        .untilAsserted(() -> assertThat(desk.notices()).doesNotContain(line));
            }
            for (String line : seen) {
                assertThat(logged(Level.WARN).filter(l -> l.contains(line))).as(line).hasSize(1);
            }
            assertTheLoopWorks(house);
        }
    }

    @Test
    void theGrantsOfTheReadmeAreEnough() throws Exception {
        sql(readmeGrants().toArray(String[]::new));
        try (QuernFixture house = serve()) {
            assertTheLoopWorks(house);
            assertThat(house.quern.desk().notices()).isEmpty();
            assertThat(logged(Level.WARN)).isEmpty();
        }
    }

    private QuernFixture serve() throws Exception {
        return new QuernFixture(
                server,
                database,
                QuernFixture.optimizer(),
                QuernFixture::without,
                Map.of(
                        "quern.upstream",
                        "postgresql://"
                                + role
                                + ":"
                                + PASSWORD
                                + "@"
                                + server.host()
                                + ":"
                                + server.port()
                                + "/"
                                + database));
    }

    /** A rewrite is approved and runs; an index is approved, built and judged. */
    private void assertTheLoopWorks(QuernFixture house) throws Exception {
        Desk desk = house.quern.desk();
        try (Connection session = connect(house);
                PreparedStatement day = session.prepareStatement(QuernFixture.DAY);
                PreparedStatement shop = session.prepareStatement(BY_SHOP)) {
            Suggestion rewrite = house.awaitRewrite(day, "sum(cents)");
            assertThat(rewrite.evidence().planAfter()).isPresent();
            assertThat(rewrite.evidence().notes()).anyMatch(ServeIT::ofTheTwin);
            desk.approve(rewrite.id(), "test");
            Suggestion wanted =
                    await().atMost(QuernFixture.PATIENCE)
                            .until(
                                    () -> {
                                        byShop(shop);
                                        return index(desk);
                                    },
                                    Optional::isPresent)
                            .orElseThrow();
            assertThat(wanted.evidence().planAfter().orElseThrow())
                    .contains(((Proposal.NewIndex) wanted.proposal()).name());
            assertThat(wanted.evidence().costAfter()).isLessThan(wanted.evidence().costBefore());
            assertThat(wanted.evidence().notes()).anyMatch(ServeIT::ofTheTwin);
            long index = wanted.id();
            desk.approve(index, "test");
            await().atMost(QuernFixture.PATIENCE)
                    .untilAsserted(
                            () -> {
                                byShop(shop);
                                QuernFixture.day(day, 1);
                                assertThat(desk.suggestion(index).orElseThrow().state())
                                        .isIn(State.TRIAL, State.ON);
                                assertThat(QuernFixture.executions(session, "came >="))
                                        .isPositive();
                            });
            assertThat(validIndexes()).isEqualTo(1);
            desk.switchOff(index, "test", "only a test");
            await().atMost(QuernFixture.PATIENCE)
                    .untilAsserted(() -> assertThat(validIndexes()).isZero());
        }
    }

    /** What evidence says of plans that are the planner twin's. */
    private static boolean ofTheTwin(String note) {
        return note.startsWith("plans are those of a PostgreSQL 18 beside Quern");
    }

    private static void byShop(PreparedStatement shop) throws SQLException {
        for (int i = 0; i < 30; i++) {
            shop.setInt(1, i);
            try (ResultSet row = shop.executeQuery()) {
                assertThat(row.next()).isTrue();
            }
        }
    }

    private static Optional<Suggestion> index(Desk desk) {
        return desk.suggestions().stream()
                .filter(s -> s.proposal() instanceof Proposal.NewIndex)
                .findFirst();
    }

    private int validIndexes() throws SQLException {
        try (Connection c = server.connect(database);
                Statement statement = c.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT count(*) FROM pg_index WHERE indisvalid AND"
                                        + " indexrelid::regclass::text LIKE 'quern\\_%'")) {
            row.next();
            return row.getInt(1);
        }
    }

    private Connection connect(QuernFixture house) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + house.port() + "/" + database + "?sslmode=disable",
                owner,
                PASSWORD);
    }

    /** The statements of the README, with this test's names and a password. */
    private List<String> readmeGrants() throws Exception {
        List<String> statements =
                Files.readAllLines(Path.of("..", "README.md")).stream()
                        .map(line -> line.replaceFirst("--.*", "").strip())
                        .filter(line -> line.matches("(CREATE ROLE|CREATE SCHEMA|GRANT) .*;"))
                        .map(line -> line.replace("'…'", "'" + PASSWORD + "'"))
                        .map(line -> line.replace("shop_owner", owner))
                        .map(
                                line ->
                                        line.replaceAll(
                                                "\\b(ROLE|TO|AUTHORIZATION) quern\\b",
                                                "$1 " + role))
                        .toList();
        assertThat(statements).hasSize(4);
        return statements;
    }

    private static String statement(String line) {
        Matcher matcher = STATEMENT.matcher(line);
        assertThat(matcher.find()).as(line).isTrue();
        return matcher.group();
    }

    private java.util.stream.Stream<String> logged(Level level) {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(level))
                .map(ILoggingEvent::getFormattedMessage);
    }

    private static Logger quernsLog() {
        return (Logger) LoggerFactory.getLogger("io.quern");
    }

    private void sql(String... statements) throws SQLException {
        try (Connection c = server.connect(database);
                Statement statement = c.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}

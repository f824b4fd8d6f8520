package io.quern.advisor.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quern.advisor.Proposal;
import io.quern.optimizer.IndexDefinition;
import io.quern.optimizer.PostgresServer;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Relay;
import io.quern.optimizer.Statement;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Two servers with a database of one name, and servers that come and go. */
class SeveralUpstreamsIT {
    private static final PostgresServer MAIN = PostgresServer.shared();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @SuppressWarnings("NullAway.Init")
    private static EmbeddedPostgres second;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final String shared = MAIN.createDatabase();

    @BeforeAll
    static void start() throws IOException {
        second = EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
    }

    @AfterAll
    static void stop() throws IOException {
        second.close();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : opened) {
            resource.close();
        }
    }

    @Test
    void databasesOfOneNameOnTwoUpstreamsAreNotConfused() throws SQLException {
        onSecond("postgres", "CREATE DATABASE " + shared);
        onMain(shared, "CREATE TABLE here (a int PRIMARY KEY, b int NOT NULL)");
        onSecond(shared, "CREATE TABLE there (a int PRIMARY KEY, b int NOT NULL)");
        UpstreamDatabases databases =
                databases(
                        served ->
                                served.equals("reports")
                                        ? place(theSecond(), shared)
                                        : place(main(), served));

        CatalogLoader loader = new CatalogLoader(databases);
        assertThat(tables(loader, shared)).containsExactly("here");
        assertThat(tables(loader, "reports")).containsExactly("there");
        assertThat(loader.load("reports").catalog().database()).isEqualTo("reports");

        PlanExplainer explainer = new PlanExplainer(databases);
        assertThat(explainer.explain("reports", "public", statement("SELECT b FROM there")).text())
                .contains("Scan");

        Proposal.NewIndex index =
                new Proposal.NewIndex(
                        new IndexDefinition(
                                new QualifiedName("public", "there"),
                                List.of(new IndexDefinition.Key("b", false))),
                        "quern_00000000000a",
                        8192);
        new ConcurrentIndexBuilder(
                        databases, ConcurrentIndexBuilder.Patience.DEFAULT, InstantSource.system())
                .build("reports", index);
        String named = "SELECT count(*) FROM pg_class WHERE relname = '" + index.name() + "'";
        try (Connection there = secondConnection(shared);
                Connection here = MAIN.connect(shared)) {
            assertThat(one(there, named)).isEqualTo("1");
            assertThat(one(here, named)).isEqualTo("0");
        }
    }

    @Test
    void aDatabaseThatQuernLooksIntoCanBeRenamedAndDropped() throws SQLException {
        UpstreamDatabases databases = databases(Directory.of(main()));
        Privileges privileges = new Privileges(databases);
        assertThat(privileges.check(shared)).isEmpty();
        onMain("postgres", "ALTER DATABASE " + shared + " RENAME TO " + shared + "_new");
        assertThat(privileges.check(shared)).as("gone, so there is nothing to grant").isEmpty();
        assertThat(privileges.check(shared + "_new")).isEmpty();
        onMain("postgres", "DROP DATABASE " + shared + "_new");
        assertThat(privileges.check(shared + "_new")).isEmpty();
        onMain("postgres", "CREATE DATABASE " + shared);
        assertThat(tables(new CatalogLoader(databases), shared)).isEmpty();
    }

    @Test
    void aDatabaseThatQuernMayNotEnterIsOneLineWithItsGrant() throws SQLException {
        String role = shared + "_role";
        onMain("postgres", "CREATE ROLE " + role + " LOGIN PASSWORD 'p'");
        onMain("postgres", "REVOKE CONNECT ON DATABASE " + shared + " FROM PUBLIC");
        UpstreamUrl url =
                new UpstreamUrl(MAIN.host(), MAIN.port(), "postgres", role, "p", Map.of());
        Privileges privileges = new Privileges(databases(Directory.of(url)));
        String grant = "GRANT CONNECT ON DATABASE \"" + shared + "\" TO \"" + role + "\"";
        assertThat(privileges.check(shared)).singleElement().asString().contains(grant);
        onMain("postgres", grant);
        assertThat(privileges.check(shared)).noneMatch(line -> line.contains("CONNECT"));
    }

    @Test
    void connectionsFollowAFailover() throws Exception {
        Relay first = relay(MAIN.port());
        Relay other = relay(MAIN.port());
        UpstreamUrl both =
                new UpstreamUrl(
                        List.of(host(first), host(other)),
                        "postgres",
                        MAIN.user(),
                        MAIN.password(),
                        Map.of("targetServerType", "primary", "hostRecheckSeconds", "1"));
        UpstreamDatabases databases = databases(Directory.of(both));
        assertThat(port(databases)).isPositive();
        first.cut();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> port(databases) > 0);
        other.cut();
        first.mend();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> port(databases) > 0);
        try (Connection dedicated = databases.dedicated(shared)) {
            assertThat(one(dedicated, "SHOW application_name")).isEqualTo("quern");
        }
    }

    @Test
    void exploringAsksAReplicaWhileThereIsOne() throws Exception {
        onSecond("postgres", "CREATE DATABASE " + shared);
        Relay way = relay(second.getPort());
        UpstreamUrl replica =
                new UpstreamUrl("127.0.0.1", way.port(), shared, "postgres", "postgres", Map.of());
        UpstreamDatabases databases =
                databases(served -> new Directory.Place(main(), List.of(replica), served));
        assertThat(explored(databases)).isEqualTo(second.getPort());
        assertThat(port(databases)).isEqualTo(MAIN.port());
        way.cut();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(explored(databases)).isEqualTo(MAIN.port()));
    }

    @Test
    void whatAReplicaDoesNotKnowThePrimaryAnswers() throws Exception {
        onSecond("postgres", "CREATE DATABASE " + shared);
        onMain(shared, "CREATE TABLE young (a int)");
        UpstreamDatabases databases =
                databases(served -> new Directory.Place(main(), List.of(theSecond()), served));
        assertThat(
                        new PlanExplainer(databases)
                                .explain(shared, "public", statement("SELECT a FROM young"))
                                .text())
                .contains("Scan");
    }

    private int port(UpstreamDatabases databases) {
        String port = databases.reading(shared, SeveralUpstreamsIT::port);
        return Integer.parseInt(port);
    }

    private int explored(UpstreamDatabases databases) throws SQLException {
        String port = databases.exploringOrFault(shared, SeveralUpstreamsIT::port);
        return Integer.parseInt(port);
    }

    private static String port(Connection connection) throws SQLException {
        return one(connection, "SELECT pg_catalog.inet_server_port()");
    }

    private static List<String> tables(CatalogLoader loader, String database) {
        return loader.load(database).catalog().tables().stream().map(t -> t.name().name()).toList();
    }

    private static Statement statement(String sql) {
        return new Statement(sql, List.of());
    }

    private UpstreamDatabases databases(Directory directory) {
        UpstreamDatabases databases = new UpstreamDatabases(directory);
        opened.addFirst(databases);
        return databases;
    }

    private Relay relay(int port) throws IOException {
        Relay relay = new Relay("127.0.0.1", port);
        opened.addLast(relay);
        return relay;
    }

    private static UpstreamUrl.Host host(Relay relay) {
        return new UpstreamUrl.Host("127.0.0.1", relay.port());
    }

    private static Directory.Place place(UpstreamUrl url, String database) {
        return new Directory.Place(url, List.of(), database);
    }

    private static UpstreamUrl main() {
        return new UpstreamUrl(
                MAIN.host(), MAIN.port(), "postgres", MAIN.user(), MAIN.password(), Map.of());
    }

    private static UpstreamUrl theSecond() {
        return new UpstreamUrl(
                "127.0.0.1", second.getPort(), "postgres", "postgres", "postgres", Map.of());
    }

    private static void onMain(String database, String sql) throws SQLException {
        run(MAIN.connect(database), sql);
    }

    private static void onSecond(String database, String sql) throws SQLException {
        run(secondConnection(database), sql);
    }

    private static Connection secondConnection(String database) throws SQLException {
        return second.getDatabase("postgres", database).getConnection();
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (connection;
                java.sql.Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String one(Connection connection, String sql) throws SQLException {
        try (java.sql.Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }
}

package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.advisor.Execution;
import io.quern.proxy.session.Mishaps;
import io.quern.proxy.tuning.ScriptedGate;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** pgjdbc through the proxy, treated and untreated. */
class JdbcIT {
    private static final String ASKED = "SELECT id, name FROM people WHERE id = $1";
    private static final String VARIANT = "SELECT id, name FROM people WHERE id = $1 AND id > 0";
    private static final int INT4 = 23;

    private ProxyFixture house;

    @BeforeEach
    void open() throws SQLException {
        house = new ProxyFixture();
        try (Connection direct = house.server.connect(house.database);
                Statement statement = direct.createStatement()) {
            statement.execute(
                    "CREATE TABLE people AS SELECT i AS id, 'n' || i AS name"
                            + " FROM generate_series(1, 1000) i");
        }
    }

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void serverPreparedStatementsBatchesAndFetchSizesWork() throws Exception {
        try (Connection connection = house.connect("prepareThreshold=2")) {
            for (int i = 1; i < 20; i++) {
                assertThat(name(connection, i)).isEqualTo("n" + i);
            }
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO people VALUES (?, ?)")) {
                for (int i = 0; i < 500; i++) {
                    insert.setInt(1, 2000 + i);
                    insert.setString(2, "b" + i);
                    insert.addBatch();
                }
                assertThat(insert.executeBatch()).hasSize(500).containsOnly(1);
            }
            connection.setAutoCommit(false);
            try (PreparedStatement all = connection.prepareStatement("SELECT id FROM people")) {
                all.setFetchSize(64);
                int rows = 0;
                try (ResultSet result = all.executeQuery()) {
                    while (result.next()) {
                        rows++;
                    }
                }
                assertThat(rows).isEqualTo(1500);
            }
            connection.commit();
        }
        assertThat(executions("SELECT id FROM people"))
                .singleElement()
                .satisfies(e -> assertThat(e.rows()).isEqualTo(1500));
        noMishaps();
    }

    @Test
    void copyApiNotificationsAndErrorsWork() throws Exception {
        try (Connection connection = house.connect("");
                Statement statement = connection.createStatement()) {
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            byte[] lines = "5001\tx\n5002\ty\n".getBytes(UTF_8);
            assertThat(copy.copyIn("COPY people FROM STDIN", new ByteArrayInputStream(lines)))
                    .isEqualTo(2);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            copy.copyOut("COPY (SELECT * FROM people WHERE id > 5000) TO STDOUT", out);
            assertThat(out.toString(UTF_8)).isEqualTo("5001\tx\n5002\ty\n");
            assertThatThrownBy(
                            () ->
                                    copy.copyIn(
                                            "COPY people FROM STDIN",
                                            new ByteArrayInputStream("no\n".getBytes(UTF_8))))
                    .hasMessageContaining("invalid input syntax");
            statement.execute("LISTEN news");
            statement.execute("NOTIFY news, 'hello'");
            assertThat(connection.unwrap(PGConnection.class).getNotifications())
                    .singleElement()
                    .satisfies(n -> assertThat(n.getParameter()).isEqualTo("hello"));
            assertThatThrownBy(() -> statement.execute("SELECT 1/0"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("22012"));
        }
        noMishaps();
    }

    @Test
    void cancelReachesTheUpstream() throws Exception {
        try (Connection connection = house.connect("");
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertThatThrownBy(() -> statement.execute("SELECT pg_sleep(30)"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("57014"));
            statement.setQueryTimeout(0);
            statement.execute("SELECT 1");
        }
        assertThat(executions("SELECT pg_sleep(30)"))
                .singleElement()
                .satisfies(e -> assertThat(e.sqlState()).isEqualTo("57014"));
    }

    @Test
    void passwordsPassThroughWhole() throws Exception {
        String role = house.database + "_role";
        try (Connection direct = house.server.connect(house.database);
                Statement statement = direct.createStatement()) {
            statement.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'right'");
        }
        String url = "jdbc:postgresql://127.0.0.1:" + house.port() + "/" + house.database;
        try (Connection connection =
                DriverManager.getConnection(url + "?sslmode=prefer", role, "right")) {
            assertThat(connection.isValid(1)).isTrue();
        }
    }

    @Test
    void variantsArePreparedApartAndDrawnAtEachBind() throws Exception {
        house.gate.treat(7, ASKED, VARIANT, INT4);
        try (Connection connection = house.connect("prepareThreshold=1")) {
            drawn(connection, 7, Execution.Arm.TREATMENT);
            assertThat(prepared(connection)).contains(ASKED, VARIANT);
            house.gate.treats(false);
            house.recorder.clear();
            name(connection, 3);
            assertThat(executions(ASKED))
                    .extracting(Execution::arm)
                    .containsOnly(Execution.Arm.CONTROL);
            house.gate.enabled(false);
            house.recorder.clear();
            name(connection, 3);
            assertThat(executions(ASKED))
                    .extracting(Execution::arm)
                    .containsOnly(Execution.Arm.NONE);
        }
        noMishaps();
    }

    @Test
    void unnamedStatementsAreTreatedToo() throws Exception {
        house.gate.treat(7, ASKED, VARIANT, INT4);
        try (Connection connection = house.connect("prepareThreshold=0")) {
            drawn(connection, 7, Execution.Arm.TREATMENT);
        }
        noMishaps();
    }

    @Test
    void aLockThatPreparingNeedsDoesNotHoldUpTheClient() throws Exception {
        house.gate.treat(
                7,
                ASKED,
                "SELECT id, name FROM people WHERE id = $1 AND NOT EXISTS (SELECT FROM locked)",
                INT4);
        try (Connection other = house.server.connect(house.database);
                Statement locking = other.createStatement();
                Connection connection = house.connect("prepareThreshold=1&socketTimeout=5");
                Statement statement = connection.createStatement()) {
            locking.execute("CREATE TABLE locked (id int)");
            statement.execute("SET lock_timeout = '7s'");
            other.setAutoCommit(false);
            locking.execute("LOCK TABLE locked IN ACCESS EXCLUSIVE MODE");
            for (int i = 1; i < 20; i++) {
                assertThat(name(connection, i)).isEqualTo("n" + i);
            }
            try (ResultSet shown = statement.executeQuery("SHOW lock_timeout")) {
                shown.next();
                assertThat(shown.getString(1)).isEqualTo("7s");
            }
            other.rollback();
            assertThat(house.proxy.mishaps().get(Mishaps.Kind.PREPARE)).isEqualTo(1);
            assertThat(house.recorder.refusals()).isEmpty();
            for (int i = 1; i < 150; i++) {
                name(connection, i);
            }
            drawn(connection, 7, Execution.Arm.TREATMENT);
        }
    }

    @Test
    void pipelinedBatchesKeepTheirOrderBesideATreatment() throws Exception {
        house.gate.treat(7, ASKED, VARIANT, INT4);
        try (Connection connection = house.connect("prepareThreshold=1")) {
            drawn(connection, 7, Execution.Arm.TREATMENT);
            connection.setAutoCommit(false);
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO people VALUES (?, ?)")) {
                for (int i = 0; i < 1000; i++) {
                    insert.setInt(1, 5000 + i);
                    insert.setString(2, "b" + i);
                    insert.addBatch();
                }
                assertThat(insert.executeBatch()).hasSize(1000).containsOnly(1);
                assertThat(name(connection, 5999)).isEqualTo("b999");
                connection.commit();
                assertThat(name(connection, 5999)).isEqualTo("b999");
                connection.commit();
            }
            try (PreparedStatement divide =
                    connection.prepareStatement("INSERT INTO people VALUES (10/?::int, 'd')")) {
                for (int i = 400; i >= -100; i--) {
                    divide.setInt(1, i);
                    divide.addBatch();
                }
                assertThatThrownBy(divide::executeBatch).hasMessageContaining("division by zero");
            }
            assertThatThrownBy(() -> name(connection, 5))
                    .hasMessageContaining("current transaction is aborted");
            connection.rollback();
            assertThat(name(connection, 5999)).isEqualTo("b999");
            connection.rollback();
        }
        assertThat(house.proxy.mishaps().get(Mishaps.Kind.TRACKING)).isZero();
    }

    @Test
    void aTreatedPortalIsFetchedInPieces() throws Exception {
        String asked = "SELECT id FROM people WHERE id > $1";
        house.gate.treat(7, asked, "SELECT id FROM people WHERE id > $1 AND id > -1", INT4);
        try (Connection connection = house.connect("prepareThreshold=1")) {
            connection.setAutoCommit(false);
            for (int round = 0; round < 12; round++) {
                house.recorder.clear();
                try (PreparedStatement query =
                        connection.prepareStatement("SELECT id FROM people WHERE id > ?")) {
                    query.setInt(1, 10);
                    query.setFetchSize(100);
                    int rows = 0;
                    try (ResultSet result = query.executeQuery()) {
                        while (result.next()) {
                            rows++;
                        }
                    }
                    assertThat(rows).isEqualTo(990);
                }
                connection.commit();
            }
        }
        assertThat(executions(asked))
                .singleElement()
                .satisfies(
                        e -> {
                            assertThat(e.arm()).isEqualTo(Execution.Arm.TREATMENT);
                            assertThat(e.rows()).isEqualTo(990);
                        });
        noMishaps();
    }

    @Test
    void aSearchPathTakenBackIsNoticed() throws Exception {
        house.gate.treat(7, ASKED, VARIANT, INT4);
        try (Connection connection = house.connect("prepareThreshold=1");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA other");
            statement.execute(
                    "CREATE TABLE other.people AS SELECT id, 'o' || id AS name FROM people");
            drawn(connection, 7, Execution.Arm.TREATMENT);
            connection.setAutoCommit(false);
            statement.execute("SET search_path = other");
            assertThat(name(connection, 12)).isEqualTo("o12");
            connection.rollback();
            assertThat(name(connection, 12)).isEqualTo("n12");
            statement.execute("SET LOCAL search_path = other");
            assertThat(name(connection, 12)).isEqualTo("o12");
            connection.commit();
            connection.setAutoCommit(true);
            drawn(connection, 7, Execution.Arm.TREATMENT);
            assertThat(house.gate.keys().getLast().searchPath()).isEqualTo("\"$user\", public");
        }
        noMishaps();
    }

    @Test
    void simpleQueriesAreTreatedAndTheServerSeesTheVariant() throws Exception {
        String asked = "SELECT pg_catalog.current_query()::text AS q";
        String variant = "SELECT pg_catalog.current_query()::text AS q LIMIT 1";
        house.gate.treat(8, asked, variant);
        try (Connection connection = house.connect("preferQueryMode=simple");
                Statement statement = connection.createStatement()) {
            String seen = "";
            for (int i = 0; i < 20; i++) {
                try (ResultSet result = statement.executeQuery(asked)) {
                    result.next();
                    seen = result.getString(1);
                }
            }
            assertThat(seen).isEqualTo(variant);
        }
        noMishaps();
    }

    @Test
    void anotherShapeIsRefused() throws Exception {
        house.gate.treat(9, ASKED, "SELECT id, name || '' AS name FROM people WHERE id = $1", INT4);
        try (Connection connection = house.connect("prepareThreshold=1")) {
            for (int i = 1; i < 6; i++) {
                assertThat(name(connection, i)).isEqualTo("n" + i);
            }
        }
        await().untilAsserted(() -> assertThat(house.recorder.refusals()).hasSize(1));
        assertThat(house.recorder.refusals().getFirst()).startsWith("9: PostgreSQL describes");
        noMishaps();
    }

    @Test
    void aVariantThatDoesNotPrepareIsRefusedAndTheOriginalRuns() throws Exception {
        house.gate.treat(9, ASKED, "SELECT id, nix FROM people WHERE id = $1", INT4);
        try (Connection connection = house.connect("prepareThreshold=1")) {
            for (int i = 1; i < 6; i++) {
                assertThat(name(connection, i)).isEqualTo("n" + i);
            }
        }
        await().untilAsserted(
                        () ->
                                assertThat(house.recorder.refusals())
                                        .containsExactly(
                                                "9: PostgreSQL refuses to prepare it: SQLSTATE"
                                                        + " 42703"));
    }

    @Test
    void aVariantThatFailsIsReportedWithItsSqlState() throws Exception {
        house.gate.treat(
                10, ASKED, "SELECT id, name FROM people WHERE id = $1 AND 1/(id-5) < 2", INT4);
        try (Connection connection = house.connect("prepareThreshold=1")) {
            drawn(connection, 10, Execution.Arm.TREATMENT);
            house.recorder.clear();
            assertThatThrownBy(() -> name(connection, 5)).hasMessageContaining("division by zero");
            assertThat(executions(ASKED))
                    .extracting(Execution::arm, Execution::sqlState)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(Execution.Arm.TREATMENT, "22012"));
        }
    }

    @Test
    void discardAllTakesTheVariantsWithIt() throws Exception {
        house.gate.treat(7, ASKED, VARIANT, INT4);
        try (Connection connection = house.connect("prepareThreshold=1");
                Statement statement = connection.createStatement()) {
            drawn(connection, 7, Execution.Arm.TREATMENT);
            statement.execute("DISCARD ALL");
            drawn(connection, 7, Execution.Arm.TREATMENT);
        }
        noMishaps();
    }

    @Test
    void aRoleSetBehindQuernsBackIsAskedFor() throws Exception {
        house.gate.treat(7, ASKED, VARIANT, INT4);
        String role = house.database + "_other";
        try (Connection connection = house.connect("prepareThreshold=1");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE " + role);
            statement.execute("GRANT SELECT ON people TO " + role);
            statement.execute("SET ROLE " + role);
            drawn(connection, 7, Execution.Arm.TREATMENT);
            assertThat(house.gate.keys().getLast().role()).isEqualTo(role);
            statement.execute("CREATE TEMP TABLE mine (id int)");
            house.recorder.clear();
            for (int i = 1; i < 8; i++) {
                name(connection, i);
            }
            assertThat(executions(ASKED))
                    .extracting(Execution::arm)
                    .containsOnly(Execution.Arm.NONE);
            assertThat(house.gate.keys().getLast().treatable()).isFalse();
        }
        noMishaps();
    }

    @Test
    void ddlCastsDoubtOnTheCatalog() throws Exception {
        try (Connection connection = house.connect("");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE seen (id int)");
            assertThat(house.recorder.changedCatalogs()).contains(house.database);
            house.recorder.clear();
            statement.execute("DO $$ BEGIN CREATE TABLE unseen (id int); END $$");
            statement.execute("SELECT 1; ALTER TABLE seen ADD x int; SELECT 2");
            assertThat(house.recorder.changedCatalogs()).contains(house.database);
        }
    }

    @Test
    void aBrokenGateHarmsNobody() throws Exception {
        house.gate.broken(true);
        try (Connection connection = house.connect("prepareThreshold=1")) {
            for (int i = 1; i < 6; i++) {
                assertThat(name(connection, i)).isEqualTo("n" + i);
            }
        }
        assertThat(house.proxy.mishaps().get(Mishaps.Kind.RECOGNISE)).isPositive();
    }

    /** Runs the statement until chance has spoken, and asserts what it said. */
    private void drawn(Connection connection, long suggestion, Execution.Arm arm) throws Exception {
        assertThat(name(connection, 10)).isEqualTo("n10");
        Execution last = executions(ASKED).getLast();
        for (int i = 11; i < 40 && last.arm() != arm; i++) {
            assertThat(name(connection, i)).isEqualTo("n" + i);
            last = executions(ASKED).getLast();
        }
        assertThat(last.arm()).isEqualTo(arm);
        assertThat(last.suggestion()).isEqualTo(suggestion);
        assertThat(last.rows()).isEqualTo(1);
        assertThat(last.elapsedNanos()).isPositive();
    }

    private static String name(Connection connection, int id) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT id, name FROM people WHERE id = ?")) {
            query.setInt(1, id);
            try (ResultSet result = query.executeQuery()) {
                assertThat(result.next()).isTrue();
                return result.getString(2);
            }
        }
    }

    private static List<String> prepared(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result =
                        statement.executeQuery(
                                "SELECT array_agg(statement) FROM pg_prepared_statements")) {
            result.next();
            return List.of((String[]) result.getArray(1).getArray());
        }
    }

    private List<Execution> executions(String sql) {
        return house.recorder.executions().stream()
                .filter(e -> e.fingerprint().equals(ScriptedGate.fingerprint(sql)))
                .toList();
    }

    private void noMishaps() {
        assertThat(house.proxy.mishaps().values()).containsOnly(0L);
    }
}

package io.quern.bench.soak;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quern.bench.process.TestServer;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.Random;

/**
 * One application's thread: asks through Quern what it knows the answer to, moves amounts between
 * accounts in transactions that leave their sum alone, copies and streams; after a failure it
 * connects again. What it sees goes to the {@link Ledger}.
 */
final class Customer implements Runnable {
    static final int ACCOUNTS = 1_000;
    private static final int ROWS = 3_000;

    /** Rows of one delivery. */
    static final int LOT = 500;

    private static final long AWAY_MILLIS = 50;

    private final int port;
    private final TestServer server;
    private final Ledger ledger;
    private final Random random;
    private volatile boolean stopping;
    private volatile long lastAnswer = System.nanoTime();
    private volatile @Nullable Thread thread;

    Customer(int port, TestServer server, Ledger ledger, long seed) {
        this.port = port;
        this.server = server;
        this.ledger = ledger;
        this.random = new Random(seed);
    }

    /** Fills the tables that customers use, past Quern. */
    static void furnish(Connection owner) throws SQLException {
        try (Statement statement = owner.createStatement()) {
            statement.execute("CREATE TABLE account (id int PRIMARY KEY, balance int NOT NULL)");
            statement.execute("CREATE TABLE delivery (lot bigint NOT NULL, item int NOT NULL)");
            statement.execute(
                    "INSERT INTO account SELECT i, 100 FROM generate_series(1, %d) i"
                            .formatted(ACCOUNTS));
        }
    }

    void start() {
        thread = Thread.ofPlatform().name("customer").daemon().start(this);
    }

    /** Asks it to stop after what it is at. */
    void stop() {
        stopping = true;
    }

    /** Whether it has stopped by then. */
    boolean join(long millis) throws InterruptedException {
        Thread started = thread;
        if (started == null) {
            return true;
        }
        started.join(Math.max(1, millis));
        return !started.isAlive();
    }

    /** Seconds since it last heard anything, good or bad. */
    double silence() {
        return (System.nanoTime() - lastAnswer) / 1e9;
    }

    @Override
    public void run() {
        while (!stopping) {
            try (Connection connection = connect()) {
                while (!stopping) {
                    act(connection);
                    ledger.answered();
                    lastAnswer = System.nanoTime();
                }
            } catch (SQLException e) {
                ledger.failed(e);
                lastAnswer = System.nanoTime();
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(AWAY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", server.user());
        properties.setProperty("password", server.password());
        properties.setProperty("sslmode", random.nextBoolean() ? "require" : "disable");
        properties.setProperty("prepareThreshold", Integer.toString(random.nextInt(4)));
        if (random.nextInt(4) == 0) {
            properties.setProperty("preferQueryMode", "simple");
        }
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + TestServer.DATABASE, properties);
    }

    private void act(Connection connection) throws SQLException {
        int dice = random.nextInt(100);
        if (dice < 45) {
            add(connection);
        } else if (dice < 85) {
            transfer(connection);
        } else if (dice < 93) {
            stream(connection);
        } else if (dice < 96) {
            copy(connection);
        } else if (dice < 98) {
            deliver(connection);
        } else {
            failOnPurpose(connection);
        }
    }

    private void add(Connection connection) throws SQLException {
        int n = 1 + random.nextInt(200);
        try (PreparedStatement sum =
                connection.prepareStatement("SELECT sum(i), ? FROM generate_series(1, ?) i")) {
            sum.setString(1, "n" + n);
            sum.setInt(2, n);
            try (ResultSet row = sum.executeQuery()) {
                ledger.expect(
                        row.next()
                                && row.getLong(1) == n * (n + 1L) / 2
                                && row.getString(2).equals("n" + n)
                                && !row.next(),
                        "a sum");
            }
        }
    }

    private void transfer(Connection connection) throws SQLException {
        int amount = random.nextInt(20);
        int from = 1 + random.nextInt(ACCOUNTS);
        int to = 1 + random.nextInt(ACCOUNTS);
        connection.setAutoCommit(false);
        try (PreparedStatement move =
                connection.prepareStatement(
                        "UPDATE account SET balance = balance + ? WHERE id = ?")) {
            // in the order of their ids, so that no two wait for each other
            for (int id : new int[] {Math.min(from, to), Math.max(from, to)}) {
                move.setInt(1, id == from ? -amount : amount);
                if (from == to) {
                    move.setInt(1, 0);
                }
                move.setInt(2, id);
                ledger.expect(move.executeUpdate() == 1, "an update");
            }
            if (random.nextInt(10) == 0) {
                connection.rollback();
            } else {
                connection.commit();
            }
            connection.setAutoCommit(true);
        }
    }

    private void stream(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(1 + random.nextInt(500));
            int seen = 0;
            try (ResultSet rows =
                    statement.executeQuery(
                            "SELECT i, repeat('x', 300) FROM generate_series(1, %d) i"
                                    .formatted(ROWS))) {
                while (rows.next()) {
                    seen++;
                    if (rows.getInt(1) != seen) {
                        break;
                    }
                }
            }
            ledger.expect(seen == ROWS, "a result in order");
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    private void copy(Connection connection) throws SQLException {
        CopyOut out =
                connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyOut(
                                "COPY (SELECT i FROM generate_series(1, %d) i) TO STDOUT"
                                        .formatted(ROWS));
        int rows = 0;
        while (out.readFromCopy() != null) {
            rows++;
        }
        ledger.expect(rows == ROWS, "a COPY");
    }

    /** COPY into a table: all of a lot arrives or nothing. */
    private void deliver(Connection connection) throws SQLException {
        long lot = random.nextLong();
        CopyIn in =
                connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn("COPY delivery (lot, item) FROM STDIN");
        for (int i = 0; i < LOT; i++) {
            byte[] line = (lot + "\t" + i + "\n").getBytes(US_ASCII);
            in.writeToCopy(line, 0, line.length);
        }
        if (random.nextInt(4) == 0) {
            in.cancelCopy();
        } else {
            ledger.expect(in.endCopy() == LOT, "a delivery");
        }
    }

    /** An error in between must not disturb what follows. */
    private void failOnPurpose(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1 / 0");
            ledger.expect(false, "an error");
        } catch (SQLException e) {
            if (!"22012".equals(e.getSQLState())) {
                throw e;
            }
        }
    }
}

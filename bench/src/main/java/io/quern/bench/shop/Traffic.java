package io.quern.bench.shop;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The shop's application under load: threads that each take a connection from a pool, run one
 * statement or place one order, give it back and think. Three quarters of them use pgjdbc as it
 * comes, where a statement is prepared under a name once it has been run five times on a
 * connection; the rest speak the simple protocol and write their values into the text.
 *
 * <p>A thread thinks a random while, and at least {@code threads - 1} times as long as its last
 * statement took: so all of them together keep at most about one core of the server busy, however
 * slow the machine is.
 */
public final class Traffic implements AutoCloseable {
    private static final int EXTENDED = 6;
    private static final int SIMPLE = 2;
    private static final int THREADS = EXTENDED + SIMPLE;
    private static final double MEAN_THINK_MILLIS = 60;

    /** One order is placed for so many shares of queries. */
    private static final int ORDER_SHARE = 8;

    private final Shop shop;
    private final long seed;
    private final List<ShopStatement> statements;
    private final int shares;
    private final Tally tally = new Tally();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final List<HikariDataSource> pools = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    private Traffic(Shop shop, long seed) {
        this.shop = shop;
        this.seed = seed;
        this.statements = shop.statements();
        this.shares = statements.stream().mapToInt(ShopStatement::share).sum() + ORDER_SHARE;
    }

    /**
     * Starts the traffic.
     *
     * @param jdbcUrl where the application believes its database to be, without parameters
     */
    public static Traffic start(Shop shop, String jdbcUrl, String user, String password) {
        Traffic traffic = new Traffic(shop, 7);
        AtomicInteger number = new AtomicInteger();
        traffic.startThreads(traffic.pool(jdbcUrl, user, password, EXTENDED), EXTENDED, number);
        traffic.startThreads(
                traffic.pool(jdbcUrl + "?preferQueryMode=simple", user, password, SIMPLE),
                SIMPLE,
                number);
        return traffic;
    }

    private HikariDataSource pool(String jdbcUrl, String user, String password, int size) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("shop-" + pools.size());
        config.setJdbcUrl(jdbcUrl);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(size);
        config.setConnectionTimeout(5_000);
        // A proxy that is not there yet is an error to count, not one to fail with.
        config.setInitializationFailTimeout(-1);
        HikariDataSource pool = new HikariDataSource(config);
        pools.add(pool);
        return pool;
    }

    private void startThreads(HikariDataSource pool, int count, AtomicInteger number) {
        boolean literal = count == SIMPLE;
        for (int i = 0; i < count; i++) {
            int id = number.getAndIncrement();
            SplittableRandom random = new SplittableRandom(seed + id);
            threads.add(
                    Thread.ofPlatform()
                            .name("shop-traffic-" + id)
                            .daemon()
                            .start(() -> work(pool, literal, random)));
        }
    }

    /** What has been done so far. */
    public Tally tally() {
        return tally;
    }

    private void work(HikariDataSource pool, boolean literal, SplittableRandom random) {
        try {
            boolean going = true;
            while (going) {
                long start = System.nanoTime();
                step(pool, literal, random);
                double elapsed = (System.nanoTime() - start) / 1e6;
                double think = -Math.log(1 - random.nextDouble()) * MEAN_THINK_MILLIS;
                think = Math.max(think, elapsed * (THREADS - 1));
                going = !stop.await((long) (think * 1000), TimeUnit.MICROSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void step(HikariDataSource pool, boolean literal, SplittableRandom random) {
        int draw = random.nextInt(shares);
        if (draw < ORDER_SHARE) {
            try (Connection connection = pool.getConnection()) {
                placeOrder(connection, random);
            } catch (SQLException e) {
                tally.error("place an order", e);
            }
            return;
        }
        ShopStatement statement = statement(draw - ORDER_SHARE);
        try (Connection connection = pool.getConnection()) {
            var rows = run(connection, statement, literal, statement.parameters().apply(random));
            if (statement.name().equals(shop.items().name())) {
                for (List<String> row : rows) {
                    run(connection, shop.product(), literal, productOf(row));
                }
            }
        } catch (SQLException e) {
            tally.error(statement.name(), e);
        }
    }

    private static List<Object> productOf(List<String> item) {
        return List.of(Integer.parseInt(item.get(1).replace("'", "")));
    }

    private ShopStatement statement(int draw) {
        int left = draw;
        for (ShopStatement statement : statements) {
            left -= statement.share();
            if (left < 0) {
                return statement;
            }
        }
        throw new IllegalStateException("no statement for " + draw);
    }

    private List<List<String>> run(
            Connection connection, ShopStatement statement, boolean literal, List<Object> values)
            throws SQLException {
        var rows =
                literal
                        ? statement.runLiteral(connection, values)
                        : statement.run(connection, values);
        tally.statement();
        return rows;
    }

    /** Writes an order and its items in one transaction. */
    private void placeOrder(Connection connection, SplittableRandom random) throws SQLException {
        connection.setAutoCommit(false);
        try {
            long order = insertOrder(connection, random);
            insertItems(connection, order, random);
            connection.commit();
            tally.transaction();
        } catch (SQLException e) {
            try {
                connection.rollback();
            } catch (SQLException atRollback) {
                e.addSuppressed(atRollback);
            }
            throw e;
        }
        connection.setAutoCommit(true);
    }

    private long insertOrder(Connection connection, SplittableRandom random) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "INSERT INTO orders (customer_id, status, total) VALUES (?, 'paid', ?)"
                                + " RETURNING id")) {
            insert.setInt(1, shop.customer(random));
            insert.setBigDecimal(2, BigDecimal.valueOf(random.nextInt(99_999), 2));
            try (ResultSet result = insert.executeQuery()) {
                result.next();
                tally.statement();
                return result.getLong(1);
            }
        }
    }

    private void insertItems(Connection connection, long order, SplittableRandom random)
            throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "INSERT INTO order_items (order_id, product_id, quantity, price)"
                                + " VALUES (?, ?, ?, ?)")) {
            int items = 1 + random.nextInt(4);
            for (int i = 0; i < items; i++) {
                insert.setLong(1, order);
                insert.setInt(2, shop.productNumber(random));
                insert.setInt(3, 1 + random.nextInt(3));
                insert.setBigDecimal(4, BigDecimal.valueOf(random.nextInt(9_999), 2));
                insert.addBatch();
            }
            insert.executeBatch();
            tally.statement();
        }
    }

    /** Lets every thread finish its statement, at most 5 seconds, and closes the connections. */
    @Override
    public void close() {
        stop.countDown();
        boolean interrupted = Thread.interrupted();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        for (Thread thread : threads) {
            try {
                thread.join(
                        Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        pools.forEach(HikariDataSource::close);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

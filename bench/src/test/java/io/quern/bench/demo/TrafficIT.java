package io.quern.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quern.bench.shop.Shop;
import io.quern.bench.shop.Traffic;

import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;

/** The application against its database, with nothing between them. */
class TrafficIT {
    @Test
    void runsBothProtocolsPlacesOrdersAndLeavesNoConnection() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(line -> {});
                Connection connection = database.connect(database.shop())) {
            Shop shop = new Shop();
            shop.load(connection, line -> {});
            long before = count(connection, "SELECT count(*) FROM orders");
            EmbeddedDatabase.Account account = database.shop();
            Traffic traffic =
                    Traffic.start(
                            shop,
                            EmbeddedDatabase.jdbcUrl(database.port(), EmbeddedDatabase.DATABASE),
                            account.user(),
                            account.password());
            long start = System.nanoTime();
            try (traffic) {
                await().atMost(Duration.ofSeconds(60))
                        .until(
                                () ->
                                        traffic.tally().statements() > 500
                                                && traffic.tally().transactions() > 10);
            }
            System.out.printf(
                    "%.0f statements/s, %s%n",
                    traffic.tally().statements() * 1e9 / (System.nanoTime() - start),
                    traffic.tally().errorSummary());
            assertThat(traffic.tally().errors()).as(traffic.tally().errorSummary()).isZero();
            assertThat(count(connection, "SELECT count(*) FROM orders"))
                    .isEqualTo(before + traffic.tally().transactions());
            await().until(
                            () ->
                                    count(
                                                    connection,
                                                    "SELECT count(*) FROM pg_stat_activity"
                                                            + " WHERE usename = 'shop'")
                                            == 1);
        }
    }

    @Test
    void aDatabaseThatIsNotThereIsCountedAndDoesNotBlockClosing() {
        Traffic traffic =
                Traffic.start(new Shop(), "jdbc:postgresql://127.0.0.1:1/shop", "shop", "none");
        try (traffic) {
            await().atMost(Duration.ofSeconds(20)).until(() -> traffic.tally().errors() > 0);
        }
        assertThat(traffic.tally().errorSummary()).contains("last: ");
    }

    private static long count(Connection connection, String sql) throws Exception {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }
}

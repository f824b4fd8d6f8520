package io.quern.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.advisor.Proposal;
import io.quern.bench.shop.Shop;
import io.quern.bench.shop.ShopStatement;
import io.quern.optimizer.IndexDefinition;
import io.quern.optimizer.QualifiedName;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;

/** The proof must fail where it should: here a test plays the proxy. */
class ProofIT {
    private static EmbeddedDatabase database;
    private static Shop shop;

    @BeforeAll
    static void load() throws Exception {
        database = EmbeddedDatabase.start(line -> {});
        shop = new Shop();
        try (Connection connection = database.connect(database.shop())) {
            shop.load(connection, line -> {});
        }
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    @Test
    void anEqualRewriteIsProven() throws SQLException {
        Proof proof = Proof.ofRewrite(day(), proxyThatRan(">= day", "< day + interval '1 day'"));
        assertThat(proof.identical()).as(proof.detail()).isTrue();
    }

    @Test
    void aRewriteThatLosesRowsIsNot() throws SQLException {
        Proof proof = Proof.ofRewrite(day(), proxyThatRan("> day", "< day + interval '23 h'"));
        assertThat(proof).isEqualTo(new Proof(false, "the rewritten text returns other rows"));
    }

    @Test
    void aRewriteThatNeverRanIsNot() throws SQLException {
        Proof proof = Proof.ofRewrite(day(), new Routes(""));
        assertThat(proof)
                .isEqualTo(new Proof(false, "Quern prepared no variant on the connection"));
    }

    @Test
    void emptyResultsProveNothing() throws SQLException {
        ShopStatement empty =
                new ShopStatement("e", "SELECT 1 WHERE ? < 0", "", 1, random -> List.of(7));
        Proof proof = Proof.ofRewrite(empty, new Routes("SELECT 1 WHERE 0 > ?::int"));
        assertThat(proof.identical()).isFalse();
        assertThat(proof.detail()).contains("empty");
    }

    @Test
    void anIndexIsProvenOnlyIfAPlanUsesIt() throws SQLException {
        var index =
                new Proposal.NewIndex(
                        new IndexDefinition(
                                new QualifiedName("public", "order_items"),
                                List.of(new IndexDefinition.Key("order_id", false))),
                        "quern_items",
                        0);
        assertThat(Proof.ofIndex(index, items(), new Routes("")))
                .isEqualTo(new Proof(false, "no plan uses the index"));
        try (Connection connection = database.connect(database.quern());
                Statement statement = connection.createStatement()) {
            statement.execute(index.ddl());
            Proof proof = Proof.ofIndex(index, items(), new Routes(""));
            statement.execute(index.undo());
            assertThat(proof.identical()).as(proof.detail()).isTrue();
        }
    }

    private static ShopStatement day() {
        return named("events of a day");
    }

    private static ShopStatement items() {
        return named("items of an order");
    }

    private static ShopStatement named(String name) {
        return shop.statements().stream()
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Routes proxyThatRan(String from, String to) {
        String condition = "created_at " + from + " AND created_at " + to;
        return new Routes(
                day().sql()
                        .replace("date_trunc('day', created_at) = ?", condition)
                        .replace("FROM events", "FROM events, (SELECT ?::timestamp AS day) AS d"));
    }

    /** A way around any proxy, and one on which a variant stands prepared. */
    private record Routes(String variant) implements Proof.Routes {
        @Override
        public Connection direct() throws SQLException {
            return database.connect(database.shop());
        }

        @Override
        public Connection proxied() throws SQLException {
            Connection connection = direct();
            if (!variant.isEmpty()) {
                connection.unwrap(PGConnection.class).setPrepareThreshold(-1);
                try (var statement = connection.prepareStatement(variant)) {
                    statement.setNull(1, Types.NULL);
                    statement.executeQuery().close();
                }
                connection.unwrap(PGConnection.class).setPrepareThreshold(5);
            }
            return connection;
        }
    }
}

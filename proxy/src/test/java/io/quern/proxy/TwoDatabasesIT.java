package io.quern.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quern.advisor.Proposal;
import io.quern.advisor.Suggestion;
import io.quern.optimizer.PostgresServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/** Two databases of one server, with the same tables and the same statements, behind one Quern. */
class TwoDatabasesIT {
    /** Only the rewrite says it. */
    private static final String REWRITTEN = "came >=";

    private final PostgresServer server = PostgresServer.shared();
    private QuernFixture house;
    private String other;

    @BeforeEach
    void open() throws Exception {
        house = QuernFixture.open();
        other = QuernFixture.visits(server);
    }

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void eachDatabaseIsLearnedAndTreatedByItself() throws Exception {
        try (Connection here = house.connect("");
                Connection there = connect(other);
                PreparedStatement dayHere = here.prepareStatement(QuernFixture.DAY);
                PreparedStatement dayThere = there.prepareStatement(QuernFixture.DAY)) {
            Suggestion toApprove = awaitRewrite(house.database, dayHere, dayThere);
            assertThat(awaitRewrite(other, dayHere, dayThere).id()).isNotEqualTo(toApprove.id());

            house.quern.desk().approve(toApprove.id(), "a person");
            await().atMost(QuernFixture.PATIENCE)
                    .pollInterval(Duration.ofMillis(10))
                    .until(
                            () -> {
                                both(dayHere, dayThere);
                                return QuernFixture.executions(here, REWRITTEN) > 10;
                            });
            assertThat(QuernFixture.executions(there, REWRITTEN))
                    .as("the same statement in the other database keeps its original")
                    .isZero();
            assertThat(house.quern.desk().suggestions())
                    .filteredOn(s -> s.database().equals(other))
                    .isNotEmpty()
                    .allMatch(s -> s.state() == Suggestion.State.PROPOSED);
        }
        try (Connection session = house.connect("");
                Statement statement = session.createStatement()) {
            statement.execute("DROP DATABASE " + other);
            statement.execute("CREATE DATABASE " + other);
        }
        try (Connection anew = connect(other);
                Statement statement = anew.createStatement()) {
            assertThat(statement.execute("CREATE TABLE visit (id int)")).isFalse();
        }
    }

    private Suggestion awaitRewrite(
            String database, PreparedStatement dayHere, PreparedStatement dayThere) {
        return await().atMost(QuernFixture.PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(
                        () -> {
                            both(dayHere, dayThere);
                            return rewrite(database);
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    private Optional<Suggestion> rewrite(String database) {
        return house.quern.desk().suggestions().stream()
                .filter(s -> s.database().equals(database))
                .filter(s -> s.proposal() instanceof Proposal.Rewrite)
                .findFirst();
    }

    private static void both(PreparedStatement dayHere, PreparedStatement dayThere)
            throws SQLException {
        QuernFixture.day(dayHere, 3);
        QuernFixture.day(dayThere, 4);
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + house.port() + "/" + database + "?sslmode=disable",
                server.user(),
                server.password());
    }
}

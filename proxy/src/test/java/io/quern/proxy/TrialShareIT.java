package io.quern.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quern.advisor.Suggestion;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;

/**
 * A rewrite that was given a share of the traffic has that, and nothing once it is switched off.
 */
class TrialShareIT {
    private static final String REWRITTEN = "came >=";
    private static final String ORIGINAL = "date_trunc('day', came) =";

    private static final int RUNS = 200;

    @ParameterizedTest
    @ValueSource(strings = {"session", "transaction"})
    void bothArmsAreSeenOnTheWireInTheirShares(String mode) throws Exception {
        Map<String, String> settings =
                Map.of(
                        "quern.pool.mode",
                        mode,
                        "quern.pool.size",
                        "1",
                        "quern.trial.holdback",
                        "0.3");
        try (QuernFixture house =
                        QuernFixture.open(
                                QuernFixture.optimizer(), QuernFixture::without, settings);
                Connection session = house.connect("prepareThreshold=1");
                PreparedStatement day = session.prepareStatement(QuernFixture.DAY)) {
            Suggestion found = house.awaitRewrite(day, "sum(cents)");
            assertThat(QuernFixture.executions(session, REWRITTEN)).isZero();

            long before = QuernFixture.executions(session, ORIGINAL);
            house.quern.desk().approve(found.id(), "a person");
            await().atMost(QuernFixture.PATIENCE)
                    .until(
                            () -> {
                                run(day, 10);
                                return house.quern.desk().suggestion(found.id()).orElseThrow();
                            },
                            suggestion -> suggestion.state() == Suggestion.State.ON);
            long rewritten = QuernFixture.executions(session, REWRITTEN);
            long originals = QuernFixture.executions(session, ORIGINAL);
            assertThat(rewritten).as("on trial").isGreaterThanOrEqualTo(20);
            assertThat(originals - before).as("on trial").isGreaterThanOrEqualTo(20);

            run(day, RUNS);
            long held = QuernFixture.executions(session, ORIGINAL) - originals;
            // five standard deviations around three tenths
            assertThat(held).as("held back").isBetween(27L, 93L);
            assertThat(QuernFixture.executions(session, REWRITTEN) - rewritten)
                    .isEqualTo(RUNS - held);

            house.quern.desk().switchOff(found.id(), "a person", "enough of it");
            long last = QuernFixture.executions(session, REWRITTEN);
            run(day, 50);
            assertThat(QuernFixture.executions(session, REWRITTEN)).isEqualTo(last);
        }
    }

    private static void run(PreparedStatement day, int times) throws SQLException {
        for (int i = 0; i < times; i++) {
            int which = i % QuernFixture.DAYS;
            assertThat(QuernFixture.day(day, which))
                    .containsExactly(1000L, QuernFixture.sum(which));
        }
    }
}

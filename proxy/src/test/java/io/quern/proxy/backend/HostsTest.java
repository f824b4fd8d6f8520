package io.quern.proxy.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.proxy.backend.Backends.Condition;
import io.quern.proxy.wire.MessageWriter;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;

/** Several hosts, and odd ones. */
class HostsTest {
    private static final PoolKey KEY = new PoolKey("shop", "app");
    private static final Credentials NONE = new Credentials.None();
    private static final Map<String, String> PRIMARY =
            Map.of("in_hot_standby", "off", "default_transaction_read_only", "off");
    private static final Map<String, String> STANDBY =
            Map.of("in_hot_standby", "on", "default_transaction_read_only", "off");

    private ToyUpstream first;
    private ToyUpstream second;

    @BeforeEach
    void open() throws Exception {
        first = new ToyUpstream();
        second = new ToyUpstream();
    }

    @AfterEach
    void close() throws Exception {
        first.close();
        second.close();
    }

    private PoolsHouse house(TargetSession target) throws UpstreamFailure {
        return new PoolsHouse(
                PoolsHouse.upstream(target, first.host(), second.host()),
                PoolsHouse.settings(2, Duration.ofSeconds(5)));
    }

    private static Tenant ask(PoolsHouse house, Credentials with) {
        return Tenant.ask(house.pools, KEY, with, house.one);
    }

    private static String where(PoolsHouse house) {
        return house.pools.backends().getFirst().host();
    }

    @ParameterizedTest
    @CsvSource({
        "ANY,true",
        "READ_WRITE,false",
        "PRIMARY,false",
        "READ_ONLY,true",
        "STANDBY,true",
        "PREFER_STANDBY,true"
    })
    void theFirstHostOfTheRoleAskedForIsTaken(TargetSession target, boolean standbyFirst)
            throws Exception {
        first.reports(STANDBY);
        second.reports(PRIMARY);
        try (PoolsHouse house = house(target)) {
            ask(house, NONE).backend();
            assertThat(where(house)).isEqualTo((standbyFirst ? first : second).host().toString());
        }
    }

    @Test
    void aPrimaryWillDoWhereAStandbyIsOnlyPreferred() throws Exception {
        first.reports(PRIMARY);
        second.reports(PRIMARY);
        try (PoolsHouse house = house(TargetSession.PREFER_STANDBY)) {
            ask(house, NONE).backend();
            assertThat(where(house)).isEqualTo(first.host().toString());
        }
        try (PoolsHouse house = house(TargetSession.STANDBY)) {
            assertThat(ask(house, NONE).refusal())
                    .startsWith("08001 Quern cannot reach the upstream")
                    .contains(second.host() + ": its sessions are not standby");
        }
    }

    @Test
    void aHostThatStartsUpIsPassedOverAndOneThatRefusesIsNot() throws Exception {
        first.refuses("57P03");
        try (PoolsHouse house = house(TargetSession.ANY)) {
            ask(house, NONE).backend();
            assertThat(where(house)).isEqualTo(second.host().toString());
        }
        first.refuses("28000");
        try (PoolsHouse house = house(TargetSession.ANY)) {
            assertThat(ask(house, NONE).refusal()).isEqualTo("28000 the toy says no");
        }
    }

    @Test
    void afterAFailoverTheListIsWalkedAgain() throws Exception {
        first.reports(PRIMARY);
        second.reports(PRIMARY);
        try (PoolsHouse house = house(TargetSession.READ_WRITE)) {
            Tenant tenant = ask(house, NONE);
            tenant.backend();
            tenant.giveBack(Condition.CLEAN);
            assertThat(where(house)).isEqualTo(first.host().toString());
            first.reports(STANDBY);
            first.say(
                    new MessageWriter()
                            .begin((byte) 'S')
                            .string("in_hot_standby".getBytes(UTF_8))
                            .string("on".getBytes(UTF_8))
                            .end());
            await().untilAsserted(
                            () -> {
                                Tenant next = ask(house, NONE);
                                next.backend();
                                next.giveBack(Condition.CLEAN);
                                assertThat(where(house)).isEqualTo(second.host().toString());
                            });
        }
    }

    @Test
    void aSessionThatCannotBeDiscardedIsClosed() throws Exception {
        first.fails("DISCARD ALL", "25001");
        try (PoolsHouse house = house(TargetSession.ANY)) {
            Tenant tenant = ask(house, NONE);
            tenant.backend();
            tenant.giveBack(Condition.USED);
            await().until(() -> house.pools.backends().isEmpty());
            assertThat(ask(house, NONE).backend()).isNotSameAs(tenant.backend());
        }
    }

    @Test
    void whoSpeaksUnaskedIsClosedAndNoticesAreNotHeard() throws Exception {
        try (PoolsHouse house = house(TargetSession.ANY)) {
            Tenant tenant = ask(house, NONE);
            PooledBackend backend = tenant.backend();
            tenant.giveBack(Condition.CLEAN);
            first.say(new MessageWriter().begin((byte) 'N').int8(0).end());
            first.say(
                    new MessageWriter()
                            .begin((byte) 'S')
                            .string("x".getBytes(UTF_8))
                            .string("y".getBytes(UTF_8))
                            .end());
            await().until(() -> backend.state().parameters().containsKey("x"));
            first.say(new MessageWriter().begin((byte) 'D').int16(0).end());
            await().until(() -> house.pools.backends().isEmpty());
        }
    }

    @Test
    void passwordsAreGivenInClearOrHashedAsAsked() throws Exception {
        first.asks(3);
        try (PoolsHouse house = house(TargetSession.ANY)) {
            ask(house, new Credentials.Password("secret")).backend();
            assertThat(first.heard()).contains("psecret|");
        }
        try (PoolsHouse house = house(TargetSession.ANY)) {
            assertThat(ask(house, new Credentials.Scram(new byte[32], new byte[32])).refusal())
                    .isEqualTo(
                            "28000 the upstream asks for a password in clear, and Quern has only"
                                    + " a SCRAM key for user \"app\": put the user with its"
                                    + " password into the user list");
        }
        first.asks(5, (byte) 1, (byte) 2, (byte) 3, (byte) 4);
        first.heard().clear();
        try (PoolsHouse house = house(TargetSession.ANY)) {
            ask(house, new Credentials.Password("secret")).backend();
        }
        // md5("secret" + "app"), as pg_authid would keep it
        try (PoolsHouse house = house(TargetSession.ANY)) {
            ask(house, new Credentials.Md5("md5" + md5("secretapp"))).backend();
        }
        assertThat(first.heard().stream().filter(m -> m.startsWith("pmd5")).distinct()).hasSize(1);
    }

    private static String md5(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(UTF_8)));
    }

    @Test
    void whileTheUpstreamRefusesItIsNotStormed() throws Exception {
        first.refuses("53300");
        try (PoolsHouse house = house(TargetSession.ANY)) {
            assertThat(ask(house, NONE).refusal()).isEqualTo("53300 the toy says no");
            for (int i = 0; i < 20; i++) {
                assertThat(ask(house, NONE).refusal()).isEqualTo("53300 the toy says no");
            }
            assertThat(first.heard()).hasSizeLessThanOrEqualTo(3);
            first.refuses("");
            await().until(() -> ask(house, NONE).refusal().isEmpty());
        }
    }
}

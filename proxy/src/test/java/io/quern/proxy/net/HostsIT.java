package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quern.optimizer.PostgresServer;
import io.quern.proxy.backend.Host;
import io.quern.proxy.backend.SslMode;
import io.quern.proxy.backend.TargetSession;
import io.quern.proxy.backend.Upstream;
import io.quern.proxy.backend.UpstreamSsl;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An upstream of several hosts, of which not every one will do. */
class HostsIT {
    private static final PostgresServer PRIMARY = PostgresServer.shared();
    private static final Host DEAD = new Host("127.0.0.1", 1);
    private static MortalServer standby;

    @BeforeAll
    static void open(@TempDir Path temp) throws Exception {
        standby = new MortalServer(PRIMARY, temp);
        standby.demote();
    }

    @AfterAll
    static void close() throws Exception {
        standby.close();
    }

    static Upstream upstream(TargetSession target, Host... hosts) {
        return new Upstream(
                List.of(hosts),
                new UpstreamSsl(SslMode.DISABLE, Optional.empty()),
                target,
                false,
                Duration.ofSeconds(5));
    }

    private static Host primary() {
        return new Host(PRIMARY.host(), PRIMARY.port());
    }

    private static Host standby() {
        return new Host("127.0.0.1", standby.port());
    }

    private static WireClient client(ProxyFixture house) throws IOException {
        return WireClient.login(house.port(), PRIMARY.user(), PRIMARY.password(), "postgres");
    }

    @ParameterizedTest
    @EnumSource
    void aDeadHostIsPassedOver(Mode mode) throws Exception {
        try (ProxyFixture house = mode.open(upstream(TargetSession.ANY, DEAD, primary()));
                WireClient client = client(house)) {
            assertThat(client.value("SELECT 1")).isEqualTo("1");
        }
    }

    @ParameterizedTest
    @CsvSource({"PRIMARY, f", "READ_WRITE, f", "STANDBY, t", "PREFER_STANDBY, t"})
    void everyClientComesToAHostOfTheRoleAskedFor(TargetSession target, String inRecovery)
            throws Exception {
        Host[] hosts =
                inRecovery.equals("f")
                        ? new Host[] {DEAD, standby(), primary()}
                        : new Host[] {DEAD, primary(), standby()};
        for (Mode mode : Mode.values()) {
            try (ProxyFixture house = mode.open(upstream(target, hosts));
                    WireClient one = client(house);
                    WireClient two = client(house)) {
                for (WireClient client : List.of(one, two)) {
                    assertThat(client.value("SELECT pg_is_in_recovery()"))
                            .as("%s", mode)
                            .isEqualTo(inRecovery);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void balancedLoadReachesEveryHost(Mode mode) throws Exception {
        Upstream balanced =
                new Upstream(
                        List.of(primary(), standby()),
                        new UpstreamSsl(SslMode.DISABLE, Optional.empty()),
                        TargetSession.ANY,
                        true,
                        Duration.ofSeconds(5));
        Set<String> seen = new HashSet<>();
        try (ProxyFixture house = mode.open(balanced)) {
            await().until(
                            () -> {
                                // no backend serves twice
                                house.proxy.wire().reconnect("");
                                try (WireClient client = client(house)) {
                                    seen.add(client.value("SELECT inet_server_port()"));
                                }
                                return seen.size() == 2;
                            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void whereNoHostHasTheRoleThatIsSaidOfEach(Mode mode) throws Exception {
        try (ProxyFixture house =
                mode.open(upstream(TargetSession.PRIMARY, DEAD, standby(), standby()))) {
            assertThatThrownBy(() -> client(house).close())
                    .hasMessageContaining("C08001")
                    .hasMessageContaining(
                            "Quern cannot reach the upstream "
                                    + DEAD
                                    + ","
                                    + standby()
                                    + ","
                                    + standby()
                                    + ": "
                                    + DEAD
                                    + ": connection refused; "
                                    + standby()
                                    + ": its sessions are not primary");
        }
    }
}

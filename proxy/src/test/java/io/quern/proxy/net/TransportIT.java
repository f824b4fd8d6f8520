package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.uring.IoUring;
import io.quern.optimizer.PostgresServer;
import io.quern.proxy.backend.SslMode;
import io.quern.proxy.tuning.ScriptedGate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Sockets driven in each way that works on this machine. */
class TransportIT {
    private final PostgresServer server = PostgresServer.shared();

    private ProxyServer proxy(int port, DoorSettings door) throws Exception {
        Recorder recorder = new Recorder();
        return new ProxyServer(
                new ProxySettings(
                        "127.0.0.1",
                        port,
                        ProxyFixture.upstream(server.host(), server.port(), SslMode.DISABLE),
                        Duration.ofSeconds(5),
                        2,
                        door),
                new ScriptedGate(),
                recorder,
                recorder);
    }

    private void serves(ProxyServer proxy) throws IOException {
        try (WireClient client =
                WireClient.login(proxy.port(), server.user(), server.password(), "postgres")) {
            List<WireClient.Message> rows =
                    client.query("SELECT repeat('x', 100) FROM generate_series(1, 20000)");
            assertThat(rows).hasSize(20_003);
        }
    }

    private static boolean works(TransportKind kind) {
        return switch (kind) {
            case AUTO, NIO -> true;
            case EPOLL -> Epoll.isAvailable();
            case IO_URING -> IoUring.isAvailable();
            case KQUEUE -> KQueue.isAvailable();
        };
    }

    @ParameterizedTest
    @EnumSource
    void aTransportThatWorksServesClients(TransportKind kind) throws Exception {
        assumeTrue(works(kind), kind + " does not work here");
        try (ProxyServer proxy = proxy(0, DoorSettings.DEFAULTS.withTransport(kind))) {
            proxy.start();
            serves(proxy);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTransportThatDoesNotWorkIsOneClearLine(TransportKind kind) {
        assumeTrue(!works(kind), kind + " works here");
        assertThatThrownBy(() -> proxy(0, DoorSettings.DEFAULTS.withTransport(kind)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the transport " + kind + " does not work here")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void aPortCanBeSharedAndTakenOver(TransportKind kind) throws Exception {
        assumeTrue(works(kind), kind + " does not work here");
        DoorSettings shared = DoorSettings.DEFAULTS.withTransport(kind).withReusePort(true);
        ProxyServer old = proxy(0, shared);
        try {
            old.start();
            try (ProxyServer next = proxy(old.port(), shared)) {
                next.start();
                assertThat(next.port()).isEqualTo(old.port());
                old.close();
                for (int i = 0; i < 10; i++) {
                    serves(next);
                }
            }
        } finally {
            old.close();
        }
    }

    @Test
    void namesAreReadAsTheyAreShown() {
        for (TransportKind kind : TransportKind.values()) {
            assertThat(TransportKind.parse(kind.toString())).isEqualTo(kind);
        }
        assertThat(TransportKind.IO_URING).hasToString("io_uring");
        assertThatThrownBy(() -> TransportKind.parse("IO_URING"))
                .hasMessage("unknown transport: IO_URING");
    }
}

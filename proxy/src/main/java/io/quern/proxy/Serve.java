package io.quern.proxy;

import io.quern.proxy.config.Configuration;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code quern serve}: the proxy for real, until it is told to stop. */
@Command(
        name = "serve",
        description = "Serves a PostgreSQL through Quern.",
        mixinStandardHelpOptions = true)
final class Serve implements Callable<Integer> {
    /** As a shell tells of a process that SIGTERM ended. */
    private static final int TERMINATED = 128 + 15;

    @Mixin private final Where where = new Where();

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "where clients connect (default: 127.0.0.1:6432)")
    private @Nullable String listen;

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            description = "where the admin page is (default: 127.0.0.1:8432)")
    private @Nullable String admin;

    @Option(
            names = "--pool-mode",
            paramLabel = "MODE",
            description = "how long a client keeps a backend: session (default) or transaction")
    private @Nullable String poolMode;

    @Option(
            names = "--pool-size",
            paramLabel = "N",
            description = "the most backends of one database and user (default: 20)")
    private @Nullable String poolSize;

    @Option(
            names = "--tls-certificate",
            paramLabel = "FILE",
            description = "a PEM file; clients may then use TLS")
    private @Nullable String tlsCertificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "its private key, a PEM file")
    private @Nullable String tlsKey;

    @Option(
            names = "--auth-users",
            paramLabel = "FILE",
            description = "users and their passwords or verifiers, one a line")
    private @Nullable String authUsers;

    @Option(
            names = "--drain",
            paramLabel = "DURATION",
            description = "how long SIGTERM waits for clients to leave (default: PT30S)")
    private @Nullable String drain;

    private volatile int exit;

    @Override
    public Integer call() throws Exception {
        Quern quern = Quern.start(this::configuration);
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform().name("quern-stop").unstarted(() -> quern.close()));
        OsSignals.on("HUP", quern::reload);
        OsSignals.on("TERM", () -> terminate(quern));
        System.out.println("Clients connect to " + quern.listenAddress());
        System.out.println(
                "Admin page: " + quern.adminUrl() + "  password: " + quern.adminPassword());
        System.out.flush();
        quern.awaitClose();
        return exit;
    }

    private Configuration configuration() {
        return where.configuration(
                Map.of(
                        "quern.listen",
                        Optional.ofNullable(listen),
                        "quern.admin",
                        Optional.ofNullable(admin),
                        "quern.pool.mode",
                        Optional.ofNullable(poolMode),
                        "quern.pool.size",
                        Optional.ofNullable(poolSize),
                        "quern.tls.certificate",
                        Optional.ofNullable(tlsCertificate),
                        "quern.tls.key",
                        Optional.ofNullable(tlsKey),
                        "quern.auth.users",
                        Optional.ofNullable(authUsers),
                        "quern.drain-timeout",
                        Optional.ofNullable(drain)));
    }

    /** The first SIGTERM drains; the next one, like Ctrl-C, ends at once. */
    private void terminate(Quern quern) {
        if (exit == TERMINATED) {
            System.exit(TERMINATED);
        }
        exit = TERMINATED;
        quern.drain(quern.configuration().server().drainTimeout());
    }
}

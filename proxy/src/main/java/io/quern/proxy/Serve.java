package io.quern.proxy;

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

    @Override
    public Integer call() throws Exception {
        Quern quern =
                Quern.start(
                        where.configuration(
                                Map.of(
                                        "quern.listen",
                                        Optional.ofNullable(listen),
                                        "quern.admin",
                                        Optional.ofNullable(admin))));
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform().name("quern-stop").unstarted(() -> quern.close()));
        System.out.println("Clients connect to " + quern.listenAddress());
        System.out.println(
                "Admin page: " + quern.adminUrl() + "  password: " + quern.adminPassword());
        System.out.flush();
        quern.awaitClose();
        return 0;
    }
}

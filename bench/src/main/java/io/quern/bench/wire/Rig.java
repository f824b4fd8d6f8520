package io.quern.bench.wire;

import io.quern.bench.process.Child;
import io.quern.bench.process.Jvm;
import io.quern.bench.process.PgBouncer;
import io.quern.bench.process.QuernServer;
import io.quern.bench.process.TestServer;
import io.quern.bench.result.Sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A PostgreSQL and the ways to it, all started here; closing ends all and leaves nothing. */
final class Rig implements AutoCloseable {
    private final Path directory;
    private final TestServer server;
    private final List<Child> children = new ArrayList<>();
    private final Map<String, String> settings;
    private final Thread hook = Thread.ofPlatform().name("bench-sweep").unstarted(this::sweep);

    /**
     * @param settings environment variables for Quern
     */
    Rig(Map<String, String> settings, Consumer<String> progress)
            throws IOException, InterruptedException {
        this.settings = settings;
        this.server = TestServer.start(progress);
        this.directory = Files.createTempDirectory("quern-bench-");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    TestServer server() {
        return server;
    }

    Path directory() {
        return directory;
    }

    QuernServer.Options quernOptions() {
        return new QuernServer.Options(server.upstreamUrl(), settings);
    }

    Target direct() {
        return new Target(Sample.DIRECT, server.port(), Optional.empty());
    }

    Target relay(String transport) throws IOException, InterruptedException {
        int port = Child.freePort();
        return new Target(
                Sample.RELAY,
                port,
                Optional.of(
                        keep(
                                Child.start(
                                        "relay",
                                        directory.resolve("relay.log"),
                                        Map.of(),
                                        Jvm.like(
                                                BareRelay.class,
                                                List.of(
                                                        Integer.toString(port),
                                                        Integer.toString(server.port()),
                                                        transport))),
                                port)));
    }

    Target pgbouncer(Path program) throws IOException, InterruptedException {
        int port = Child.freePort();
        Path own = Files.createDirectory(directory.resolve("pgbouncer"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new Target(
                Sample.PGBOUNCER,
                port,
                Optional.of(keep(PgBouncer.start(program, server, port, own), port)));
    }

    Target quern() throws IOException, InterruptedException {
        int port = Child.freePort();
        return new Target(
                Sample.QUERN,
                port,
                Optional.of(
                        keep(
                                QuernServer.launch(
                                        quernOptions(), port, directory.resolve("quern.log")),
                                port)));
    }

    private Child keep(Child child, int port) throws IOException, InterruptedException {
        children.add(child);
        return child.awaitListening(port);
    }

    @Override
    public void close() throws IOException {
        children.reversed().forEach(Child::close);
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException goingDown) {
            // then it sweeps once more
        }
        sweep();
        server.close();
    }

    private void sweep() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            // what is still being written to stays behind, among the temporary files
        }
    }
}

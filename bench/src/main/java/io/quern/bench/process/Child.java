package io.quern.bench.process;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A process that a benchmark started and that ends with it: closed in order, or, where {@code
 * setpriv} is there to ask the kernel for it, when this JVM is killed. Its output goes to a file.
 */
public final class Child implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 5;
    private static final long GRACE_SECONDS = 15;

    private final String name;
    private final Process process;
    private final Path log;
    private final Thread hook;

    private Child(String name, Process process, Path log) {
        this.name = requireNonNull(name, "name");
        this.process = requireNonNull(process, "process");
        this.log = requireNonNull(log, "log");
        this.hook = Thread.ofPlatform().name("end-" + name).unstarted(process::destroy);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Starts a command.
     *
     * @param name for messages
     * @param log where its output goes
     * @param environment added to this process's own
     */
    public static Child start(
            String name, Path log, Map<String, String> environment, List<String> command)
            throws IOException {
        List<String> whole = new ArrayList<>();
        if (onPath("setpriv")) {
            whole.addAll(List.of("setpriv", "--pdeathsig", "TERM", "--"));
        }
        whole.addAll(command);
        ProcessBuilder builder =
                new ProcessBuilder(whole)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return new Child(name, builder.start(), log);
    }

    /** Whether a program of this name is on the path. */
    public static boolean onPath(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    /** A port of 127.0.0.1 that nobody listens on just now. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /**
     * Waits until somebody listens on a port of 127.0.0.1.
     *
     * @throws IOException if the process ends before, or takes more than a minute
     */
    public Child awaitListening(int port) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return this;
            } catch (IOException notYet) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IOException(name + " does not listen: " + lastOfLog(), notYet);
                }
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    /** Its exit code, if it ends in time. */
    public OptionalInt await(Duration patience) throws InterruptedException {
        return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)
                ? OptionalInt.of(process.exitValue())
                : OptionalInt.empty();
    }

    public long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /** User and system time of all its threads so far. */
    public Duration cpu() {
        return process.toHandle()
                .info()
                .totalCpuDuration()
                .orElseThrow(() -> new IllegalStateException(name + " has ended: " + lastOfLog()));
    }

    /** What it has in memory (VmRSS), in bytes. */
    public long residentBytes() throws IOException {
        return status("VmRSS:") * 1024;
    }

    public long threads() throws IOException {
        return status("Threads:");
    }

    /** Open file descriptors. */
    public long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(proc("fd"))) {
            return open.count();
        }
    }

    /** Open sockets, those that listen among them. */
    public long sockets() throws IOException {
        try (Stream<Path> open = Files.list(proc("fd"))) {
            return open.filter(Child::socket).count();
        }
    }

    private static boolean socket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    private long status(String field) throws IOException {
        return Files.readAllLines(proc("status")).stream()
                .filter(line -> line.startsWith(field))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow(() -> new IOException("no " + field + " of " + name));
    }

    private Path proc(String file) {
        return Path.of("/proc", Long.toString(pid()), file);
    }

    /** All it wrote so far, line by line. */
    public List<String> log() throws IOException {
        return Files.readAllLines(log);
    }

    private String lastOfLog() {
        try {
            List<String> lines = log();
            return lines.stream()
                    .skip(Math.max(0, lines.size() - 5))
                    .collect(Collectors.joining(" | "));
        } catch (IOException e) {
            return "no log was written";
        }
    }

    /** Asks it to end, then makes it; returns when it has. */
    @Override
    public void close() {
        process.destroy();
        boolean interrupted = false;
        try {
            if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            interrupted = true;
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException goingDown) {
            // The hook asks it once more to end, and finds it ended.
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}

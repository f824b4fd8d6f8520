package io.quern.advisor.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The shell process that owns a PostgreSQL server on behalf of this JVM ({@code warden.sh}). It
 * lives as long as the pipe to it is open, and the kernel closes that even if this JVM is killed:
 * so no shutdown hook is needed for a clean end, and none can lose a race. It sits in a session of
 * its own, so that Ctrl-C reaches this JVM first and the server last.
 */
final class Warden implements AutoCloseable {
    private static final String SILENCE = "";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final LinkedBlockingQueue<String> words = new LinkedBlockingQueue<>();

    private Warden(Process process) {
        this.process = process;
        // reading a pipe keeps a virtual thread's carrier, and there are as few as processors
        Thread.ofPlatform().name("quern-warden").daemon().start(this::listen);
    }

    /**
     * Starts a warden for a directory that does not exist yet.
     *
     * @param memory how many bytes of address space each of the server's processes may have; 0 for
     *     any number
     * @throws IOException if this machine cannot run PostgreSQL; the message says why
     */
    static Warden start(Lease lease, int port, long memory)
            throws IOException, InterruptedException {
        Disguise disguise = Disguise.find();
        List<String> command = new ArrayList<>();
        if (onPath("setsid")) {
            command.add("setsid");
        }
        command.addAll(List.of("/bin/sh", "-c", script(), "quern-warden"));
        command.add(lease.directory().toString());
        command.add(lease.lockFile().toString());
        command.add(Integer.toString(port));
        command.add(disguise.owner());
        command.add(memory == 0 ? "" : Long.toString(memory / 1024));
        command.addAll(disguise.prefix());
        return new Warden(
                new ProcessBuilder(command)
                        .directory(Path.of("/").toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
    }

    /** The next word the warden says, or empty when it has ended or the time is over. */
    String hear(Duration patience) throws InterruptedException {
        String word = words.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        return word == null ? SILENCE : word;
    }

    void say(String word) throws IOException {
        process.getOutputStream().write((word + "\n").getBytes(UTF_8));
        process.getOutputStream().flush();
    }

    boolean alive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /**
     * Kills the server and all its processes at once, and waits until they are gone. The server
     * itself is the shell's child: only the shell can bury it, and dead it counts as alive till
     * then.
     */
    void killServer() throws IOException, InterruptedException {
        List<ProcessHandle> children = process.children().toList();
        List<ProcessHandle> all = process.descendants().toList();
        all.forEach(ProcessHandle::destroyForcibly);
        say("killed");
        if (!hear(PATIENCE).equals("buried")) {
            throw new IOException("the server did not die when it was killed");
        }
        for (ProcessHandle each : all) {
            if (!children.contains(each)) {
                await(each);
            }
        }
    }

    private static void await(ProcessHandle killed) throws IOException, InterruptedException {
        try {
            killed.onExit().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException alive) {
            throw new IOException("process " + killed.pid() + " did not die when it was killed");
        }
    }

    /** Lets the server and its directory be taken away and waits for it, at most 30 seconds. */
    @Override
    public void close() throws IOException {
        try {
            process.getOutputStream().close();
        } catch (IOException alreadyGone) {
            // A warden that has ended cannot be told to.
        }
        boolean interrupted = false;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (process.isAlive() && System.nanoTime() < deadline) {
            try {
                process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (process.isAlive()) {
            throw new IOException("PostgreSQL did not stop within 30 s; warden " + pid());
        }
    }

    private void listen() {
        try (BufferedReader reader = process.inputReader(UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                words.add(line);
            }
        } catch (IOException e) {
            // The pipe broke: the warden is gone, which SILENCE tells.
        }
        words.add(SILENCE);
    }

    private static String script() throws IOException {
        try (var in = Warden.class.getResourceAsStream("warden.sh")) {
            if (in == null) {
                throw new IOException("warden.sh is missing from the jar");
            }
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private static boolean onPath(String program) {
        String path = System.getenv("PATH");
        if (path != null) {
            for (String place : path.split(":")) {
                if (!place.isEmpty() && Files.isExecutable(Path.of(place, program))) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * How PostgreSQL's programs are run by root, which they refuse: in a user namespace where root
     * is nobody, or, where containers forbid that, as the unprivileged user 65534.
     *
     * @param owner the user to own the directory; empty for the one who starts it
     */
    private record Disguise(String owner, List<String> prefix) {
        static Disguise find() throws IOException, InterruptedException {
            if (!outputOf("id", "-u").equals("0")) {
                return new Disguise("", List.of());
            }
            if (onPath("unshare") && !outputOf("unshare", "-U", "id", "-u").matches("0?")) {
                return new Disguise("", List.of("unshare", "-U"));
            }
            if (onPath("setpriv")) {
                return new Disguise(
                        "65534",
                        List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
            }
            throw new IOException(
                    "PostgreSQL refuses to run as root, and neither unshare nor setpriv is"
                            + " available: start Quern as another user");
        }

        private static String outputOf(String... command) throws IOException, InterruptedException {
            Process process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            try (var reader = process.inputReader(UTF_8)) {
                String output = reader.readAllAsString().strip();
                return process.waitFor() == 0 ? output : "";
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
    }
}

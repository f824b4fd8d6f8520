package io.quern.advisor.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Whatever ends a server, no process and no file of it stay; nothing else is touched. */
class EmbeddedServerIT {
    private static final long SEED = System.nanoTime();
    private static final SplittableRandom RANDOM = new SplittableRandom(SEED);
    private static final String PREFIX = "quern-lab-";

    @TempDir Path temp;
    @TempDir Path logs;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endWhatIsLeft() throws Exception {
        started.forEach(Process::destroyForcibly);
        Lease.sweep(temp, PREFIX);
    }

    private EmbeddedServer.Options options(Map<String, String> settings) {
        return new EmbeddedServer.Options("lab", temp, settings);
    }

    @Test
    void servesUnderItsSettingsAndLeavesNothing() throws Exception {
        List<String> progress = new ArrayList<>();
        Path directory;
        try (EmbeddedServer server =
                EmbeddedServer.start(options(Map.of("work_mem", "1MB")), progress::add)) {
            directory = server.directory();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                    .isEqualTo("rwx------");
            try (Connection connection = server.connect("postgres");
                    Statement statement = connection.createStatement();
                    ResultSet row =
                            statement.executeQuery(
                                    "SELECT current_setting('work_mem'), current_setting('fsync')")) {
                row.next();
                assertThat(row.getString(1)).isEqualTo("1MB");
                assertThat(row.getString(2)).isEqualTo("off");
            }
            assertThatThrownBy(
                            () -> server.connect("postgres", "postgres", "wrong", new Properties()))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password");
        }
        assertThat(progress).isNotEmpty();
        assertThat(directory).doesNotExist();
        assertNothingLeft();
    }

    @Test
    void aServerThatCannotStartSaysWhyAndLeavesNothing() throws Exception {
        assertThatThrownBy(
                        () ->
                                EmbeddedServer.start(
                                        options(Map.of("no_such_setting", "1")), line -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no_such_setting");
        assertNothingLeft();
    }

    @Test
    void anInterruptedStartLeavesNothing() throws Exception {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> EmbeddedServer.start(options(Map.of()), line -> {}))
                .isInstanceOfAny(InterruptedException.class, IOException.class);
        Thread.interrupted();
        assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "KILL"})
    void endedWhileServing(String signal) throws Exception {
        Process jvm = start();
        awaitServing(jvm);
        signal(signal, jvm.toHandle());
        assertEndsClean(jvm, signal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "KILL"})
    void endedAtARandomMomentOfTheStart(String signal) throws Exception {
        Process jvm = start();
        int millis = 300 + RANDOM.nextInt(3000);
        // Not a wait for something to happen: the moment itself is what is drawn.
        assertThat(jvm.waitFor(millis, TimeUnit.MILLISECONDS)).as(log()).isFalse();
        signal(signal, jvm.toHandle());
        assertEndsClean(jvm, signal + " after " + millis + " ms, seed " + SEED);
    }

    /** Root is nobody in a user namespace, as far as programs can tell. */
    @Test
    void runsForAnOrdinaryUser() throws Exception {
        Process who = new ProcessBuilder("unshare", "-U", "id", "-u").start();
        assumeThat(who.inputReader().readLine()).isNotNull().isNotEqualTo("0");
        Process jvm = start("unshare", "-U");
        awaitServing(jvm);
        signal("KILL", jvm.toHandle());
        assertEndsClean(jvm, "KILL as an ordinary user");
    }

    @Test
    void aBackendThatRunsOutOfItsMemoryFailsAlone() throws Exception {
        long memory = 400L << 20;
        try (EmbeddedServer server =
                        EmbeddedServer.start(options(Map.of()).bounded(memory), line -> {});
                Connection hungry = server.connect("postgres");
                Connection other = server.connect("postgres")) {
            try (Statement statement = hungry.createStatement()) {
                assertThatThrownBy(() -> statement.execute("SELECT length(repeat('x', 500000000))"))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("53200"));
                statement.execute("SELECT 1");
            }
            assertThat(other.isValid(10)).isTrue();
        }
        assertNothingLeft();
    }

    @Test
    void whatEvenTheWardenCouldNotRemoveIsSweptAtTheNextStart() throws Exception {
        Path other = Files.createDirectory(temp.resolve("quern-lab-of-someone"));
        Process jvm = start();
        awaitServing(jvm);
        assertThat(Lease.sweep(temp, PREFIX)).as("a living server is left alone").isZero();
        List<ProcessHandle> wardens = jvm.toHandle().children().toList();
        assertThat(wardens).hasSize(1);
        signal("KILL", wardens.getFirst());
        signal("KILL", jvm.toHandle());
        assertThat(jvm.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(processes()).as("the server has been orphaned").isNotEmpty();
        assertThat(Lease.sweep(temp, "quern-demo-")).as("of another purpose").isZero();
        assertThat(Lease.sweep(temp, PREFIX)).isEqualTo(1);
        assertThat(other).as("has no lock file, so it is not ours").exists();
        Files.delete(other);
        await().atMost(Duration.ofSeconds(10)).untilAsserted(this::assertNothingLeft);
    }

    private Process start(String... prefix) throws IOException {
        List<String> command = new ArrayList<>(List.of(prefix));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(ServerInItsOwnJvm.class.getName(), temp.toString()));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(logs.resolve("log").toFile())
                        .start();
        started.add(process);
        return process;
    }

    private void awaitServing(Process jvm) {
        await().pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(90))
                .until(() -> log().contains("serving") || !jvm.isAlive());
        assertThat(jvm.isAlive()).as(log()).isTrue();
    }

    private String log() {
        try {
            Path log = logs.resolve("log");
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertEndsClean(Process jvm, String when) throws Exception {
        assertThat(jvm.waitFor(45, TimeUnit.SECONDS)).as(when + "\n" + log()).isTrue();
        boolean killed = when.startsWith("KILL");
        await(when)
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> {
                            assertThat(processes()).isEmpty();
                            // Killed before it had a warden: an empty lock file stays until the
                            // next start.
                            if (killed) {
                                Lease.sweep(temp, PREFIX);
                            }
                            assertNothingLeft();
                        });
    }

    private void assertNothingLeft() throws IOException {
        assertThat(processes()).isEmpty();
        try (Stream<Path> files = Files.list(temp)) {
            assertThat(files).isEmpty();
        }
    }

    /** The processes whose program or arguments name this test's directory. */
    private List<String> processes() {
        return ProcessHandle.allProcesses()
                .map(p -> p.pid() + " " + p.info().commandLine().orElse(""))
                .filter(line -> line.contains(temp.toString()))
                .toList();
    }

    private static void signal(String name, ProcessHandle process) throws Exception {
        String pid = Long.toString(process.pid());
        new ProcessBuilder("kill", "-" + name, pid).inheritIO().start().waitFor();
    }
}

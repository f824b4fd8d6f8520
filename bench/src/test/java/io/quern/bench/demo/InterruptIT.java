package io.quern.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.advisor.lab.EmbeddedServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A demo that is interrupted or killed at any moment leaves no process and no file behind. */
class InterruptIT {
    private static final long SEED = System.nanoTime();
    private static final SplittableRandom RANDOM = new SplittableRandom(SEED);

    @TempDir Path temp;

    private final java.util.ArrayList<Process> started = new java.util.ArrayList<>();

    @AfterEach
    void endWhatIsLeft() throws Exception {
        started.forEach(Process::destroyForcibly);
        sweep();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unpacking",
                "loaded 20,000 customers",
                "loaded 450,000 events",
                "admin page"
            })
    void interruptedAtAStep(String step) throws Exception {
        Process demo = start();
        awaitLine(demo, step);
        signal(interrupt(), demo.toHandle());
        assertEndsClean(demo, "at " + step);
    }

    @ParameterizedTest
    @ValueSource(ints = {2000, 12_000})
    void interruptedAtARandomMoment(int withinMillis) throws Exception {
        Process demo = start();
        int millis = RANDOM.nextInt(withinMillis);
        // Not a wait for something to happen: the moment itself is what is drawn.
        assertThat(demo.waitFor(millis, TimeUnit.MILLISECONDS)).as(log()).isFalse();
        signal(interrupt(), demo.toHandle());
        assertEndsClean(demo, "after " + millis + " ms, seed " + SEED);
    }

    @ParameterizedTest
    @ValueSource(ints = 8000)
    void killedAtARandomMoment(int withinMillis) throws Exception {
        Process demo = start();
        int millis = 500 + RANDOM.nextInt(withinMillis);
        assertThat(demo.waitFor(millis, TimeUnit.MILLISECONDS)).as(log()).isFalse();
        signal("KILL", demo.toHandle());
        assertThat(demo.waitFor(10, TimeUnit.SECONDS)).isTrue();
        await("killed after " + millis + " ms, seed " + SEED)
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(this::assertNoProcess);
        sweep();
        assertNoFile();
    }

    @Test
    void whatEvenTheWardenCouldNotRemoveIsSweptAtTheNextStart() throws Exception {
        Process demo = start();
        awaitLine(demo, "loaded 20,000 customers");
        assertThat(sweep()).as("a living demo is left alone").isZero();
        List<ProcessHandle> wardens = demo.toHandle().children().toList();
        assertThat(wardens).hasSize(1);
        signal("KILL", wardens.getFirst());
        signal("KILL", demo.toHandle());
        assertThat(demo.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(processes()).as("the server has been orphaned").isNotEmpty();
        assertThat(sweep()).isEqualTo(1);
        await().atMost(Duration.ofSeconds(10)).untilAsserted(this::assertNoProcess);
        assertNoFile();
    }

    private int sweep() throws IOException, InterruptedException {
        return EmbeddedServer.sweep(new EmbeddedServer.Options("demo", temp, Map.of()))
                + EmbeddedServer.sweep(new EmbeddedServer.Options("lab", temp, Map.of()));
    }

    private Process start() throws IOException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-Djava.io.tmpdir=" + temp,
                                InterruptedDemo.class.getName())
                        .redirectErrorStream(true)
                        .redirectOutput(temp.resolve("log").toFile())
                        .start();
        started.add(process);
        return process;
    }

    private void awaitLine(Process demo, String text) {
        await().pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(90))
                .until(() -> log().contains(text) || !demo.isAlive());
        assertThat(demo.isAlive()).as(log()).isTrue();
    }

    private String log() {
        try {
            return Files.exists(temp.resolve("log"))
                    ? Files.readString(temp.resolve("log"), UTF_8)
                    : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertEndsClean(Process demo, String when) throws Exception {
        assertThat(demo.waitFor(45, TimeUnit.SECONDS)).as(when + "\n" + log()).isTrue();
        assertThat(demo.exitValue()).as(when + "\n" + log()).isIn(130, 143);
        assertThat(log()).as(when).doesNotContain("Exception");
        // A JVM that had not come to its first line has only the warden to clean up after it.
        await(when)
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> {
                            assertNoProcess();
                            assertNoFile();
                        });
    }

    private void assertNoProcess() {
        assertThat(processes()).isEmpty();
    }

    private void assertNoFile() throws IOException {
        try (Stream<Path> files = Files.list(temp)) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .isSubsetOf("log", "hsperfdata_" + System.getProperty("user.name"));
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

    /**
     * INT, or TERM where this JVM was started in the background and its children inherit that INT
     * is ignored. Both take the same way through the JVM.
     */
    private static String interrupt() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return "INT";
        }
        String ignored =
                Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .map(line -> line.substring("SigIgn:".length()).strip())
                        .findFirst()
                        .orElse("0");
        return (Long.parseUnsignedLong(ignored, 16) & 2) == 0 ? "INT" : "TERM";
    }
}

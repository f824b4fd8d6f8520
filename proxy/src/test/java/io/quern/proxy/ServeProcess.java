package io.quern.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real {@code serve} process; what it prints goes into a file. */
record ServeProcess(Process process, Path output) implements AutoCloseable {

    /** Starts it with some options; returns when it serves. */
    static ServeProcess start(Path output, String... options) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseCompactObjectHeaders",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                // not the one of tests, which is silent
                                "-Dlogback.configurationFile=logback.xml",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName(),
                                "serve"));
        command.addAll(List.of(options));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        ServeProcess serve = new ServeProcess(process, output);
        await().pollInterval(Duration.ofMillis(10))
                .atMost(QuernFixture.PATIENCE)
                .until(() -> serve.log().contains("password:") || !process.isAlive());
        assertThat(process.isAlive()).as(serve.log()).isTrue();
        return serve;
    }

    /** All it has printed so far. */
    String log() {
        try {
            return Files.readString(output, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first group of the first match in what it printed. */
    String found(String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(log());
        assertThat(matcher.find()).as(log()).isTrue();
        return matcher.group(1);
    }

    /** Where it accepts clients. */
    String address() {
        return found("Clients connect to (\\S+)\n");
    }

    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

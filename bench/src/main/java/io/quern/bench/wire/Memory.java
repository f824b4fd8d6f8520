package io.quern.bench.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.bench.process.Child;
import io.quern.bench.process.TestServer;
import io.quern.bench.result.Figures.Figure;
import io.quern.bench.result.Spread;
import io.quern.bench.soak.RawClient;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * What does not show in pgbench: memory with many idle clients and with a slow reader, and the
 * speed of bulk.
 */
final class Memory {
    private static final long SLOW_BYTES_PER_SECOND = 100L << 20;
    private static final long STALL_MILLIS = 3_000;
    private static final int ROW = 1_000;
    private static final long SAMPLE_MILLIS = 20;

    private final TestServer server;
    private final Path directory;
    private final Consumer<String> progress;

    Memory(TestServer server, Path directory, Consumer<String> progress) {
        this.server = server;
        this.directory = directory;
        this.progress = progress;
    }

    /** What Quern has in memory with so many clients that have logged in and wait. */
    Figure idle(Target quern, int clients) throws IOException, InterruptedException {
        progress.accept(clients + " idle clients");
        Child process = quern.process().orElseThrow();
        List<RawClient> open = new ArrayList<>();
        try {
            for (int i = 0; i < clients; i++) {
                open.add(new RawClient(quern.port()).login(server.user(), server.password()));
            }
            Thread.sleep(STALL_MILLIS);
            double megabytes = process.residentBytes() / 1e6;
            return new Figure(
                    "resident with %,d idle clients".formatted(clients),
                    new Spread(megabytes, megabytes, megabytes),
                    "MB",
                    "≤ 400 MB for 10,000 in transaction mode");
        } finally {
            for (RawClient client : open) {
                client.close();
            }
        }
    }

    /** How much more Quern has in memory while it hands a large result to a slow reader. */
    Figure slowReader(Target quern, int megabytes) throws IOException, InterruptedException {
        progress.accept("a result of " + megabytes + " MB to a slow reader");
        Child process = quern.process().orElseThrow();
        long before = process.residentBytes();
        AtomicLong peak = new AtomicLong(before);
        AtomicBoolean reading = new AtomicBoolean(true);
        Thread watch = Thread.ofPlatform().daemon().start(() -> watch(process, reading, peak));
        long read = 0;
        byte[] buffer = new byte[256 * 1024];
        try (RawClient client =
                new RawClient(quern.port()).login(server.user(), server.password())) {
            client.query(
                    "SELECT repeat('x', %d) FROM generate_series(1, %d)"
                            .formatted(ROW, megabytes * 1_000L));
            Thread.sleep(STALL_MILLIS);
            long start = System.nanoTime();
            while (read < megabytes * 1_000_000L) {
                int count = client.swallow(buffer);
                if (count < 0) {
                    throw new IOException("the result ends after " + read + " bytes");
                }
                read += count;
                double ahead =
                        (double) read / SLOW_BYTES_PER_SECOND - (System.nanoTime() - start) / 1e9;
                if (ahead > 0.01) {
                    Thread.sleep(Duration.ofNanos(Math.round(ahead * 1e9)));
                }
            }
        } finally {
            reading.set(false);
            watch.join();
        }
        double extra = (peak.get() - before) / 1e6;
        return new Figure(
                "extra memory, %,d MB to a slow reader".formatted(megabytes),
                new Spread(extra, extra, extra),
                "MB",
                "≤ 64 MB");
    }

    private static void watch(Child process, AtomicBoolean reading, AtomicLong peak) {
        try {
            while (reading.get()) {
                peak.accumulateAndGet(process.residentBytes(), Math::max);
                Thread.sleep(SAMPLE_MILLIS);
            }
        } catch (IOException | InterruptedException e) {
            peak.set(Long.MAX_VALUE);
        }
    }

    /** The speed of COPY through Quern beside the relay's, in turns. */
    List<Figure> copy(Target relay, Target quern, int megabytes, int rounds)
            throws IOException, InterruptedException {
        Path file = directory.resolve("copy.data");
        psql(
                server.port(),
                "CREATE UNLOGGED TABLE bulk AS SELECT repeat('x', %d) AS line".formatted(ROW)
                        + " FROM generate_series(1, %d)".formatted(megabytes * 1_000L));
        psql(server.port(), "CREATE UNLOGGED TABLE filled (line text)");
        psql(server.port(), "\\copy bulk to '" + file + "'");
        double[] out = new double[rounds];
        double[] in = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            progress.accept("COPY, round " + (round + 1));
            boolean quernFirst = round % 2 == 0;
            Target first = quernFirst ? quern : relay;
            Target second = quernFirst ? relay : quern;
            double outFirst = out(first);
            double outSecond = out(second);
            double inFirst = in(first, file);
            double inSecond = in(second, file);
            out[round] = quernFirst ? outSecond / outFirst : outFirst / outSecond;
            in[round] = quernFirst ? inSecond / inFirst : inFirst / inSecond;
        }
        Files.delete(file);
        return List.of(
                new Figure(
                        "speed of COPY out, %,d MB, to the relay's".formatted(megabytes),
                        Spread.of(Arrays.stream(out)),
                        "",
                        "≥ 0.9"),
                new Figure(
                        "speed of COPY in, %,d MB, to the relay's".formatted(megabytes),
                        Spread.of(Arrays.stream(in)),
                        "",
                        "≥ 0.9"));
    }

    private double out(Target target) throws IOException, InterruptedException {
        return psql(target.port(), "\\copy bulk to '/dev/null'");
    }

    private double in(Target target, Path file) throws IOException, InterruptedException {
        psql(server.port(), "TRUNCATE filled");
        return psql(target.port(), "\\copy filled from '" + file + "'");
    }

    /** Seconds a command of psql takes. */
    private double psql(int port, String command) throws IOException, InterruptedException {
        Path output = directory.resolve("psql.out");
        List<String> line =
                List.of(
                        "psql",
                        "-X",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        Integer.toString(port),
                        "-U",
                        server.user(),
                        "-d",
                        TestServer.DATABASE,
                        "-v",
                        "ON_ERROR_STOP=1",
                        "-c",
                        command);
        long start = System.nanoTime();
        try (Child psql =
                Child.start(
                        "psql",
                        output,
                        Map.of("PGPASSWORD", server.password(), "PGSSLMODE", "disable"),
                        line)) {
            OptionalInt code = psql.await(Duration.ofMinutes(10));
            if (code.orElse(-1) != 0) {
                throw new IOException("psql failed: " + Files.readString(output, UTF_8).strip());
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }
}

package io.quern.bench.result;

import io.quern.bench.process.TestServer;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/**
 * Where and with what a result was measured.
 *
 * @param load how many processes wanted a core, on average over the minute before: what others did
 *     on the machine
 */
public record Machine(
        String date,
        String cpu,
        int cores,
        double load,
        String java,
        String postgres,
        String pgbouncer) {

    /** This machine, with a PostgreSQL and a PgBouncer or {@code ""} where none took part. */
    public static Machine here(double load, String postgres, String pgbouncer) throws IOException {
        return new Machine(
                LocalDate.now(ZoneOffset.UTC).toString(),
                model(),
                Runtime.getRuntime().availableProcessors(),
                load,
                Runtime.version().toString(),
                postgres,
                pgbouncer);
    }

    /** This machine, with that PostgreSQL. */
    public static Machine of(TestServer server, double load, String pgbouncer)
            throws SQLException, IOException {
        try (Connection connection = server.superuser()) {
            return here(load, connection.getMetaData().getDatabaseProductVersion(), pgbouncer);
        }
    }

    private static String model() throws IOException {
        Path file = Path.of("/proc/cpuinfo");
        if (!Files.exists(file)) {
            return System.getProperty("os.arch");
        }
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: %s, %d cores, load %.1f before, Java %s%s%s",
                date,
                cpu,
                cores,
                load,
                java,
                postgres.isEmpty() ? "" : ", PostgreSQL " + postgres,
                pgbouncer.isEmpty() ? "" : ", " + pgbouncer);
    }

    /** The load average of the last minute; negative where there is none. */
    public static double loadNow() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}

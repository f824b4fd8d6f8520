package io.quern.bench.wire;

import io.quern.bench.process.TestServer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Where and with what a result was measured. */
record Machine(String date, String cpu, int cores, String java, String postgres, String pgbouncer) {

    static Machine of(TestServer server, String pgbouncer) throws SQLException, IOException {
        try (Connection connection = server.superuser()) {
            return new Machine(
                    LocalDate.now(ZoneOffset.UTC).toString(),
                    model(),
                    Runtime.getRuntime().availableProcessors(),
                    Runtime.version().toString(),
                    connection.getMetaData().getDatabaseProductVersion(),
                    pgbouncer);
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
        return "%s: %s, %d cores, Java %s, PostgreSQL %s, %s"
                .formatted(date, cpu, cores, java, postgres, pgbouncer);
    }
}

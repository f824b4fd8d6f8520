package io.quern.bench.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A PgBouncer in session mode with nothing but what the comparison needs. */
public final class PgBouncer {
    private static final Path DEBIANS = Path.of("/usr/sbin/pgbouncer");
    private static final String NOBODY = "65534";

    private PgBouncer() {}

    /** Where Debian installs it. */
    public static Path debians() {
        return DEBIANS;
    }

    /** What it says its version is, on one line. */
    public static String version(Path program) throws IOException, InterruptedException {
        Process asked = new ProcessBuilder(program.toString(), "--version").start();
        List<String> said = asked.inputReader(UTF_8).lines().toList();
        asked.waitFor();
        return said.isEmpty() ? "unknown" : said.getFirst();
    }

    /**
     * Starts one and waits until it accepts clients, which it does not ask for a password.
     *
     * @param directory for its configuration; made readable to all, for PgBouncer refuses to be
     *     root
     */
    public static Child start(Path program, TestServer server, int port, Path directory)
            throws IOException, InterruptedException {
        Path users = directory.resolve("pgbouncer.users");
        Files.writeString(
                users, "\"%s\" \"%s\"%n".formatted(server.user(), server.password()), UTF_8);
        Path file = directory.resolve("pgbouncer.ini");
        Files.writeString(
                file,
                """
                [databases]
                %s = host=127.0.0.1 port=%d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = trust
                auth_file = %s
                pool_mode = session
                max_client_conn = 2000
                default_pool_size = %d
                server_reset_query =
                ignore_startup_parameters = extra_float_digits
                log_connections = 0
                log_disconnections = 0
                stats_period = 3600
                """
                        .formatted(
                                TestServer.DATABASE,
                                server.port(),
                                port,
                                users,
                                TestServer.CONNECTIONS - 50),
                UTF_8);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(
                    List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"));
        }
        command.addAll(List.of(program.toString(), file.toString()));
        Child bouncer =
                Child.start("PgBouncer", directory.resolve("pgbouncer.log"), Map.of(), command);
        try {
            return bouncer.awaitListening(port);
        } catch (IOException | InterruptedException | RuntimeException e) {
            bouncer.close();
            throw e;
        }
    }
}

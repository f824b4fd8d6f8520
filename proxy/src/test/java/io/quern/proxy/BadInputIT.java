package io.quern.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.optimizer.PostgresServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What an operator gets wrong is one clear line and exit code 2, and nothing stays behind. */
class BadInputIT {
    private static final String SECRET = "s3cr3t";

    @TempDir Path temp;

    private final PostgresServer server = PostgresServer.shared();

    @Test
    void usage() {
        assertLine("name a command");
        assertLine("serv", "serv");
        assertLine("--upsteam", "serve", "--upsteam", "x");
        assertLine("upstream is missing", "serve");
    }

    @Test
    void urls() {
        assertLine("upstream: the URL is not", "serve", "--upstream", "mysql://u:" + SECRET + "@h");
        assertLine("upstream: the URL is malformed", "serve", "--upstream", url("h:x y", "d"));
        assertLine("upstream: ", "serve", "--upstream", "postgresql://u:" + SECRET + "@h:99999/d");
        assertLine("listen: ", "serve", "--upstream", real("postgres"), "--listen", "nowhere");
        assertLine(
                "sslmode is not one of",
                "serve",
                "--upstream",
                real("postgres") + "?sslmode=perhaps");
    }

    @Test
    void upstreams() throws Exception {
        assertLine("cannot be used", "serve", "--upstream", url("127.0.0.1:" + free(), "d"));
        assertLine("cannot be used", "serve", "--upstream", real("no_such_database"));
        assertLine(
                "refuses the login",
                "serve",
                "--upstream",
                url(server.host() + ":" + server.port(), "postgres"));
    }

    @Test
    void ports() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String used = "127.0.0.1:" + taken.getLocalPort();
            String upstream = real("postgres");
            assertLine(
                    used + ": the port is in use",
                    "serve",
                    "--upstream",
                    upstream,
                    "--listen",
                    used,
                    "--admin",
                    "127.0.0.1:0");
            assertLine(
                    used + ": the port is in use",
                    "serve",
                    "--upstream",
                    upstream,
                    "--listen",
                    "127.0.0.1:0",
                    "--admin",
                    used);
        }
    }

    @Test
    void files() throws Exception {
        Path config = temp.resolve("quern.yaml");
        String name = config.toString();
        assertLine(name + " cannot be read", "serve", "--config", name);
        Files.writeString(config, "quern: {upstream: [" + SECRET);
        assertLine(name + " is not valid YAML", "serve", "--config", name);
        Files.writeString(config, "quern:\n  upstreem: " + url("h", "d"));
        assertLine("unknown setting quern.upstreem", "serve", "--config", name);
        Files.writeString(config, "quern:\n  suggest-every: soon\n  upstream: " + url("h", "d"));
        assertLine("suggest-every", "serve", "--config", name);
    }

    @Test
    void reports() throws Exception {
        Path directory = Files.createDirectory(temp.resolve("directory.md"));
        String upstream = real(server.createDatabase());
        assertLine("--since: 'soon'", "report", "--upstream", upstream, "--since", "soon");
        assertLine("--out", "report", "--upstream", upstream, "--out", "x.pdf");
        assertLine("--out: there is no", "report", "--upstream", upstream, "--out", "/no/x.md");
        assertLine(
                "--out: the report cannot",
                "report",
                "--upstream",
                upstream,
                "--out",
                directory.toString());
        assertLine("There is no store", "report", "--upstream", upstream);
        assertLine("cannot be reached", "report", "--upstream", url("127.0.0.1:1", "d"));
    }

    /** Runs a command line; it must end at once, with one line that says what, and no more. */
    private static void assertLine(String words, String... args) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream before = System.err;
        List<Thread> threads = quernThreads();
        int exit;
        PrintStream captured = new PrintStream(err, true, UTF_8);
        System.setErr(captured);
        try {
            CommandLine line = new CommandLine(new Main());
            line.setErr(new PrintWriter(captured, true, UTF_8));
            exit = Cli.run(line, args);
        } finally {
            System.setErr(before);
        }
        String said = err.toString(UTF_8);
        assertThat(said).startsWith("quern: ").contains(words).doesNotContain(SECRET);
        assertThat(said.lines()).as(said).hasSize(1);
        assertThat(exit).as(said).isEqualTo(2);
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(quernThreads()).isSubsetOf(threads));
    }

    private static List<Thread> quernThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.isAlive() && !t.isDaemon())
                .filter(t -> !t.getName().startsWith("awaitility"))
                .toList();
    }

    private String real(String database) {
        return "postgresql://"
                + server.user()
                + ":"
                + server.password()
                + "@"
                + server.host()
                + ":"
                + server.port()
                + "/"
                + database;
    }

    private static String url(String where, String database) {
        return "postgresql://postgres:" + SECRET + "@" + where + "/" + database;
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

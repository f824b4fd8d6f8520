package io.quern.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.optimizer.PostgresServer;

import picocli.CommandLine;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/** What a command said, run as its users run it, but in this JVM. */
record Said(int code, String out, String err) {

    /** Runs a command against a database of the tests' server. */
    static Said by(String command, PostgresServer server, String database, String... more) {
        String url =
                "postgresql://%s:%s@%s:%d/%s"
                        .formatted(
                                server.user(),
                                server.password(),
                                server.host(),
                                server.port(),
                                database);
        List<String> arguments = new ArrayList<>(List.of(command, "--upstream", url));
        arguments.addAll(List.of(more));
        var out = new ByteArrayOutputStream();
        var err = new StringWriter();
        PrintStream before = System.out;
        System.setOut(new PrintStream(out, true, UTF_8));
        try {
            CommandLine line = new CommandLine(new Main()).setErr(new PrintWriter(err, true));
            int code = Cli.run(line, arguments.toArray(String[]::new));
            return new Said(code, out.toString(UTF_8), err.toString());
        } finally {
            System.setOut(before);
        }
    }
}

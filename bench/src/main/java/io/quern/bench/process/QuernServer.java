package io.quern.bench.process;

import io.quern.proxy.Main;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A Quern in a process of its own, started as a user would: {@code quern serve}. */
public final class QuernServer {
    private QuernServer() {}

    /**
     * What a Quern is started with.
     *
     * @param upstream the URL with Quern's own role
     * @param environment settings beyond these, such as {@code QUERN_POOL_MODE}
     */
    public record Options(String upstream, Map<String, String> environment) {
        public Options {
            environment = Map.copyOf(environment);
        }
    }

    /** Starts one and returns at once. */
    public static Child launch(Options options, int port, Path log) throws IOException {
        List<String> arguments =
                List.of("serve", "--listen", "127.0.0.1:" + port, "--admin", "127.0.0.1:0");
        List<String> command =
                Jvm.launcher()
                        .map(
                                launcher -> {
                                    List<String> line = new ArrayList<>();
                                    line.add(launcher.toString());
                                    line.addAll(arguments);
                                    return line;
                                })
                        .orElseGet(() -> Jvm.like(Main.class, arguments));
        Map<String, String> environment = new HashMap<>(options.environment());
        // not on the command line, where everybody sees it
        environment.put("QUERN_UPSTREAM", options.upstream());
        return Child.start("Quern", log, environment, command);
    }

    /** Starts one and waits until it accepts clients. */
    public static Child start(Options options, int port, Path log)
            throws IOException, InterruptedException {
        Child quern = launch(options, port, log);
        try {
            return quern.awaitListening(port);
        } catch (IOException | InterruptedException | RuntimeException e) {
            quern.close();
            throw e;
        }
    }
}

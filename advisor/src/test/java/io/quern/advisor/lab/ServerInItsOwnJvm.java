package io.quern.advisor.lab;

import java.nio.file.Path;
import java.util.Map;

/** Starts a server and waits to be ended: a JVM of its own, to be interrupted or killed. */
final class ServerInItsOwnJvm {
    private ServerInItsOwnJvm() {}

    @SuppressWarnings("resource") // ends with this JVM, which is what is tested
    public static void main(String[] args) throws Exception {
        EmbeddedServer server =
                EmbeddedServer.start(
                        new EmbeddedServer.Options("lab", Path.of(args[0]), Map.of()),
                        System.out::println);
        System.out.println("serving on port " + server.port());
        Thread.currentThread().join();
    }
}

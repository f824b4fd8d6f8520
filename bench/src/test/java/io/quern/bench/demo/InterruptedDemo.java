package io.quern.bench.demo;

import io.quern.advisor.Desk;
import io.quern.optimizer.Fingerprint;

import picocli.CommandLine;

import java.net.URI;

/** The demo in a JVM of its own, with nothing between traffic and database, to be interrupted. */
final class InterruptedDemo {
    private InterruptedDemo() {}

    public static void main(String[] args) {
        Demo demo =
                new Demo(
                        (url, proxy, admin) -> new Direct(URI.create(url).getPort()),
                        sql -> new Fingerprint(sql.hashCode()));
        System.exit(new CommandLine(demo).execute("--port", "0", "--admin-port", "0"));
    }

    private record Direct(int proxyPort) implements Loop {
        @Override
        public String adminUrl() {
            return "http://none";
        }

        @Override
        public String adminPassword() {
            return "none";
        }

        @Override
        public Desk desk() {
            return new FakeDesk();
        }

        @Override
        public void close() {}
    }
}

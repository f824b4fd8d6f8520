package io.quern.bench.demo;

import io.quern.advisor.Desk;

import java.io.IOException;

/** A running Quern as the demo needs it: where it listens, and the desk to act at. */
public interface Loop extends AutoCloseable {

    /** The port of 127.0.0.1 where the application finds its database. */
    int proxyPort();

    /** Where a person opens the admin page. */
    String adminUrl();

    /** The password of the admin page. */
    String adminPassword();

    /** Suggestions and what may be done with them. */
    Desk desk();

    /** Stops the proxy, the advisor and the admin page; bounded. */
    @Override
    void close();

    /** Starts Quern in front of a database. */
    interface Opener {

        /**
         * Starts it and returns when it accepts connections.
         *
         * @param upstreamUrl {@code postgresql://user:password@host:port/database}
         * @param proxyPort where to listen on 127.0.0.1; 0 for any free port
         * @param adminPort where to serve the admin page on 127.0.0.1; 0 for any free port
         * @throws IOException if it cannot start; the message is one clear line
         */
        Loop open(String upstreamUrl, int proxyPort, int adminPort)
                throws IOException, InterruptedException;
    }
}

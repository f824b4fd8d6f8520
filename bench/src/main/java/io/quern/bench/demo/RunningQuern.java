package io.quern.bench.demo;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Desk;
import io.quern.proxy.Quern;
import io.quern.proxy.config.Configuration;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** The demo's {@link Loop}: a real Quern, looking for suggestions more often than usual. */
public final class RunningQuern implements Loop {
    private final Quern quern;

    private RunningQuern(Quern quern) {
        this.quern = requireNonNull(quern, "quern");
    }

    /** Starts Quern on 127.0.0.1. */
    public static Loop open(String upstreamUrl, int proxyPort, int adminPort) throws IOException {
        Map<String, String> settings =
                Map.of(
                        "quern.upstream",
                        upstreamUrl,
                        "quern.listen",
                        "127.0.0.1:" + proxyPort,
                        "quern.admin",
                        "127.0.0.1:" + adminPort,
                        "quern.suggest-every",
                        "PT2S");
        return new RunningQuern(
                Quern.start(() -> Configuration.load(Optional.empty(), Map.of(), settings)));
    }

    @Override
    public int proxyPort() {
        return quern.listenAddress().port();
    }

    @Override
    public String adminUrl() {
        return quern.adminUrl();
    }

    @Override
    public String adminPassword() {
        return quern.adminPassword();
    }

    @Override
    public Desk desk() {
        return quern.desk();
    }

    @Override
    public void close() {
        quern.close();
    }
}

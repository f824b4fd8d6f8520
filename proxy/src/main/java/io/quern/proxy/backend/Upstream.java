package io.quern.proxy.backend;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where the upstream is and how to reach it.
 *
 * @param hosts tried in this order
 * @param target which of them will do
 * @param loadBalance whether hosts are tried in random order instead
 * @param connectTimeout for one address
 */
public record Upstream(
        List<Host> hosts,
        UpstreamSsl ssl,
        TargetSession target,
        boolean loadBalance,
        Duration connectTimeout) {
    public Upstream {
        hosts = List.copyOf(hosts);
        requireNonNull(ssl, "ssl");
        requireNonNull(target, "target");
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("hosts is empty");
        }
        if (!connectTimeout.isPositive()) {
            throw new IllegalArgumentException("connectTimeout is not positive: " + connectTimeout);
        }
    }

    /**
     * One host.
     *
     * @param rootCertificate a PEM file of trusted authorities; empty: those of the JDK
     */
    public Upstream(
            String host,
            int port,
            SslMode sslMode,
            Optional<Path> rootCertificate,
            Duration connectTimeout) {
        this(
                List.of(new Host(host, port)),
                new UpstreamSsl(sslMode, rootCertificate),
                TargetSession.ANY,
                false,
                connectTimeout);
    }

    /** {@code host:port}, or several of that with commas between. */
    @Override
    public String toString() {
        return hosts.stream().map(Host::toString).collect(Collectors.joining(","));
    }
}

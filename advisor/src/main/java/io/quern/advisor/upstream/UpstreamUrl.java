package io.quern.advisor.upstream;

import static java.util.Objects.requireNonNull;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * Where an upstream is and as whom Quern itself logs in there.
 *
 * @param hosts where it may be; the driver looks for one that will do, each time anew
 * @param database the database to use where none is named; the same server serves the others
 * @param password empty where the server asks for none
 * @param properties further properties of pgjdbc ({@code sslmode}, {@code targetServerType}, …);
 *     those that Quern fixes win
 */
public record UpstreamUrl(
        List<Host> hosts,
        String database,
        String user,
        String password,
        Map<String, String> properties) {

    /**
     * One server.
     *
     * @param name its name or address, an IPv6 address without brackets
     */
    public record Host(String name, int port) {
        public Host {
            if (name.isBlank()) {
                throw new IllegalArgumentException("host is blank");
            }
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("port is not between 1 and 65535: " + port);
            }
        }

        @Override
        public String toString() {
            return (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
        }
    }

    public UpstreamUrl {
        hosts = List.copyOf(hosts);
        requireNonNull(database, "database");
        requireNonNull(user, "user");
        requireNonNull(password, "password");
        properties = Map.copyOf(properties);
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("hosts is empty");
        }
    }

    /** An upstream of one server. */
    public UpstreamUrl(
            String host,
            int port,
            String database,
            String user,
            String password,
            Map<String, String> properties) {
        this(List.of(new Host(host, port)), database, user, password, properties);
    }

    /** The JDBC URL of a database there, without user, password or properties. */
    String jdbcUrl(String of) {
        return "jdbc:postgresql://" + address() + "/" + percentEncoded(of);
    }

    /** Credentials and TLS as pgjdbc wants them. */
    Properties driverProperties() {
        Properties driver = new Properties();
        properties.forEach(driver::setProperty);
        driver.setProperty("user", user);
        if (!password.isEmpty()) {
            driver.setProperty("password", password);
        }
        return driver;
    }

    /** Hosts and ports, for messages. */
    String address() {
        return hosts.stream().map(Host::toString).collect(Collectors.joining(","));
    }

    private static String percentEncoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "postgresql://" + user + "@" + address() + "/" + database;
    }
}

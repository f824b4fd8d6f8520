package io.quern.advisor.upstream;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Properties;

/**
 * Where the upstream is and as whom Quern itself logs in there.
 *
 * @param database the database to use where none is named; the same server serves the others
 * @param password empty where the server asks for none
 * @param ssl pgjdbc's TLS properties ({@code sslmode}, {@code sslrootcert}, …); others are allowed
 *     but those that Quern fixes win
 */
public record UpstreamUrl(
        String host,
        int port,
        String database,
        String user,
        String password,
        Map<String, String> ssl) {
    public UpstreamUrl {
        requireNonNull(host, "host");
        requireNonNull(database, "database");
        requireNonNull(user, "user");
        requireNonNull(password, "password");
        ssl = Map.copyOf(ssl);
        if (host.isBlank()) {
            throw new IllegalArgumentException("host is blank");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port is not between 1 and 65535: " + port);
        }
    }

    /** The JDBC URL of a database there, without user, password or properties. */
    String jdbcUrl(String of) {
        String address = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        return "jdbc:postgresql://" + address + ":" + port + "/" + percentEncoded(of);
    }

    /** Credentials and TLS as pgjdbc wants them. */
    Properties properties() {
        Properties properties = new Properties();
        ssl.forEach(properties::setProperty);
        properties.setProperty("user", user);
        if (!password.isEmpty()) {
            properties.setProperty("password", password);
        }
        return properties;
    }

    /** Host and port, for messages. */
    String address() {
        return host + ":" + port;
    }

    private static String percentEncoded(String name) {
        return java.net.URLEncoder.encode(name, java.nio.charset.StandardCharsets.UTF_8)
                .replace("+", "%20");
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "postgresql://" + user + "@" + address() + "/" + database;
    }
}

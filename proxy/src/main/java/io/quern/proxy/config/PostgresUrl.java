package io.quern.proxy.config;

import static io.quern.proxy.config.InvalidConfiguration.require;

import static java.util.Objects.requireNonNull;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * Where a PostgreSQL is and who Quern is there.
 *
 * @param hosts where it may be, in the order they are tried; at least one
 * @param password empty if none was given
 * @param target which of the hosts will do
 * @param shuffled whether the hosts are tried in a random order
 * @param connectTimeout for each address of each host; zero: no bound is wanted
 * @param applicationName what Quern's own connections call themselves; empty: Quern's choice
 */
public record PostgresUrl(
        List<Address> hosts,
        String database,
        String user,
        String password,
        Ssl ssl,
        TargetSession target,
        boolean shuffled,
        Duration connectTimeout,
        String applicationName) {
    /** As long as Quern waits for an address where the URL does not say. */
    public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    public PostgresUrl {
        hosts = List.copyOf(hosts);
        requireNonNull(database, "database");
        requireNonNull(user, "user");
        requireNonNull(password, "password");
        requireNonNull(ssl, "ssl");
        requireNonNull(target, "target");
        requireNonNull(connectTimeout, "connectTimeout");
        requireNonNull(applicationName, "applicationName");
        require(!hosts.isEmpty(), "the URL names no host");
    }

    /**
     * Reads {@code postgresql://user:password@host:port,host:port/database?sslmode=…} or the JDBC
     * form {@code jdbc:postgresql://host:port,host:port/database?user=…&password=…}. The port
     * defaults to 5432, the database to the user's name. Parameters may have libpq's or the
     * driver's names; one that means nothing to Quern is refused.
     *
     * @param setting the setting's name, for the message
     * @throws InvalidConfiguration with one line, without secrets
     */
    public static PostgresUrl parse(String setting, String text) {
        return new UrlReader(setting).read(text);
    }

    /** {@code jdbc:postgresql://host:port,host:port/database}. */
    public String jdbcUrl() {
        return "jdbc:postgresql://"
                + where()
                + "/"
                + URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** User, password and further parameters, as pgjdbc wants them. */
    public Properties properties() {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("sslmode", ssl.mode());
        ssl.rootCertificate().ifPresent(p -> properties.setProperty("sslrootcert", p.toString()));
        ssl.certificate().ifPresent(p -> properties.setProperty("sslcert", p.toString()));
        ssl.key().ifPresent(p -> properties.setProperty("sslkey", p.toString()));
        if (!ssl.keyPassword().isEmpty()) {
            properties.setProperty("sslpassword", ssl.keyPassword());
        }
        if (ssl.certificate().isPresent() && ssl.key().isPresent() && ssl.keyPassword().isEmpty()) {
            properties.setProperty("sslfactory", PemSocketFactory.class.getName());
        } else if (ssl.verifies() && ssl.rootCertificate().isEmpty()) {
            // by itself the driver would want ~/.postgresql/root.crt
            properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
        }
        properties.setProperty("gssEncMode", "disable");
        properties.setProperty("targetServerType", target.jdbc());
        properties.setProperty("loadBalanceHosts", Boolean.toString(shuffled));
        properties.setProperty("hostRecheckSeconds", "2");
        properties.setProperty("connectTimeout", seconds(connectTimeout));
        properties.setProperty(
                "loginTimeout", seconds(connectTimeout.multipliedBy(hosts.size() + 1L)));
        if (!applicationName.isEmpty()) {
            properties.setProperty("ApplicationName", applicationName);
        }
        return properties;
    }

    /** All hosts with their ports, separated by commas. */
    public String where() {
        return hosts.stream().map(Address::toString).collect(Collectors.joining(","));
    }

    private static String seconds(Duration duration) {
        return Long.toString(duration.toSeconds());
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "postgresql://" + user + "@" + where() + "/" + database;
    }
}

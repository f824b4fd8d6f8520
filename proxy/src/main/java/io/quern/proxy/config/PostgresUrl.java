package io.quern.proxy.config;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Where a PostgreSQL is and who Quern is there.
 *
 * @param password empty if none was given
 * @param parameters what else the URL said, such as {@code sslmode}
 */
public record PostgresUrl(
        String host,
        int port,
        String database,
        String user,
        String password,
        Map<String, String> parameters) {
    public PostgresUrl {
        requireNonNull(host, "host");
        requireNonNull(database, "database");
        requireNonNull(user, "user");
        requireNonNull(password, "password");
        parameters = Map.copyOf(new TreeMap<>(parameters));
    }

    /**
     * Reads {@code postgresql://user:password@host:port/database?sslmode=…} or the JDBC form {@code
     * jdbc:postgresql://host:port/database?user=…&password=…}. The port defaults to 5432, the
     * database to the user's name.
     *
     * @param setting the setting's name, for the message
     * @throws InvalidConfiguration if it is neither, names no user, or names several hosts
     */
    public static PostgresUrl parse(String setting, String text) {
        String url = text.startsWith("jdbc:") ? text.substring("jdbc:".length()) : text;
        if (!url.startsWith("postgresql://") && !url.startsWith("postgres://")) {
            throw new InvalidConfiguration(
                    setting
                            + ": the URL is not postgresql://user:password@host:port/database"
                            + " or jdbc:postgresql://host:port/database?user=…&password=…");
        }
        URI uri = uri(setting, url);
        if (uri.getHost() == null) {
            String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
            String reason =
                    authority.contains(",")
                            ? "names several hosts, which is not supported yet"
                            : "has no valid host";
            throw new InvalidConfiguration(setting + ": the URL " + reason);
        }
        Map<String, String> parameters = parameters(uri.getRawQuery());
        String user = parameters.remove("user");
        String password = parameters.remove("password");
        String userInfo = uri.getRawUserInfo();
        if (userInfo != null) {
            int colon = userInfo.indexOf(':');
            user = decode(colon < 0 ? userInfo : userInfo.substring(0, colon));
            password = colon < 0 ? password : decode(userInfo.substring(colon + 1));
        }
        if (user == null || user.isEmpty()) {
            throw new InvalidConfiguration(setting + ": the URL names no user");
        }
        String path = uri.getPath() == null ? "" : uri.getPath();
        String database = path.length() > 1 ? path.substring(1) : user;
        int port = uri.getPort() < 0 ? 5432 : uri.getPort();
        if (port == 0 || port > 65_535) {
            throw new InvalidConfiguration(
                    setting + ": port " + port + " is not between 1 and 65535");
        }
        return new PostgresUrl(
                uri.getHost().replaceAll("^\\[|]$", ""),
                port,
                database,
                user,
                password == null ? "" : password,
                parameters);
    }

    /** The {@code sslmode}, {@code prefer} if the URL does not say. */
    public String sslMode() {
        return parameters.getOrDefault("sslmode", "prefer");
    }

    /** {@code jdbc:postgresql://host:port/}, ready for a database's name. */
    public String jdbcPrefix() {
        return "jdbc:postgresql://"
                + (host.indexOf(':') >= 0 ? "[" + host + "]" : host)
                + ":"
                + port
                + "/";
    }

    /** User, password and further parameters, as pgjdbc wants them. */
    public Properties properties() {
        Properties properties = new Properties();
        parameters.forEach(properties::setProperty);
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        return properties;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "postgresql://" + user + "@" + host + ":" + port + "/" + database;
    }

    private static URI uri(String setting, String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            // the exception's own message quotes the URL, password and all
            throw new InvalidConfiguration(
                    setting
                            + ": the URL is malformed at character "
                            + e.getIndex()
                            + " ("
                            + e.getReason()
                            + "); special characters in a password are written %xx");
        }
    }

    private static Map<String, String> parameters(@org.jspecify.annotations.Nullable String query) {
        Map<String, String> map = new LinkedHashMap<>();
        if (query != null && !query.isEmpty()) {
            for (String pair : query.split("&", -1)) {
                int equals = pair.indexOf('=');
                map.put(
                        decode(equals < 0 ? pair : pair.substring(0, equals)),
                        equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return map;
    }

    private static String decode(String text) {
        // '+' is itself in a PostgreSQL URL, not a space
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}

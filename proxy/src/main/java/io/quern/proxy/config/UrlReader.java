package io.quern.proxy.config;

import org.jspecify.annotations.Nullable;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a connection URL by hand: {@link java.net.URI} knows no list of hosts and its messages
 * quote passwords. The grammar is that of PostgreSQL's documentation, "Connection URIs", and of
 * pgjdbc's. Every parameter is translated or refused; no message holds more of the URL than a
 * parameter's name.
 */
final class UrlReader {
    private static final Pattern BAD = Pattern.compile("%(?![0-9a-fA-F]{2})|[\\s\\p{Cntrl}]");
    private static final Pattern HOST =
            Pattern.compile("(?:\\[([^\\[\\]]+)]|([^\\[\\]:@/%]+))(?::(\\d{0,6}))?");
    private static final Set<String> SSL_MODES =
            Set.of("disable", "prefer", "require", "verify-ca", "verify-full");

    /** From the driver's names to libpq's; a value that differs is translated where it is read. */
    private static final Map<String, String> JDBC =
            Map.of(
                    "ApplicationName", "application_name",
                    "connectTimeout", "connect_timeout",
                    "targetServerType", "target_session_attrs",
                    "loadBalanceHosts", "load_balance_hosts",
                    "channelBinding", "channel_binding",
                    "gssEncMode", "gssencmode",
                    "tcpKeepAlive", "keepalives");

    private static final Map<String, TargetSession> TARGETS =
            Map.ofEntries(
                    Map.entry("any", TargetSession.ANY),
                    Map.entry("read-write", TargetSession.READ_WRITE),
                    Map.entry("read-only", TargetSession.READ_ONLY),
                    Map.entry("primary", TargetSession.PRIMARY),
                    Map.entry("standby", TargetSession.STANDBY),
                    Map.entry("prefer-standby", TargetSession.PREFER_STANDBY),
                    Map.entry("master", TargetSession.PRIMARY),
                    Map.entry("secondary", TargetSession.STANDBY),
                    Map.entry("slave", TargetSession.STANDBY),
                    Map.entry("preferSecondary", TargetSession.PREFER_STANDBY),
                    Map.entry("preferSlave", TargetSession.PREFER_STANDBY));

    private final String setting;

    UrlReader(String setting) {
        this.setting = setting;
    }

    PostgresUrl read(String text) {
        String url = text.startsWith("jdbc:") ? text.substring("jdbc:".length()) : text;
        String rest = afterScheme(url);
        Matcher bad = BAD.matcher(rest);
        if (bad.find()) {
            throw invalid(
                    "is malformed at character "
                            + (text.length() - rest.length() + bad.start())
                            + "; special characters in a password are written %xx");
        }
        int question = rest.indexOf('?');
        Map<String, String> parameters =
                parameters(question < 0 ? "" : rest.substring(question + 1));
        String before = question < 0 ? rest : rest.substring(0, question);
        int slash = before.indexOf('/');
        String authority = slash < 0 ? before : before.substring(0, slash);
        String path = slash < 0 ? "" : decode(before.substring(slash + 1));
        int at = authority.lastIndexOf('@');
        Optional<String> login =
                at < 0 ? Optional.empty() : Optional.of(authority.substring(0, at));
        String user = login.map(l -> decode(l.split(":", 2)[0])).orElse("");
        Optional<String> password =
                login.filter(l -> l.contains(":")).map(l -> decode(l.split(":", 2)[1]));
        String userHere = user.isEmpty() ? taken(parameters, "user", "") : user;
        if (userHere.isEmpty()) {
            throw invalid("names no user");
        }
        String passwordToo = taken(parameters, "password", "");
        String database = taken(parameters, "dbname", path);
        List<Address> hosts =
                hosts(
                        authority.substring(at + 1),
                        parameters.remove("host"),
                        parameters.remove("port"));
        return rest(
                hosts,
                database.isEmpty() ? userHere : database,
                userHere,
                password.orElse(passwordToo),
                parameters);
    }

    private PostgresUrl rest(
            List<Address> hosts,
            String database,
            String user,
            String password,
            Map<String, String> parameters) {
        withoutMeaning(parameters);
        PostgresUrl url =
                new PostgresUrl(
                        hosts,
                        database,
                        user,
                        password,
                        ssl(parameters),
                        target(parameters),
                        shuffled(parameters),
                        connectTimeout(parameters),
                        taken(parameters, "application_name", ""));
        if (!parameters.isEmpty()) {
            throw invalid("has a parameter that Quern does not support: " + shown(parameters));
        }
        return url;
    }

    private String afterScheme(String url) {
        for (String scheme : List.of("postgresql://", "postgres://")) {
            if (url.startsWith(scheme)) {
                return url.substring(scheme.length());
            }
        }
        throw invalid(
                "is not postgresql://user:password@host:port/database"
                        + " or jdbc:postgresql://host:port/database?user=…&password=…");
    }

    private List<Address> hosts(
            String authority, @Nullable String names, @Nullable String numbers) {
        List<String> list = split(names != null ? names : authority);
        List<String> ports = numbers == null ? List.of() : split(numbers);
        if (ports.size() > 1 && ports.size() != list.size()) {
            throw invalid("names " + list.size() + " hosts, but " + ports.size() + " ports");
        }
        List<Address> hosts = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            String host = list.get(i);
            if (host.startsWith("/") || host.startsWith("@")) {
                throw invalid("names a Unix socket; Quern connects by TCP");
            }
            Matcher matcher = HOST.matcher(decode(host));
            if (!matcher.matches()) {
                throw invalid("has no valid host");
            }
            String name = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
            String port = ports.isEmpty() ? matcher.group(3) : ports.get(ports.size() == 1 ? 0 : i);
            hosts.add(new Address(name, port(port)));
        }
        return hosts;
    }

    private int port(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return 5432;
        }
        int port = text.matches("\\d{1,6}") ? Integer.parseInt(text) : 0;
        if (port < 1 || port > 65_535) {
            throw invalid("has a port that is not between 1 and 65535");
        }
        return port;
    }

    private Ssl ssl(Map<String, String> parameters) {
        String full = parameters.remove("ssl");
        String mode =
                taken(
                        parameters,
                        "sslmode",
                        full == null || full.equals("false") ? "prefer" : "verify-full");
        if (!SSL_MODES.contains(mode)) {
            throw invalid(
                    "cannot be used: sslmode is not one of disable, prefer, require, verify-ca,"
                            + " verify-full");
        }
        Optional<Path> root = Optional.ofNullable(parameters.remove("sslrootcert")).map(Path::of);
        if (root.equals(Optional.of(Path.of("system")))) {
            root = Optional.empty();
            mode = "verify-full";
        }
        Optional<Path> certificate =
                Optional.ofNullable(parameters.remove("sslcert")).map(Path::of);
        Optional<Path> key = Optional.ofNullable(parameters.remove("sslkey")).map(Path::of);
        if (certificate.isPresent() != key.isPresent()) {
            throw invalid("has only one of sslcert and sslkey; both are needed");
        }
        if (certificate.isPresent() && root.isEmpty() && mode.startsWith("verify")) {
            throw invalid("has sslcert and a verifying sslmode: sslrootcert is needed as well");
        }
        return new Ssl(mode, root, certificate, key, taken(parameters, "sslpassword", ""));
    }

    private TargetSession target(Map<String, String> parameters) {
        TargetSession target = TARGETS.get(taken(parameters, "target_session_attrs", "any"));
        if (target == null) {
            throw invalid(
                    "has a target_session_attrs that is not one of any, read-write, read-only,"
                            + " primary, standby, prefer-standby");
        }
        return target;
    }

    private boolean shuffled(Map<String, String> parameters) {
        return switch (taken(parameters, "load_balance_hosts", "disable")) {
            case "random", "true" -> true;
            case "disable", "false" -> false;
            default -> throw invalid("has a load_balance_hosts that is neither disable nor random");
        };
    }

    private Duration connectTimeout(Map<String, String> parameters) {
        String seconds = parameters.remove("connect_timeout");
        if (seconds == null) {
            return PostgresUrl.CONNECT_TIMEOUT;
        }
        if (!seconds.matches("[1-9]\\d{0,4}")) {
            throw invalid("has a connect_timeout that is not a number of seconds from 1");
        }
        return Duration.ofSeconds(Long.parseLong(seconds));
    }

    /** Takes what says no more than what Quern does anyway. */
    private static void withoutMeaning(Map<String, String> parameters) {
        Map<String, Set<String>> anyway =
                Map.of(
                        "gssencmode", Set.of("disable", "prefer", "allow"),
                        "channel_binding", Set.of("disable", "prefer"),
                        "keepalives", Set.of("1", "true"),
                        "client_encoding", Set.of("UTF8", "UTF-8", "utf8", "auto"));
        anyway.forEach(
                (name, values) -> {
                    if (values.contains(parameters.getOrDefault(name, "-"))) {
                        parameters.remove(name);
                    }
                });
    }

    private Map<String, String> parameters(String query) {
        Map<String, String> map = new LinkedHashMap<>();
        if (!query.isEmpty()) {
            for (String pair : query.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
                if (map.putIfAbsent(JDBC.getOrDefault(name, name), value) != null) {
                    throw invalid("has a parameter twice: " + shown(Map.of(name, "")));
                }
            }
        }
        return map;
    }

    /** A parameter's name as far as it looks like one; a misplaced password does not. */
    private static String shown(Map<String, String> parameters) {
        String name = parameters.keySet().iterator().next();
        return name.matches("[A-Za-z_]{1,40}") ? name : "(its name is no word)";
    }

    private static String taken(Map<String, String> parameters, String name, String otherwise) {
        String value = parameters.remove(name);
        return value == null ? otherwise : value;
    }

    private static List<String> split(String list) {
        return List.of(list.split(",", -1));
    }

    private InvalidConfiguration invalid(String why) {
        return new InvalidConfiguration(setting + ": the URL " + why);
    }

    private static String decode(String text) {
        // '+' is itself in a PostgreSQL URL, not a space
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}

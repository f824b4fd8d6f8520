package io.quern.proxy.auth;

import static java.util.Objects.requireNonNull;

import io.quern.proxy.wire.StartupPacket;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who may try to log in, in the manner of {@code pg_hba.conf}: the first rule that fits decides;
 * where none fits the client is denied. Without any rule everybody may try.
 */
public record Rules(List<Rule> rules) {
    /** Where a denied client's administrator should look. */
    private static final String PLACE = "quern.auth.rules";

    public Rules {
        rules = List.copyOf(rules);
    }

    /** Everybody may try. */
    public static Rules none() {
        return new Rules(List.of());
    }

    /**
     * One line of the rules.
     *
     * @param allow whether those it fits may try
     * @param network where they come from; anywhere if empty
     * @param users who they are; anybody if empty
     * @param databases what they want; any if empty
     * @param tls whether it fits encrypted connections only
     */
    public record Rule(
            boolean allow,
            Optional<Network> network,
            Set<String> users,
            Set<String> databases,
            boolean tls) {
        public Rule {
            requireNonNull(network, "network");
            users = Set.copyOf(users);
            databases = Set.copyOf(databases);
        }

        boolean fits(Peer peer, StartupPacket.Startup startup) {
            return network.map(n -> n.contains(peer.address())).orElse(true)
                    && (users.isEmpty() || users.contains(startup.user()))
                    && (databases.isEmpty() || databases.contains(startup.database()))
                    && (!tls || peer.tls());
        }
    }

    /**
     * Reads rules of the form {@code allow|deny [CIDR|all] [user=a,b] [database=x,y] [tls]}.
     *
     * @throws IllegalArgumentException if one is not of that form; the message is one line that
     *     quotes it
     */
    public static Rules parse(List<String> lines) {
        List<Rule> rules = new ArrayList<>();
        for (String line : lines) {
            try {
                rules.add(rule(line.strip().split("\\s+")));
            } catch (IllegalArgumentException unfit) {
                throw new IllegalArgumentException(
                        "rule \"" + line.strip() + "\": " + unfit.getMessage(), unfit);
            }
        }
        return new Rules(rules);
    }

    private static Rule rule(String[] words) {
        boolean allow =
                switch (words[0]) {
                    case "allow" -> true;
                    case "deny" -> false;
                    default ->
                            throw new IllegalArgumentException(
                                    "begins with neither allow nor deny");
                };
        Optional<Network> network = Optional.empty();
        Set<String> users = Set.of();
        Set<String> databases = Set.of();
        boolean tls = false;
        Set<String> seen = new HashSet<>();
        for (int i = 1; i < words.length; i++) {
            String word = words[i];
            String kind = kind(word);
            if (!seen.add(kind)) {
                throw new IllegalArgumentException("names its " + kind + " twice");
            }
            switch (kind) {
                case "user" -> users = names(word);
                case "database" -> databases = names(word);
                case "tls" -> tls = true;
                default ->
                        network =
                                word.equals("all")
                                        ? Optional.empty()
                                        : Optional.of(Network.parse(word));
            }
        }
        return new Rule(allow, network, users, databases, tls);
    }

    private static String kind(String word) {
        int equals = word.indexOf('=');
        if (equals < 0) {
            return word.equals("tls") ? "tls" : "network";
        }
        String name = word.substring(0, equals);
        if (!name.equals("user") && !name.equals("database")) {
            throw new IllegalArgumentException("\"" + name + "=\" is neither user= nor database=");
        }
        return name;
    }

    /** The names behind the equals sign; {@code all} stands for any. */
    private static Set<String> names(String word) {
        Set<String> names = new HashSet<>();
        for (String name : word.substring(word.indexOf('=') + 1).split(",", -1)) {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("\"" + word + "\" holds an empty name");
            }
            names.add(name);
        }
        return names.contains("all") ? Set.of() : names;
    }

    /** Why the client may not even try, in PostgreSQL's words (SQLSTATE 28000); empty if it may. */
    public Optional<String> denial(Peer peer, StartupPacket.Startup startup) {
        if (rules.isEmpty()) {
            return Optional.empty();
        }
        Optional<Rule> first = rules.stream().filter(rule -> rule.fits(peer, startup)).findFirst();
        if (first.isPresent() && first.get().allow()) {
            return Optional.empty();
        }
        return Optional.of(
                (first.isPresent()
                                ? PLACE + " rejects connection for"
                                : "no " + PLACE + " entry for")
                        + " host \""
                        + peer.address().getHostAddress()
                        + "\", user \""
                        + startup.user()
                        + "\", database \""
                        + startup.database()
                        + "\", "
                        + (peer.tls() ? "SSL encryption" : "no encryption"));
    }
}

package io.quern.proxy.config;

import static io.quern.proxy.config.InvalidConfiguration.require;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All upstreams, and which database is where. A name that an upstream claims is there under the
 * name it gives; any other is at the upstream that claims none, else at the first, under its own
 * name. Thus every name leads to exactly one database of one upstream.
 *
 * @param all at least one; the first is the default one and keeps the store
 */
public record Upstreams(List<UpstreamSettings> all) {
    /** The name of the admin console, which is no database. */
    public static final String CONSOLE = "quern";

    /**
     * Where a database is.
     *
     * @param upstream the upstream that has it
     * @param database its name there
     */
    public record Place(UpstreamSettings upstream, String database) {
        public Place {
            requireNonNull(upstream, "upstream");
            requireNonNull(database, "database");
        }
    }

    public Upstreams {
        all = List.copyOf(all);
        require(!all.isEmpty(), "upstream is missing");
        Map<String, String> claimed = new HashMap<>();
        String rest = "";
        for (UpstreamSettings upstream : all) {
            String key = "quern.upstreams." + upstream.name();
            if (upstream.servesTheRest()) {
                require(
                        rest.isEmpty(),
                        key
                                + ".databases is missing: "
                                + rest
                                + " already serves every database that is not named");
                rest = upstream.name();
            }
            for (String served : upstream.databases().keySet()) {
                require(
                        !served.equals(CONSOLE),
                        key + ".databases: quern is the admin console's name");
                String before = claimed.put(served, upstream.name());
                require(
                        before == null,
                        key + ".databases: " + served + " is already served by " + before);
            }
        }
    }

    /** The default one. */
    public UpstreamSettings first() {
        return all.getFirst();
    }

    /** Where a database is that clients call {@code served}. */
    public Place place(String served) {
        UpstreamSettings rest = first();
        for (UpstreamSettings upstream : all) {
            String there = upstream.databases().get(served);
            if (there != null) {
                return new Place(upstream, there);
            }
            if (upstream.servesTheRest()) {
                rest = upstream;
            }
        }
        return new Place(rest, served);
    }

    /** The databases known without asking a server, as clients call them. */
    public Set<String> named() {
        Set<String> names = new LinkedHashSet<>();
        for (UpstreamSettings upstream : all) {
            String own = upstream.url().database();
            if (upstream.servesTheRest() && place(own).upstream().equals(upstream)) {
                names.add(own);
            }
            upstream.databases().keySet().stream().sorted().forEach(names::add);
        }
        return names;
    }
}

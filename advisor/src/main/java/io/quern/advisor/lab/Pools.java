package io.quern.advisor.lab;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The values that a hunt fills columns and parameters with. PostgreSQL itself says which candidates
 * a type takes, modifiers included, and how it prints them.
 */
final class Pools {

    /**
     * The candidates of a family.
     *
     * @param seeds nearest to the statements' literals first
     * @param edges the seldom ones
     * @param alike those that are the same to some and not to others
     */
    record Candidates(List<String> seeds, List<String> edges, List<List<String>> alike) {
        public Candidates {
            seeds = List.copyOf(seeds);
            edges = List.copyOf(edges);
            alike = List.copyOf(alike);
        }
    }

    /**
     * The values of one type, in the order of its family's candidates.
     *
     * @param byCandidate each value as PostgreSQL prints it
     */
    record Pool(Family family, List<String> values, Map<String, String> byCandidate) {
        public Pool {
            values = List.copyOf(values);
            byCandidate = Map.copyOf(byCandidate);
        }

        /** A candidate as this type has it. */
        Optional<String> value(String candidate) {
            return Optional.ofNullable(byCandidate.get(candidate));
        }
    }

    private final Map<Family, Candidates> candidates;
    private final Map<String, Pool> pools;

    Pools(Map<Family, Candidates> candidates, Map<String, Pool> pools) {
        this.candidates = new EnumMap<>(candidates);
        this.pools = Map.copyOf(pools);
    }

    /**
     * Gathers the values of all types a hunt needs.
     *
     * @param types as {@code format_type} prints them; no arrays
     * @param now the present if the statements ask for it
     * @throws Unsupported if there is a type no value is known of
     */
    static Pools of(
            Connection connection,
            Seeds seeds,
            Collection<String> types,
            Collection<LocalDateTime> now,
            Collection<String> zones)
            throws SQLException, Unsupported {
        Filling filling = new Filling(connection, seeds, now, zones);
        for (String type : types) {
            filling.pool(type);
        }
        return new Pools(filling.candidates, filling.pools);
    }

    /** The values found so far; a type made of others asks for theirs. */
    private static final class Filling {
        private final Connection connection;
        private final Seeds seeds;
        private final Collection<LocalDateTime> now;
        private final Collection<String> zones;
        private final Map<Family, Candidates> candidates = new EnumMap<>(Family.class);
        private final Map<String, Pool> pools = new HashMap<>();

        Filling(
                Connection connection,
                Seeds seeds,
                Collection<LocalDateTime> now,
                Collection<String> zones) {
            this.connection = connection;
            this.seeds = seeds;
            this.now = now;
            this.zones = zones;
        }

        Pool pool(String type) throws SQLException, Unsupported {
            Pool known = pools.get(type);
            if (known != null) {
                return known;
            }
            Family family = Family.of(type);
            List<String> more = List.of();
            if (family == Family.OTHER) {
                UserType made = UserType.of(connection, type);
                family = made.kind() == 'd' ? Family.of(made.parts().getFirst()) : family;
                family = made.text() ? Family.TEXT : family;
                more = made.candidates(parts(made));
            }
            Set<String> all = new LinkedHashSet<>(more);
            all.addAll(offered(family).seeds());
            all.addAll(offered(family).edges());
            offered(family).alike().forEach(all::addAll);
            Map<String, String> valid = valid(connection, all, type);
            if (valid.isEmpty()) {
                throw new Unsupported("the lab knows no value of type " + type);
            }
            Set<String> values = new LinkedHashSet<>(valid.values());
            Pool pool = new Pool(family, List.copyOf(values), valid);
            pools.put(type, pool);
            return pool;
        }

        private List<List<String>> parts(UserType made) throws SQLException, Unsupported {
            List<List<String>> values = new ArrayList<>();
            for (String part : made.kind() == 'e' ? List.<String>of() : made.parts()) {
                values.add(part.endsWith("[]") ? List.of("{}") : pool(part).values());
            }
            return values;
        }

        private Candidates offered(Family family) throws SQLException {
            Candidates offered = candidates.get(family);
            if (offered == null) {
                List<String> found =
                        family == Family.TIME
                                ? times(connection, seeds, now, zones)
                                : seeds.of(family);
                offered = new Candidates(found, Seeds.edges(family), seeds.alike(family));
                candidates.put(family, offered);
            }
            return offered;
        }
    }

    private static List<String> times(
            Connection connection,
            Seeds seeds,
            Collection<LocalDateTime> now,
            Collection<String> zones)
            throws SQLException {
        String timestamp = "timestamp without time zone";
        List<String> given = List.copyOf(valid(connection, seeds.literals(), timestamp).values());
        // A bare number is an interval too, of seconds; nobody means that.
        List<String> literals =
                seeds.literals().stream().filter(l -> !l.matches("[0-9.]*")).toList();
        List<String> intervals = List.copyOf(valid(connection, literals, "interval").values());
        Set<String> all = new LinkedHashSet<>(given);
        all.addAll(sums(connection, given, intervals));
        return TimeSeeds.of(all, seeds.literals(), now, zones);
    }

    /** Each timestamp with each interval added and taken away. */
    private static Set<String> sums(
            Connection connection, List<String> times, List<String> intervals) throws SQLException {
        Set<String> sums = new LinkedHashSet<>();
        String sql =
                "SELECT (t + i)::text, (t - i)::text FROM (SELECT ?::timestamp, ?::interval) AS s (t, i)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (String time : times.subList(0, Math.min(3, times.size()))) {
                for (String interval : intervals.subList(0, Math.min(4, intervals.size()))) {
                    statement.setString(1, time);
                    statement.setString(2, interval);
                    try (ResultSet rows = statement.executeQuery()) {
                        rows.next();
                        sums.add(rows.getString(1));
                        sums.add(rows.getString(2));
                    } catch (SQLException outOfRange) {
                        // A sum that does not exist is no candidate.
                    }
                }
            }
        }
        return sums;
    }

    /** The candidates that are values of a type, with PostgreSQL's own spelling of them. */
    private static Map<String, String> valid(
            Connection connection, Collection<String> texts, String type) throws SQLException {
        Map<String, String> valid = new LinkedHashMap<>();
        String sql =
                "SELECT v, v::"
                        + type
                        + "::text FROM unnest(?::text[]) WITH ORDINALITY AS u (v, o)"
                        + " WHERE pg_input_is_valid(v, ?) ORDER BY o";
        Array array = connection.createArrayOf("text", texts.toArray());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, array);
            statement.setString(2, type);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    valid.put(rows.getString(1), rows.getString(2));
                }
            }
        } finally {
            array.free();
        }
        return valid;
    }

    Map<Family, Candidates> candidates() {
        return candidates;
    }

    /** The pool of a type that was asked for. */
    Pool of(String type) {
        Pool pool = pools.get(type);
        if (pool == null) {
            throw new IllegalArgumentException("no pool for type " + type);
        }
        return pool;
    }
}

package io.quern.advisor.copy;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.QualifiedName;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes copies in a database. Foreign definitions are executed as a role that owns what it makes
 * and may do nothing else, and for a few seconds each. What PostgreSQL refuses is noted, its
 * stand-in made, and what needs it left out. For one thread.
 */
public final class Maker {
    private static final String MARGIN = "10s";

    private final Connection superuser;
    private final Connection owner;
    private final Terms terms;
    private final Map<String, String> failed = new LinkedHashMap<>();

    /**
     * Under what the parts are made.
     *
     * @param reader a role that gets to read and fill the relations
     * @param path the search path that the bodies of functions are read under
     */
    public record Terms(String reader, List<String> path) {
        public Terms {
            requireNonNull(reader, "reader");
            path = List.copyOf(path);
        }
    }

    private Maker(Connection superuser, Connection owner, Terms terms) {
        this.superuser = superuser;
        this.owner = owner;
        this.terms = terms;
    }

    /**
     * Makes parts, each after those it needs.
     *
     * @param superuser a session for what nobody else may make
     * @param owner one that a role has logged in on which may create in the database and nothing
     *     else: a superuser's under the owner's role would keep nobody in who can write a function,
     *     for that can take the role off again
     * @param earlier what failed of the parts made before
     * @return why parts are not there, by key: what PostgreSQL said, about names only
     * @throws SQLException if a connection fails
     */
    public static Map<String, String> make(
            Connection superuser,
            Connection owner,
            Terms terms,
            List<Part> parts,
            Map<String, String> earlier)
            throws SQLException {
        Maker maker = new Maker(superuser, owner, terms);
        maker.failed.putAll(earlier);
        maker.begin();
        try {
            maker.all(parts);
        } finally {
            maker.end();
        }
        maker.failed.keySet().retainAll(keys(parts));
        return maker.failed;
    }

    private static Set<String> keys(List<Part> parts) {
        return parts.stream().map(Part::key).collect(Collectors.toSet());
    }

    /** A place that is gone with its table is no failure. */
    private static void attempt(Statement statement, String drop) throws SQLException {
        try {
            statement.execute(drop);
        } catch (SQLException e) {
            if (String.valueOf(e.getSQLState()).startsWith("08")) {
                throw e;
            }
        }
    }

    private void begin() throws SQLException {
        String path =
                terms.path().stream().map(QualifiedName::quote).collect(Collectors.joining(", "));
        List<String> settings =
                List.of(
                        "SET search_path = " + (path.isEmpty() ? "''" : path),
                        "SET statement_timeout = '" + MARGIN + "'",
                        "SET lock_timeout = '" + MARGIN + "'",
                        "SET synchronous_commit = off");
        for (String setting : settings) {
            execute(superuser, setting);
            execute(owner, setting);
        }
    }

    private void end() throws SQLException {
        for (String setting :
                List.of("search_path", "statement_timeout", "lock_timeout", "synchronous_commit")) {
            execute(superuser, "RESET " + setting);
        }
    }

    private void all(List<Part> parts) throws SQLException {
        List<Part> later = new ArrayList<>();
        for (Part part : parts) {
            if (!made(part)) {
                later.add(part);
            }
        }
        // a circle: what came too early may go now
        for (Part part : later) {
            boolean circle =
                    part.obstacle().isEmpty()
                            && part.standIn().isEmpty()
                            && part.needs().stream().noneMatch(failed::containsKey);
            if (circle && failed.remove(part.key()) != null) {
                made(part);
            }
        }
    }

    private boolean made(Part part) throws SQLException {
        if (part.obstacle().isPresent()) {
            failed.put(part.key(), part.obstacle().get());
            standIn(part);
            return true;
        }
        for (String need : part.needs().stream().sorted().toList()) {
            if (failed.containsKey(need)) {
                fail(part, Order.because(part, failed.get(need)));
                return false;
            }
        }
        try {
            for (String create : part.create()) {
                execute(maker(part), create);
            }
            if (part.create().isEmpty()) {
                failed.put(part.key(), "the " + part.key() + " is not copied");
                return false;
            }
        } catch (SQLException e) {
            rethrowIfGone(e);
            fail(part, "the lab's PostgreSQL refuses the " + part.key() + ": " + why(e));
            return false;
        }
        grant(part);
        return true;
    }

    private void fail(Part part, String reason) throws SQLException {
        failed.put(part.key(), reason);
        if (part.create().size() > 1 && !part.drop().isEmpty()) {
            try (Statement statement = superuser.createStatement()) {
                attempt(statement, part.drop());
            }
        }
        standIn(part);
    }

    private void standIn(Part part) throws SQLException {
        try {
            for (String create : part.standIn()) {
                execute(maker(part), create);
            }
        } catch (SQLException e) {
            rethrowIfGone(e);
        }
    }

    private void grant(Part part) throws SQLException {
        String to = " TO " + QualifiedName.quote(terms.reader());
        switch (part.kind()) {
            case SCHEMA -> {
                if (!part.name().schema().equals("public")) {
                    execute(
                            owner,
                            "GRANT USAGE ON SCHEMA "
                                    + QualifiedName.quote(part.name().schema())
                                    + to);
                }
            }
            case TABLE ->
                    execute(owner, "GRANT SELECT, INSERT, DELETE ON " + part.name().quoted() + to);
            case VIEW -> execute(owner, "GRANT SELECT ON " + part.name().quoted() + to);
            default -> {}
        }
    }

    private Connection maker(Part part) {
        return part.privileged() ? superuser : owner;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    private static void rethrowIfGone(SQLException e) throws SQLException {
        String state = String.valueOf(e.getSQLState());
        if (state.startsWith("08") || state.startsWith("57P")) {
            throw e;
        }
    }

    /** Names of the schema are no secret, but a definition's constants may be. */
    private static String why(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        boolean names = state.startsWith("42") && !message.contains("'");
        return names ? message : "SQLSTATE " + state;
    }
}

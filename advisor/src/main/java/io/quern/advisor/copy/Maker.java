package io.quern.advisor.copy;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.QualifiedName;

import org.jspecify.annotations.Nullable;

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

    private final Connection connection;
    private final @Nullable Connection own;
    private final Terms terms;
    private final Map<String, String> failed = new LinkedHashMap<>();
    private boolean owner;

    /**
     * Who is who.
     *
     * @param owner a role that may create in the database
     * @param reader a role that gets to read and fill the relations
     * @param path the search path that the bodies of functions are read under
     */
    public record Terms(String owner, String reader, List<String> path) {
        public Terms {
            requireNonNull(owner, "owner");
            requireNonNull(reader, "reader");
            path = List.copyOf(path);
        }
    }

    private Maker(Connection connection, @Nullable Connection own, Terms terms) {
        this.connection = connection;
        this.own = own;
        this.terms = terms;
    }

    /**
     * Makes parts, each after those it needs, in a superuser's session under the owner's role. That
     * keeps nobody in who can write a function: it can take the role off again.
     *
     * @param earlier what failed of the parts made before
     * @return why parts are not there, by key: what PostgreSQL said, about names only
     * @throws SQLException if the connection fails
     */
    public static Map<String, String> make(
            Connection connection, Terms terms, List<Part> parts, Map<String, String> earlier)
            throws SQLException {
        return make(new Maker(connection, null, terms), parts, earlier);
    }

    /**
     * Makes parts, each after those it needs.
     *
     * @param connection the superuser's, for what nobody else may make, and for privileges
     * @param own one that the owner has logged in on
     * @param earlier what failed of the parts made before
     * @return why parts are not there, by key: what PostgreSQL said, about names only
     * @throws SQLException if the connection fails
     */
    public static Map<String, String> make(
            Connection connection,
            Connection own,
            Terms terms,
            List<Part> parts,
            Map<String, String> earlier)
            throws SQLException {
        return make(new Maker(connection, own, terms), parts, earlier);
    }

    private static Map<String, String> make(
            Maker maker, List<Part> parts, Map<String, String> earlier) throws SQLException {
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

    /** Takes parts away, those last that others need. */
    public static void drop(Connection connection, List<Part> parts) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            for (Part part : parts.reversed()) {
                if (!part.drop().isEmpty()) {
                    attempt(statement, part.drop());
                }
            }
        }
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
            execute(connection, setting);
            if (own != null) {
                execute(own, setting);
            }
        }
    }

    private void end() throws SQLException {
        as(false);
        for (String setting :
                List.of("search_path", "statement_timeout", "lock_timeout", "synchronous_commit")) {
            execute(connection, "RESET " + setting);
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
            as(!part.privileged());
            for (String create : part.create()) {
                execute(create);
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
            try (Statement statement = connection.createStatement()) {
                attempt(statement, part.drop());
            }
        }
        standIn(part);
    }

    private void standIn(Part part) throws SQLException {
        try {
            as(!part.privileged());
            for (String create : part.standIn()) {
                execute(create);
            }
        } catch (SQLException e) {
            rethrowIfGone(e);
        }
    }

    private void grant(Part part) throws SQLException {
        String to = " TO " + QualifiedName.quote(terms.reader());
        as(true);
        switch (part.kind()) {
            case SCHEMA -> {
                if (!part.name().schema().equals("public")) {
                    execute(
                            "GRANT USAGE ON SCHEMA "
                                    + QualifiedName.quote(part.name().schema())
                                    + to);
                }
            }
            case TABLE -> execute("GRANT SELECT, INSERT, DELETE ON " + part.name().quoted() + to);
            case VIEW -> execute("GRANT SELECT ON " + part.name().quoted() + to);
            default -> {}
        }
    }

    private void as(boolean asOwner) throws SQLException {
        if (owner != asOwner && own == null) {
            execute(
                    connection,
                    asOwner ? "SET ROLE " + QualifiedName.quote(terms.owner()) : "RESET ROLE");
        }
        owner = asOwner;
    }

    private void execute(String sql) throws SQLException {
        execute(own != null && owner ? own : connection, sql);
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

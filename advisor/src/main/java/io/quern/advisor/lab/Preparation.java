package io.quern.advisor.lab;

import io.quern.advisor.Lab.Counterexample;
import io.quern.advisor.Lab.Outcome;
import io.quern.advisor.Lab.Verdict;
import io.quern.optimizer.Context;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Statement;
import io.quern.optimizer.lex.SqlText;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes PostgreSQL accept both statements, or learns from it why not. */
final class Preparation {
    /** Errors about a name or a type: their messages hold no value. */
    private static final Set<String> ABOUT_NAMES =
            Set.of("42P01", "42703", "42883", "42704", "3F000", "42P18", "42725");

    private final LabServer.Arena arena;
    private final Context context;
    private final List<String> zones;

    Preparation(LabServer.Arena arena, Context context, List<String> zones) {
        this.arena = arena;
        this.context = context;
        this.zones = zones;
    }

    /**
     * What came of it.
     *
     * @param parameterTypes of both statements, as {@code format_type} prints them
     * @param refusal why the two cannot be equivalent, whatever the data
     */
    record Prepared(List<String> parameterTypes, Optional<Verdict> refusal) {
        public Prepared {
            parameterTypes = List.copyOf(parameterTypes);
        }
    }

    /** Refuses what calls a function that need not return the same each time. */
    void declineVolatile(Set<String> calls) throws SQLException, Unsupported {
        String sql =
                "SELECT proname FROM pg_catalog.pg_proc WHERE provolatile = 'v' AND proname = ANY (?)"
                        + " ORDER BY 1 LIMIT 1";
        Array names = arena.keeper().createArrayOf("text", calls.toArray());
        try (PreparedStatement statement = arena.keeper().prepareStatement(sql)) {
            statement.setArray(1, names);
            try (ResultSet rows = statement.executeQuery()) {
                if (rows.next()) {
                    throw new Unsupported("the function " + rows.getString(1) + " is volatile");
                }
            }
        } finally {
            names.free();
        }
    }

    /** Prepares both, once for each time zone: a literal's meaning is fixed when it is parsed. */
    Prepared prepare(Statement before, Statement after, Ground ground)
            throws SQLException, Unsupported {
        String path =
                context.searchPath().stream()
                        .map(QualifiedName::quote)
                        .collect(Collectors.joining(", "));
        try {
            String set = "SET search_path = " + (path.isEmpty() ? "''" : path);
            execute(set);
            LabServer.execute(arena.reader(), List.of(set));
            for (String zone : zones) {
                execute("SET TimeZone = " + Literals.quote(zone));
            }
        } catch (SQLException e) {
            throw new Unsupported("the lab does not know the time zone " + context.timeZone());
        }
        try {
            prepareOne(Duel.BEFORE, before);
        } catch (SQLException e) {
            throw refused(e, ground);
        }
        try {
            prepareOne(Duel.AFTER, after);
        } catch (SQLException e) {
            return unacceptable(e, ground);
        }
        List<String> types = parameterTypes(Duel.BEFORE);
        List<String> others = parameterTypes(Duel.AFTER);
        return types.equals(others)
                ? new Prepared(types, Optional.empty())
                : new Prepared(
                        types,
                        refuted(
                                "the rewrite takes other parameters",
                                "original: " + types + ", rewrite: " + others));
    }

    private static Unsupported refused(SQLException e, Ground ground) {
        if (!ground.tainted().isEmpty()) {
            return tainted(ground);
        }
        return new Unsupported("the lab's PostgreSQL does not accept the statement: " + why(e));
    }

    /** The reasons why tables are missing. */
    static Unsupported tainted(Ground ground) {
        return new Unsupported(String.join("; ", ground.tainted().values()));
    }

    private static Prepared unacceptable(SQLException e, Ground ground) throws Unsupported {
        String state = String.valueOf(e.getSQLState());
        if (!ground.tainted().isEmpty() || state.equals("42P01") || state.equals("3F000")) {
            throw refused(e, ground);
        }
        return new Prepared(
                List.of(),
                refuted(
                        "PostgreSQL does not accept the rewrite: " + why(e),
                        String.valueOf(e.getMessage())));
    }

    private static Optional<Verdict> refuted(String reason, String detail) {
        return Optional.of(
                new Verdict(
                        Outcome.COUNTEREXAMPLE,
                        0,
                        reason,
                        Optional.of(new Counterexample(detail, reason))));
    }

    /** PostgreSQL's message where it cannot hold a literal, else its code alone. */
    private static String why(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return ABOUT_NAMES.contains(state) ? message : "SQLSTATE " + state;
    }

    private void prepareOne(String name, Statement statement) throws SQLException, Unsupported {
        String types = declared(statement.parameterTypes());
        String body = withoutEnd(SqlText.of(statement.sql()));
        requireSingle(name, "PREPARE " + QualifiedName.quote(name) + types + " AS " + body);
        for (int zone = 0; zone < zones.size(); zone++) {
            execute("SET TimeZone = " + Literals.quote(zones.get(zone)));
            execute("PREPARE " + QualifiedName.quote(name + zone) + types + " AS " + body);
        }
    }

    /** Lets PostgreSQL see that it is one statement, where a message may be no more than that. */
    private void requireSingle(String name, String prepare) throws SQLException, Unsupported {
        LabServer.requireSingle(prepare);
        LabServer.execute(
                arena.reader(), List.of(prepare, "DEALLOCATE " + QualifiedName.quote(name)));
    }

    private void execute(String sql) throws SQLException {
        LabServer.execute(arena.player(), List.of(sql));
    }

    /** The text up to its last token that is no semicolon. */
    private static String withoutEnd(SqlText sql) {
        int last = sql.count() - 1;
        while (last > 0 && sql.text(last).equals(";")) {
            last--;
        }
        return sql.sql().substring(0, sql.end(last));
    }

    private String declared(List<Integer> types) throws SQLException, Unsupported {
        List<String> names = new ArrayList<>();
        try (PreparedStatement statement =
                arena.keeper().prepareStatement("SELECT pg_catalog.format_type(?::oid, NULL)")) {
            for (int oid : types) {
                Optional<String> own = own(oid);
                if (own.isPresent()) {
                    names.add(own.get());
                    continue;
                }
                if (oid >= Ground.FIRST_NORMAL_OID || oid < 0) {
                    throw new Unsupported(
                            "the lab does not have the type of parameter $" + (names.size() + 1));
                }
                statement.setInt(1, oid);
                try (ResultSet rows = statement.executeQuery()) {
                    rows.next();
                    names.add(oid == 0 ? "unknown" : rows.getString(1));
                }
            }
        }
        return names.isEmpty() ? "" : " (" + String.join(", ", names) + ")";
    }

    /** The name of a type of the upstream's own. */
    private Optional<String> own(int oid) {
        return context.catalog().definitions().type(oid).map(d -> d.name().quoted());
    }

    private List<String> parameterTypes(String name) throws SQLException {
        String sql =
                """
                SELECT CASE WHEN e.oid < 16384 THEN pg_catalog.format_type(t, NULL)
                  ELSE pg_catalog.format('%I.%I', n.nspname, e.typname)
                    || CASE WHEN e.oid <> u.t THEN '[]' ELSE '' END END
                FROM pg_catalog.pg_prepared_statements s
                CROSS JOIN unnest(s.parameter_types) WITH ORDINALITY AS u (t, o)
                JOIN pg_catalog.pg_type a ON a.oid = u.t
                JOIN pg_catalog.pg_type e ON e.oid = CASE
                  WHEN a.typsubscript = 'pg_catalog.array_subscript_handler'::regproc
                  THEN a.typelem ELSE a.oid END
                JOIN pg_catalog.pg_namespace n ON n.oid = e.typnamespace
                WHERE s.name = \
                """
                        + Literals.quote(name + 0)
                        + " ORDER BY o";
        List<String> types = new ArrayList<>();
        Connection player = arena.player();
        try (java.sql.Statement statement = player.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                // Without its length, "character" would mean a single one.
                types.add(rows.getString(1).replaceFirst("^character$", "bpchar"));
            }
        }
        return types;
    }
}

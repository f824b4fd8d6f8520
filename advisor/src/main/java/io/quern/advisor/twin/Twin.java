package io.quern.advisor.twin;

import static java.util.stream.Collectors.joining;

import io.quern.advisor.Refused;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Statement;
import io.quern.optimizer.lex.SqlText;
import io.quern.optimizer.lex.TokenKind;
import io.quern.optimizer.plan.Plan;

import org.jspecify.annotations.Nullable;
import org.postgresql.core.Parser;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A database that plans as one of an upstream would at the moment its {@link Snapshot} was taken,
 * with indexes that are not there or without some that are. Nothing is ever executed.
 *
 * <p>A statement's text is a client's. {@code PREPARE} only analyses it and takes no utility
 * command; that it is one statement is seen to by the driver's lexer and by PostgreSQL, which
 * refuses a Parse message with more. Planning evaluates functions of constants: that happens under
 * a role that may do nothing but use the tables, within a time-out.
 *
 * <p>What is added or hidden is so in a transaction that is rolled back. Questions with the same
 * additions are best asked one after the other: the transaction is kept for the next.
 *
 * <p>Thread-safe; one question at a time.
 */
public final class Twin implements AutoCloseable {
    private static final String NAME = "quern_statement";
    private static final Map<String, String> FIXED =
            Map.of("statement_timeout", "5s", "standard_conforming_strings", "on");

    private final Connection connection;
    private final Script script;
    private final Storage storage;
    private final String role;
    private final List<String> notes;
    private final Removal removal;
    private final Map<Integer, String> typeNames = new HashMap<>();
    private @Nullable Arrangement arrangement;

    /** Which indexes are there at the moment, in an open transaction. */
    private record Arrangement(
            Set<ExtraIndex> extra, Set<QualifiedName> hidden, List<Storage.Added> added) {}

    /** Removes a twin's database when nobody is connected to it any more. */
    @FunctionalInterface
    interface Removal {
        void remove() throws SQLException;
    }

    Twin(Connection connection, Storage storage, String role, List<String> notes, Removal removal) {
        this.connection = connection;
        this.script = new Script(connection);
        this.storage = storage;
        this.role = role;
        this.notes = List.copyOf(notes);
        this.removal = removal;
    }

    /** What of the upstream is not in the twin, and why; without any value. */
    public List<String> notes() {
        return notes;
    }

    /**
     * Plans.
     *
     * @throws Refused if PostgreSQL does not accept the statement or an index; the message quotes
     *     nothing
     */
    public synchronized Plan plan(Question question) {
        try {
            arrange(question.extra(), question.hidden());
            return explain(question);
        } catch (SQLException e) {
            throw new Refused("the twin's PostgreSQL refuses: SQLSTATE " + e.getSQLState());
        } catch (IOException e) {
            throw new Refused("the twin's files cannot be written: " + e.getClass().getName());
        }
    }

    /**
     * How large an index would be if it were made now, in bytes.
     *
     * @throws Refused if PostgreSQL does not accept it
     */
    public synchronized long bytes(ExtraIndex index) {
        try {
            arrange(Set.of(index), Set.of());
            return arrangement == null
                    ? 0
                    : arrangement.added().stream().mapToLong(a -> a.shape().bytes()).sum();
        } catch (SQLException e) {
            throw new Refused("the twin's PostgreSQL refuses: SQLSTATE " + e.getSQLState());
        } catch (IOException e) {
            throw new Refused("the twin's files cannot be written: " + e.getClass().getName());
        }
    }

    private void arrange(Set<ExtraIndex> extra, Set<QualifiedName> hidden)
            throws SQLException, IOException {
        Arrangement now = arrangement;
        if (now != null && now.extra().equals(extra) && now.hidden().equals(hidden)) {
            return;
        }
        undo();
        List<Storage.Added> added = new ArrayList<>();
        try {
            if (!hidden.isEmpty()) {
                hide(hidden);
            }
            added.addAll(
                    storage.add(
                            extra.stream()
                                    .sorted(java.util.Comparator.comparing(ExtraIndex::ddl))
                                    .toList()));
            arrangement = new Arrangement(extra, hidden, added);
        } finally {
            if (arrangement == null) {
                connection.rollback();
                storage.remove(added);
            }
        }
    }

    private void undo() throws SQLException, IOException {
        Arrangement old = arrangement;
        arrangement = null;
        connection.rollback();
        if (old != null) {
            storage.remove(old.added());
        }
    }

    /** The planner passes over indexes that are not valid. */
    private void hide(Set<QualifiedName> hidden) throws SQLException {
        script.change(
                """
                UPDATE pg_index SET indisvalid = false WHERE indexrelid IN (
                  SELECT p.relid FROM unnest(?::text[]) AS u(name)
                  CROSS JOIN LATERAL pg_partition_tree(u.name::regclass) p
                  UNION ALL SELECT u.name::regclass FROM unnest(?::text[]) AS u(name))
                """,
                (Object) hidden.stream().map(QualifiedName::quoted).toArray(String[]::new),
                hidden.stream().map(QualifiedName::quoted).toArray(String[]::new));
    }

    private Plan explain(Question question) throws SQLException {
        Statement statement = question.statement();
        if (Parser.parseJdbcSql(statement.sql(), true, false, true, false, false).size() != 1) {
            throw new Refused("the text is not exactly one statement");
        }
        int parameters = parameters(statement);
        List<@Nullable String> values = question.parameters();
        if (!values.isEmpty() && values.size() != parameters) {
            throw new Refused("the statement has " + parameters + " parameters");
        }
        String types = types(statement.parameterTypes());
        Savepoint before = connection.setSavepoint();
        boolean prepared = false;
        try {
            settings(question, parameters > 0 && values.isEmpty());
            script.run("PREPARE " + NAME + types + " AS\n" + statement.sql());
            prepared = true;
            return Plan.parse(
                    script.rows(
                                    "EXPLAIN (FORMAT JSON) EXECUTE "
                                            + NAME
                                            + arguments(parameters, values),
                                    row -> row.getString(1))
                            .getFirst());
        } finally {
            connection.rollback(before);
            if (prepared) {
                script.run("DEALLOCATE " + NAME);
            }
        }
    }

    private void settings(Question question, boolean generic) throws SQLException {
        Map<String, String> all = new HashMap<>(question.settings());
        all.putAll(FIXED);
        all.put(
                "search_path",
                question.searchPath().stream().map(QualifiedName::quote).collect(joining(", ")));
        all.put("role", role);
        all.put("plan_cache_mode", generic ? "force_generic_plan" : "force_custom_plan");
        script.rows(
                "SELECT set_config(u.name, u.value, true)"
                        + " FROM unnest(?::text[], ?::text[]) AS u(name, value)",
                row -> row.getString(1),
                (Object) all.keySet().toArray(String[]::new),
                all.values().toArray(String[]::new));
    }

    /** How many a statement has: the highest number that stands in it. */
    private static int parameters(Statement statement) {
        SqlText text = SqlText.of(statement.sql());
        int highest = statement.parameterTypes().size();
        for (int i = 0; i < text.count(); i++) {
            if (text.kind(i) == TokenKind.PARAMETER) {
                highest = Math.max(highest, Integer.parseInt(text.text(i).substring(1)));
            }
        }
        return highest;
    }

    private static String arguments(int parameters, List<@Nullable String> values) {
        if (parameters == 0) {
            return "";
        }
        List<String> written = new ArrayList<>();
        for (int i = 0; i < parameters; i++) {
            written.add(TwoRows.literal(values.isEmpty() ? null : values.get(i)));
        }
        return " (" + String.join(", ", written) + ")";
    }

    /** Types of the user's have other numbers here; PostgreSQL finds those out again. */
    private String types(List<Integer> oids) throws SQLException {
        if (oids.stream().allMatch(oid -> oid == 0)) {
            return "";
        }
        List<String> names = new ArrayList<>();
        for (int oid : oids) {
            names.add(oid <= 0 || oid >= 16_384 ? "unknown" : typeName(oid));
        }
        return " (" + String.join(", ", names) + ")";
    }

    private String typeName(int oid) throws SQLException {
        String name = typeNames.get(oid);
        if (name == null) {
            name =
                    script.rows(
                                    "SELECT format_type(?::bigint::oid, NULL)",
                                    row -> String.valueOf(row.getString(1)),
                                    oid)
                            .getFirst();
            typeNames.put(oid, name);
        }
        return name;
    }

    /** Whether its session has ended: of no more use. */
    boolean ended() {
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            return true;
        }
    }

    /** Ends its session and removes its database. */
    @Override
    public synchronized void close() throws SQLException {
        connection.close();
        removal.remove();
    }
}

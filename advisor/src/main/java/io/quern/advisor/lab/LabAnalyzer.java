package io.quern.advisor.lab;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.copy.Maker;
import io.quern.advisor.copy.Part;
import io.quern.advisor.copy.SchemaCopy;
import io.quern.advisor.copy.Words;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.Context;
import io.quern.optimizer.Definition;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Statement;
import io.quern.optimizer.catalog.ParseAnalyzer;
import io.quern.optimizer.catalog.PrintedTree;
import io.quern.optimizer.catalog.SystemCatalog;
import io.quern.optimizer.catalog.SystemCatalogQuery;
import io.quern.optimizer.lex.SqlText;

import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLWarning;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Lets the lab's PostgreSQL read statements: each is prepared, under a role that may do nothing, in
 * a database that has the tables it names, and the server shows its analysis. Nothing is planned or
 * run.
 *
 * <p>One database serves as long as the tables in it stay what the catalog says; tables come when a
 * statement first names them. Thread-safe; one statement at a time, about a millisecond each.
 */
final class LabAnalyzer implements ParseAnalyzer, AutoCloseable {

    /** Gives the lab's server, started if need be. */
    interface Servers {
        LabServer server() throws IOException, InterruptedException;
    }

    private static final String NAME = "quern_read";

    /** Errors about a name or a type: their messages hold no value. */
    private static final Set<String> ABOUT_NAMES =
            Set.of("42P01", "42703", "42883", "42704", "3F000", "42P18", "42725", "42804");

    private final Servers servers;
    private @Nullable Mirror mirror;

    LabAnalyzer(Servers servers) {
        this.servers = requireNonNull(servers, "servers");
    }

    /** A database and what has been copied into it. */
    private static final class Mirror {
        final LabServer.Arena arena;
        final String database;
        final Map<String, List<String>> parts = new HashMap<>();
        final Map<String, String> failed = new HashMap<>();
        final Map<SystemCatalogQuery, List<List<String>>> rows =
                new EnumMap<>(SystemCatalogQuery.class);
        SystemCatalog system;
        List<String> settings = List.of();

        Mirror(LabServer.Arena arena, String database) throws SQLException {
            this.arena = arena;
            this.database = database;
            LabServer.execute(arena.player(), PrintedTree.SETTINGS);
            for (SystemCatalogQuery query : SystemCatalogQuery.values()) {
                rows.put(query, ask(query));
            }
            system = SystemCatalogQuery.read(rows);
        }

        private List<List<String>> ask(SystemCatalogQuery query) throws SQLException {
            List<List<String>> all = new ArrayList<>();
            try (var statement = arena.keeper().createStatement();
                    ResultSet result = statement.executeQuery(query.sql())) {
                int width = result.getMetaData().getColumnCount();
                while (result.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 1; i <= width; i++) {
                        String value = result.getString(i);
                        row.add(value == null ? "" : value);
                    }
                    all.add(row);
                }
            }
            return all;
        }

        /** Makes settings of the reading session, unless they are its already. */
        void set(List<String> commands) throws SQLException {
            if (!commands.equals(settings)) {
                settings = List.of();
                LabServer.execute(arena.player(), commands);
                settings = commands;
            }
        }

        void add(List<Part> more, List<String> path) throws SQLException {
            failed.putAll(
                    Maker.make(
                            arena.keeper(),
                            new Maker.Terms(LabServer.OWNER, LabServer.ROLE, path),
                            more,
                            failed));
            boolean definitions = false;
            for (Part part : more) {
                parts.put(part.key(), part.statements());
                definitions |= part.kind() == Part.Kind.DEFINITION;
            }
            // types of rows and arrays come with tables too
            for (SystemCatalogQuery query :
                    definitions
                            ? List.of(SystemCatalogQuery.values())
                            : List.of(SystemCatalogQuery.RELATIONS, SystemCatalogQuery.TYPES)) {
                rows.put(query, ask(query));
            }
            system = SystemCatalogQuery.read(rows);
        }

        /**
         * Whether something of the same name is there that was made otherwise. How a table is
         * partitioned does not matter to how a statement is read.
         */
        boolean contradicts(Part part) {
            List<String> there = parts.getOrDefault(part.key(), part.statements());
            return part.kind() == Part.Kind.TABLE
                    ? !whole(there).equals(whole(part.statements()))
                    : part.kind() != Part.Kind.PLACE && !there.equals(part.statements());
        }

        private static List<String> whole(List<String> create) {
            return create.stream()
                    .map(sql -> sql.replaceFirst("\\) PARTITION BY .*", ")"))
                    .toList();
        }
    }

    @Override
    public synchronized Answer analyze(Statement statement, Context context) {
        try {
            return readAgain(statement, context);
        } catch (IOException e) {
            return new Unavailable(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Unavailable("the lab was interrupted");
        } catch (Unsupported e) {
            return new Unread(String.valueOf(e.getMessage()));
        } catch (SQLException e) {
            drop();
            return new Unavailable(
                    "the lab's PostgreSQL failed (SQLSTATE " + e.getSQLState() + ")");
        }
    }

    /** A server that has gone is given up, and another asked once. */
    private Answer readAgain(Statement statement, Context context)
            throws IOException, InterruptedException, SQLException, Unsupported {
        boolean fresh = mirror == null;
        try {
            return read(statement, context);
        } catch (SQLException e) {
            drop();
            if (fresh) {
                throw e;
            }
            return read(statement, context);
        }
    }

    private Answer read(Statement statement, Context context)
            throws IOException, InterruptedException, SQLException, Unsupported {
        SchemaCopy copy =
                SchemaCopy.of(
                        context.catalog(),
                        context.searchPath(),
                        words(statement),
                        statement.parameterTypes());
        Mirror current = mirror(context.catalog(), copy.parts());
        List<Part> missing = new ArrayList<>(copy.parts());
        missing.removeIf(part -> current.parts.containsKey(part.key()));
        if (!missing.isEmpty()) {
            current.add(missing, context.searchPath());
        }
        Statement translated =
                new Statement(statement.sql(), types(statement, context.catalog(), current.system));
        String path =
                context.searchPath().stream()
                        .map(QualifiedName::quote)
                        .collect(Collectors.joining(", "));
        current.set(
                List.of(
                        "SET search_path = " + (path.isEmpty() ? "''" : path),
                        "SET TimeZone = " + Literals.quote(zone(context))));
        return prepared(translated, current, Ground.tainted(copy, current.failed));
    }

    private static String zone(Context context) {
        return context.timeZone().isEmpty() ? "UTC" : context.timeZone();
    }

    /**
     * The types of the parameters as this server numbers them. A number may be the upstream's, or
     * this server's own, which an earlier answer has shown; where it could be either nothing is
     * guessed.
     */
    private static List<Integer> types(Statement statement, Catalog catalog, SystemCatalog system)
            throws Unsupported {
        List<Integer> types = new ArrayList<>();
        for (int oid : statement.parameterTypes()) {
            Optional<QualifiedName> upstream =
                    catalog.definitions().type(oid).map(Definition::name);
            if (upstream.isEmpty()) {
                types.add(oid);
                continue;
            }
            QualifiedName name = upstream.get();
            boolean other =
                    system.type(Integer.toUnsignedLong(oid))
                            .filter(t -> !t.name().equals(name))
                            .isPresent();
            Optional<Long> here =
                    system.types().entrySet().stream()
                            .filter(e -> e.getValue().name().equals(name))
                            .map(Map.Entry::getKey)
                            .findFirst();
            if (other || here.isEmpty()) {
                throw new Unsupported(
                        "the lab does not know the type of parameter $" + (types.size() + 1));
            }
            types.add(here.get().intValue());
        }
        return types;
    }

    private static Set<String> words(Statement statement) throws Unsupported {
        try {
            return Words.of(SqlText.of(statement.sql()));
        } catch (IllegalArgumentException e) {
            throw new Unsupported("the statement's text cannot be lexed");
        }
    }

    /** The database, made anew if something in it is no longer what the catalog says. */
    private Mirror mirror(Catalog catalog, List<Part> wanted)
            throws IOException, InterruptedException, SQLException {
        Mirror current = mirror;
        boolean stale =
                current != null
                        && (!current.database.equals(catalog.database())
                                || wanted.stream().anyMatch(current::contradicts));
        if (stale) {
            drop();
        }
        Mirror kept = mirror;
        if (kept == null) {
            kept = new Mirror(servers.server().open(), catalog.database());
            mirror = kept;
        }
        return kept;
    }

    private static Answer prepared(Statement statement, Mirror mirror, Map<String, String> tainted)
            throws SQLException {
        Connection player = mirror.arena.player();
        String prefix = PrintedTree.prefix(NAME, statement, mirror.system);
        List<String> details = new ArrayList<>();
        try (var asked = player.createStatement()) {
            asked.setEscapeProcessing(false);
            asked.execute(prefix + statement.sql() + PrintedTree.suffix(NAME));
            for (SQLWarning w = asked.getWarnings(); w != null; w = w.getNextWarning()) {
                if (w instanceof PSQLWarning warning
                        && warning.getServerErrorMessage() != null
                        && warning.getServerErrorMessage().getDetail() != null) {
                    details.add(warning.getServerErrorMessage().getDetail());
                }
            }
        } catch (SQLException e) {
            if (String.valueOf(e.getSQLState()).startsWith("08")) {
                throw e;
            }
            return new Unread(why(e, tainted));
        }
        return PrintedTree.among(details)
                .<Answer>map(t -> new Analyzed(t, PrintedTree.offset(prefix), mirror.system))
                .orElse(new Unread("the lab's PostgreSQL shows no tree"));
    }

    private static String why(SQLException e, Map<String, String> tainted) {
        if (!tainted.isEmpty()) {
            return String.join("; ", tainted.values());
        }
        String state = String.valueOf(e.getSQLState());
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return "the lab's PostgreSQL does not accept the statement: "
                + (ABOUT_NAMES.contains(state) ? message : "SQLSTATE " + state);
    }

    private void drop() {
        Mirror old = mirror;
        mirror = null;
        if (old != null) {
            try {
                old.arena.close();
            } catch (SQLException gone) {
                // with its server
            }
        }
    }

    @Override
    public synchronized void close() {
        drop();
    }
}

package io.quern.advisor.lab;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.copy.SchemaCopies;
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
import io.quern.optimizer.lex.SqlText;

import org.postgresql.util.PSQLWarning;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
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
 * <p>A text is one statement, or PostgreSQL refuses the message. Thread-safe; one statement at a
 * time, about a millisecond each.
 */
final class LabAnalyzer implements ParseAnalyzer, AutoCloseable {

    private static final String NAME = "quern_read";

    /** Errors about a name or a type: their messages hold no value. */
    private static final Set<String> ABOUT_NAMES =
            Set.of("42P01", "42703", "42883", "42704", "3F000", "42P18", "42725", "42804");

    private final LabServers servers;
    private final Mirrors mirrors;

    LabAnalyzer(LabServers servers, SchemaCopies copies) {
        this.servers = requireNonNull(servers, "servers");
        this.mirrors = new Mirrors(Mirror.Purpose.READING, copies);
    }

    @Override
    public synchronized Answer analyze(Statement statement, Context context) {
        try {
            return read(statement, context, true);
        } catch (IOException e) {
            return new Unavailable(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Unavailable("the lab was interrupted");
        } catch (Unsupported e) {
            return new Unread(String.valueOf(e.getMessage()));
        } catch (SQLException e) {
            return new Unavailable(
                    "the lab's PostgreSQL failed (SQLSTATE " + e.getSQLState() + ")");
        }
    }

    /** A server that has gone is given up, and another asked once. */
    private Answer read(Statement statement, Context context, boolean again)
            throws IOException, InterruptedException, SQLException, Unsupported {
        try (LabServers.Use use = servers.use(context.catalog().major())) {
            try {
                return read(statement, context, use);
            } catch (SQLException e) {
                mirrors.drop(context.catalog().database());
                servers.check(use.server());
                if (!again) {
                    throw e;
                }
            }
        }
        return read(statement, context, false);
    }

    private Answer read(Statement statement, Context context, LabServers.Use use)
            throws SQLException, Unsupported {
        SchemaCopy copy =
                mirrors.copies()
                        .of(
                                context.catalog(),
                                context.searchPath(),
                                words(statement),
                                statement.parameterTypes());
        Mirror mirror = mirrors.of(use, context, copy, List.of(statement));
        Statement translated =
                new Statement(
                        statement.sql(), types(statement, context.catalog(), mirror.system()));
        String path =
                context.searchPath().stream()
                        .map(QualifiedName::quote)
                        .collect(Collectors.joining(", "));
        List<String> settings = new ArrayList<>(PrintedTree.SETTINGS);
        settings.add("SET search_path = " + (path.isEmpty() ? "''" : path));
        settings.add("SET TimeZone = " + Literals.quote(zone(context)));
        mirror.set(settings);
        Answer answer = prepared(translated, mirror, Ground.tainted(copy, mirror.failed()));
        return answer instanceof Unread unread && use.substitute().isPresent()
                ? new Unread(use.substitute().get().with(unread.reason()))
                : answer;
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

    private static Answer prepared(Statement statement, Mirror mirror, Map<String, String> tainted)
            throws SQLException, Unsupported {
        String prefix = PrintedTree.prefix(NAME, statement, mirror.system());
        String prepare = prefix + statement.sql();
        LabServer.requireSingle(prepare);
        List<String> details = new ArrayList<>();
        try (var asked = mirror.database().reader().createStatement()) {
            asked.setEscapeProcessing(false);
            asked.execute(prepare);
            for (SQLWarning w = asked.getWarnings(); w != null; w = w.getNextWarning()) {
                if (w instanceof PSQLWarning warning
                        && warning.getServerErrorMessage() != null
                        && warning.getServerErrorMessage().getDetail() != null) {
                    details.add(warning.getServerErrorMessage().getDetail());
                }
            }
            asked.execute("DEALLOCATE " + NAME);
        } catch (SQLException e) {
            if (String.valueOf(e.getSQLState()).startsWith("08")) {
                throw e;
            }
            return new Unread(why(e, tainted));
        }
        SystemCatalog system = mirror.system();
        return PrintedTree.among(details)
                .<Answer>map(t -> new Analyzed(t, PrintedTree.offset(prefix), system))
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

    @Override
    public synchronized void close() {
        mirrors.drop();
    }
}

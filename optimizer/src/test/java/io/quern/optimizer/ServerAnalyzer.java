package io.quern.optimizer;

import io.quern.optimizer.catalog.ParseAnalyzer;
import io.quern.optimizer.catalog.PrintedTree;
import io.quern.optimizer.catalog.SystemCatalog;
import io.quern.optimizer.catalog.SystemCatalogQuery;

import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLWarning;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Asks a test's own database how it reads a statement. One connection, one thread at a time. */
public final class ServerAnalyzer implements ParseAnalyzer {
    private final Connection connection;
    private final SystemCatalog system;
    private List<String> path = List.of();

    /** The schema must be complete. */
    public ServerAnalyzer(Connection connection) throws SQLException {
        this.connection = connection;
        this.system = system(connection);
        try (var s = connection.createStatement()) {
            for (String setting : PrintedTree.SETTINGS) {
                s.execute(setting);
            }
        }
    }

    /** Asks whichever database of a server a context names; its tables must be there by then. */
    public static ParseAnalyzer of(PostgresServer server) {
        Map<String, ServerAnalyzer> databases = new ConcurrentHashMap<>();
        return (statement, context) -> {
            ServerAnalyzer analyzer =
                    databases.computeIfAbsent(
                            context.catalog().database(), name -> connected(server, name));
            synchronized (analyzer) {
                return analyzer.analyze(statement, context);
            }
        };
    }

    private static ServerAnalyzer connected(PostgresServer server, String database) {
        try {
            return new ServerAnalyzer(server.connect(database));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SystemCatalog system(Connection c) throws SQLException {
        Map<SystemCatalogQuery, List<List<String>>> rows = new EnumMap<>(SystemCatalogQuery.class);
        for (SystemCatalogQuery query : SystemCatalogQuery.values()) {
            List<List<String>> all = new ArrayList<>();
            try (var s = c.createStatement();
                    ResultSet result = s.executeQuery(query.sql())) {
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
            rows.put(query, all);
        }
        return SystemCatalogQuery.read(rows);
    }

    @Override
    public Answer analyze(Statement statement, Context context) {
        String prefix = PrintedTree.prefix("quern_read", statement, system);
        try (var s = connection.createStatement()) {
            s.setEscapeProcessing(false);
            if (!context.searchPath().equals(path)) {
                s.execute(
                        "SET search_path = "
                                + context.searchPath().stream()
                                        .map(QualifiedName::quote)
                                        .collect(Collectors.joining(", ")));
                s.clearWarnings();
                path = context.searchPath();
            }
            s.execute(prefix + statement.sql() + PrintedTree.suffix("quern_read"));
            List<String> details = new ArrayList<>();
            for (SQLWarning w = s.getWarnings(); w != null; w = w.getNextWarning()) {
                if (w instanceof PSQLWarning warning
                        && warning.getServerErrorMessage() != null
                        && warning.getServerErrorMessage().getDetail() != null) {
                    details.add(warning.getServerErrorMessage().getDetail());
                }
            }
            return PrintedTree.among(details)
                    .<Answer>map(t -> new Analyzed(t, PrintedTree.offset(prefix), system))
                    .orElse(new Unread("PostgreSQL shows no tree"));
        } catch (PSQLException e) {
            return new Unread("PostgreSQL does not prepare it: " + e.getSQLState());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.quern.advisor.upstream;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Refused;
import io.quern.optimizer.QualifiedName;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What Quern's role lacks for full service in a database, one line each: what for, and the exact
 * GRANT. Traffic needs none of it. What the store lacks, the store says. Thread-safe.
 */
public final class Privileges {
    private static final int MOST_TABLES_LISTED = 3;

    private static final String USER_RELATION =
            "n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
                    + " AND n.nspname NOT LIKE 'pg\\_temp\\_%'"
                    + " AND n.nspname NOT LIKE 'pg\\_toast\\_temp\\_%'";

    private final UpstreamDatabases databases;
    private final ConcurrentHashMap<String, List<String>> known = new ConcurrentHashMap<>();

    public Privileges(UpstreamDatabases databases) {
        this.databases = requireNonNull(databases, "databases");
    }

    /** The result of the newest {@link #check}, empty before one. Never blocks. */
    public List<String> notices(String database) {
        return known.getOrDefault(database, List.of());
    }

    /**
     * Looks anew and remembers the answer; an unreachable database is a line too, one that is not
     * there (any more) is none. Blocks on the network; meant for every few minutes.
     */
    public List<String> check(String database) {
        List<String> lines;
        try {
            lines = databases.reading(database, Privileges::look);
        } catch (Refused e) {
            lines = databases.closedDoor(database, e).stream().toList();
        }
        if (known.size() < CatalogCache.MOST_DATABASES || known.containsKey(database)) {
            known.put(database, lines);
        }
        return lines;
    }

    private static List<String> look(Connection connection) throws SQLException {
        String role = Grants.rows(connection, "SELECT current_user", 1).getFirst().getFirst();
        List<String> lines = new ArrayList<>();
        if (no(connection, "pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')")) {
            lines.add(
                    "to see how old other sessions' transactions are before an index is built:"
                            + " GRANT pg_monitor"
                            + Grants.to(role));
        }
        reading(connection, role, lines);
        owning(connection, role, lines);
        return List.copyOf(lines);
    }

    private static void reading(Connection connection, String role, List<String> lines)
            throws SQLException {
        List<List<String>> unread =
                Grants.rows(
                        connection,
                        "SELECT n.nspname, c.relname, current_user"
                                + " FROM pg_catalog.pg_class c"
                                + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                                + " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')"
                                + " AND NOT pg_catalog.has_table_privilege(c.oid, 'SELECT') AND "
                                + USER_RELATION
                                + " ORDER BY 1, 2",
                        3);
        if (unread.size() > MOST_TABLES_LISTED) {
            lines.add(
                    "to plan statements on and read the statistics of "
                            + unread.size()
                            + " tables: GRANT pg_read_all_data"
                            + Grants.to(role));
            return;
        }
        for (String schema : unread.stream().map(List::getFirst).distinct().toList()) {
            if (no(
                    connection,
                    "pg_catalog.has_schema_privilege(" + literal(schema) + ", 'USAGE')")) {
                lines.add("to plan statements in that schema: " + Grants.usage(schema, role));
            }
        }
        for (String grant : Grants.select(unread)) {
            lines.add("to plan statements on and read the statistics of that table: " + grant);
        }
    }

    private static void owning(Connection connection, String role, List<String> lines)
            throws SQLException {
        for (List<String> owner :
                Grants.rows(
                        connection,
                        "SELECT DISTINCT o.rolname, o.rolsuper"
                                + " FROM pg_catalog.pg_class c"
                                + " JOIN pg_catalog.pg_roles o ON o.oid = c.relowner"
                                + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                                + " WHERE c.relkind IN ('r', 'p', 'm')"
                                + " AND NOT pg_catalog.pg_has_role(c.relowner, 'USAGE') AND "
                                + USER_RELATION
                                + " ORDER BY 1",
                        2)) {
            String superuser =
                    owner.get(1).equals("t")
                            ? " (a superuser, so rather give the tables another owner, or build the"
                                    + " suggested indexes yourself)"
                            : "";
            lines.add(
                    "to build approved indexes on the tables of "
                            + QualifiedName.quote(owner.getFirst())
                            + superuser
                            + ": "
                            + Grants.membership(owner.getFirst(), role));
        }
    }

    private static boolean no(Connection connection, String condition) throws SQLException {
        return "f".equals(Grants.rows(connection, "SELECT " + condition, 1).getFirst().getFirst());
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}

package io.quern.advisor.upstream;

import io.quern.optimizer.QualifiedName;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The exact GRANT lines that Quern's role lacks, ready to be pasted into psql. */
final class Grants {
    private Grants() {}

    /**
     * SELECT on the relations that a statement prepared in this transaction names (it holds a lock
     * on each), less those that only a view stands for.
     */
    static List<String> tables(Connection connection) throws SQLException {
        return select(
                rows(
                        connection,
                        """
                        WITH named AS (
                          SELECT DISTINCT c.oid, n.nspname, c.relname, c.relkind
                          FROM pg_catalog.pg_locks l
                          JOIN pg_catalog.pg_class c ON c.oid = l.relation
                          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                          WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation'
                            AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
                            AND n.nspname NOT IN ('pg_catalog', 'information_schema'))
                        SELECT n.nspname, n.relname, current_user FROM named n
                        WHERE NOT pg_catalog.has_table_privilege(n.oid, 'SELECT')
                          AND NOT EXISTS (
                            SELECT FROM named v
                            JOIN pg_catalog.pg_rewrite r ON r.ev_class = v.oid AND v.relkind = 'v'
                            JOIN pg_catalog.pg_depend d
                              ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
                                AND d.objid = r.oid AND d.refobjid = n.oid
                            WHERE v.oid <> n.oid)
                        ORDER BY 1, 2
                        """,
                        3));
    }

    /** SELECT on every user table, given as schema, name and role. */
    static List<String> select(List<List<String>> relations) {
        return relations.stream()
                .map(
                        r ->
                                "GRANT SELECT ON "
                                        + new QualifiedName(r.get(0), r.get(1)).quoted()
                                        + to(r.get(2)))
                .toList();
    }

    /** USAGE on the schemas of a path, and on those whose name stands in a text. */
    static List<String> schemas(Connection connection, String searchPath, String sql)
            throws SQLException {
        return rows(
                        connection,
                        """
                        SELECT n.nspname, current_user FROM pg_catalog.pg_namespace n
                        WHERE NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                          AND n.nspname NOT LIKE 'pg\\_%' ORDER BY 1
                        """,
                        2)
                .stream()
                .filter(r -> searchPath.contains(r.get(0)) || sql.contains(r.get(0)))
                .map(r -> usage(r.get(0), r.get(1)))
                .toList();
    }

    static String usage(String schema, String role) {
        return "GRANT USAGE ON SCHEMA " + QualifiedName.quote(schema) + to(role);
    }

    static String create(String schema, String role) {
        return "GRANT CREATE ON SCHEMA " + QualifiedName.quote(schema) + to(role);
    }

    static String membership(String owner, String role) {
        return "GRANT " + QualifiedName.quote(owner) + to(role);
    }

    static String to(String role) {
        return " TO " + QualifiedName.quote(role) + ";";
    }

    /** All rows of a query, its first columns as text. */
    static List<List<String>> rows(Connection connection, String sql, int columns)
            throws SQLException {
        List<List<String>> all = new ArrayList<>();
        try (Statement query = connection.createStatement();
                ResultSet rows = query.executeQuery(sql)) {
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(String.valueOf(rows.getString(i)));
                }
                all.add(row);
            }
        }
        return all;
    }
}

package io.quern.advisor.twin;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.quern.advisor.twin.Snapshot.Sight;
import io.quern.optimizer.QualifiedName;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks the upstream's planner what it sees in the metapages of its indexes, which no SQL shows
 * without an extension: under cost settings of which only one is not zero, the costs that EXPLAIN
 * prints are counts.
 *
 * <p>A B-tree's descent costs 50 operators for each level and the binary search's comparisons,
 * fewer than 50 ({@code btcostestimate}). A GIN scan reads all pages of the list of pending entries
 * ({@code gincostestimate}). Nothing is executed.
 */
final class Sights {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int AT_ONCE = 20;
    private static final double LEVEL = 50;

    /** Smaller trees have a height that their size tells. */
    static final int SMALL = 8;

    static final List<String> COUNT_PAGES =
            List.of(
                    "SET LOCAL random_page_cost = 1",
                    "SET LOCAL seq_page_cost = 0",
                    "SET LOCAL cpu_operator_cost = 0",
                    "SET LOCAL cpu_index_tuple_cost = 0",
                    "SET LOCAL cpu_tuple_cost = 0",
                    "SET LOCAL enable_seqscan = off");

    private static final List<String> COUNT_OPERATORS =
            List.of(
                    "SET LOCAL random_page_cost = 0",
                    "SET LOCAL seq_page_cost = 0",
                    "SET LOCAL cpu_operator_cost = 1",
                    "SET LOCAL cpu_index_tuple_cost = 0",
                    "SET LOCAL cpu_tuple_cost = 0",
                    "SET LOCAL enable_seqscan = off",
                    "SET LOCAL enable_sort = off",
                    "SET LOCAL enable_bitmapscan = off",
                    "SET LOCAL max_parallel_workers_per_gather = 0");

    /** An order that each B-tree gives, and a condition that each GIN index serves. */
    private static final String QUERIES =
            """
            SELECT n.nspname AS schema, c.relname AS name, m.amname AS method,
              CASE m.amname WHEN 'btree' THEN format('SELECT 1 FROM ONLY %I.%I%s ORDER BY %s LIMIT 1',
                n.nspname, t.relname, ' WHERE ' || pg_get_expr(i.indpred, i.indrelid),
                (SELECT string_agg(pg_get_indexdef(i.indexrelid, k.n, false)
                   || CASE WHEN i.indoption[k.n - 1] & 1 = 1 THEN ' DESC' ELSE ' ASC' END
                   || CASE WHEN i.indoption[k.n - 1] & 2 = 2 THEN ' NULLS FIRST' ELSE ' NULLS LAST' END,
                   ', ' ORDER BY k.n) FROM generate_series(1, i.indnkeyatts) k(n)))
              ELSE format('SELECT 1 FROM ONLY %I.%I WHERE %s%s%s', n.nspname, t.relname,
                pg_get_indexdef(i.indexrelid, 1, false),
                CASE WHEN y.typcategory = 'A' THEN ' && ''{0}'''
                  WHEN y.typname = 'jsonb' THEN ' @> ''{"0":0}''' WHEN y.typname = 'tsvector' THEN ' @@ ''0'''
                  WHEN y.typname IN ('text', 'varchar', 'bpchar') AND o.opcname = 'gin_trgm_ops'
                  THEN ' LIKE ''%%000%%''' ELSE ' = ''0''' END,
                ' AND ' || pg_get_expr(i.indpred, i.indrelid)) END AS query
            FROM pg_index i
            JOIN pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'
            JOIN pg_am m ON m.oid = c.relam AND m.amname IN ('btree', 'gin')
            JOIN pg_class t ON t.oid = i.indrelid
            JOIN pg_namespace n ON n.oid = t.relnamespace
              AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
            JOIN pg_opclass o ON o.oid = i.indclass[0]
            JOIN pg_type y ON y.oid = coalesce((SELECT a.atttypid FROM pg_attribute a
              WHERE a.attrelid = i.indrelid AND a.attnum = nullif(i.indkey[0], 0)), o.opcintype)
            WHERE i.indisvalid AND c.relpersistence <> 't' AND has_table_privilege(t.oid, 'SELECT')
              AND (m.amname = 'gin' OR c.relpages > %d AND NOT EXISTS (
                SELECT FROM unnest(i.indclass::oid[]) k(class) JOIN pg_opclass d ON d.oid = k.class
                WHERE NOT d.opcdefault))
            ORDER BY t.oid, c.oid
            """;

    private final Connection connection;
    private final List<String> notes;

    /**
     * @param connection in a transaction with {@code pg_catalog} as {@code search_path}
     * @param notes takes what could not be asked
     */
    Sights(Connection connection, List<String> notes) {
        this.connection = connection;
        this.notes = notes;
    }

    private record Asked(QualifiedName index, boolean tree, String query) {
        static Asked of(ResultSet row) throws SQLException {
            return new Asked(
                    SnapshotLoader.name(row),
                    SnapshotLoader.text(row, "method").equals("btree"),
                    SnapshotLoader.text(row, "query"));
        }
    }

    /** What is seen of each index. */
    Map<QualifiedName, Sight> look() throws SQLException {
        List<Asked> all = new Script(connection).rows(QUERIES.replace("%d", "" + SMALL), Asked::of);
        List<Asked> trees = all.stream().filter(Asked::tree).toList();
        Map<QualifiedName, Sight> seen = new HashMap<>();
        Savepoint before = connection.setSavepoint();
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            for (String setting : COUNT_OPERATORS) {
                statement.execute(setting);
            }
            for (int i = 0; i < trees.size(); i += AT_ONCE) {
                heights(statement, trees.subList(i, Math.min(trees.size(), i + AT_ONCE)), seen);
            }
        } finally {
            connection.rollback(before);
        }
        for (Asked gin : all) {
            if (!gin.tree()) {
                pages(gin, seen);
            }
        }
        return seen;
    }

    private void heights(Statement statement, List<Asked> trees, Map<QualifiedName, Sight> seen)
            throws SQLException {
        Savepoint clean = connection.setSavepoint();
        String query =
                trees.stream()
                        .map(a -> "(" + a.query() + ")")
                        .collect(joining(", ", "SELECT ", ""));
        try {
            note(explain(statement, query), trees, seen);
        } catch (SQLException e) {
            connection.rollback(clean);
            if (trees.size() > 1) {
                for (Asked each : trees) {
                    heights(statement, List.of(each), seen);
                }
            } else {
                notes.add(
                        "the height of "
                                + trees.getFirst().index()
                                + " was not seen: SQLSTATE "
                                + e.getSQLState());
            }
        }
    }

    private static void note(JsonNode node, List<Asked> trees, Map<QualifiedName, Sight> seen) {
        String index = node.path("Index Name").asText("");
        if (!index.isEmpty()) {
            int level = (int) (node.path("Startup Cost").asDouble() / LEVEL) - 1;
            String schema = node.path("Schema").asText("");
            trees.stream()
                    .map(Asked::index)
                    .filter(i -> i.name().equals(index) && i.schema().equals(schema))
                    .findFirst()
                    .ifPresent(i -> seen.put(i, new Sight(level, "", 0)));
        }
        node.path("Plans").forEach(child -> note(child, trees, seen));
    }

    private void pages(Asked gin, Map<QualifiedName, Sight> seen) throws SQLException {
        double pages = pages(connection, gin.index(), gin.query());
        if (pages >= 0) {
            seen.put(gin.index(), new Sight(-1, gin.query(), pages));
        }
    }

    /** How many pages of a GIN index a query is taken to read; negative if it uses another. */
    static double pages(Connection connection, QualifiedName index, String query)
            throws SQLException {
        Savepoint before = connection.setSavepoint();
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            for (String setting : COUNT_PAGES) {
                statement.execute(setting);
            }
            return pages(explain(statement, query), index.name());
        } catch (SQLException e) {
            return -1;
        } finally {
            connection.rollback(before);
        }
    }

    private static double pages(JsonNode node, String index) {
        if (node.path("Index Name").asText("").equals(index)) {
            return node.path("Total Cost").asDouble();
        }
        for (JsonNode child : node.path("Plans")) {
            double found = pages(child, index);
            if (found >= 0) {
                return found;
            }
        }
        return -1;
    }

    private static JsonNode explain(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery("EXPLAIN (FORMAT JSON, VERBOSE) " + query)) {
            row.next();
            return JSON.readTree(row.getString(1)).path(0).path("Plan");
        } catch (JsonProcessingException e) {
            throw new SQLException("EXPLAIN did not answer in JSON", "XX000");
        }
    }
}

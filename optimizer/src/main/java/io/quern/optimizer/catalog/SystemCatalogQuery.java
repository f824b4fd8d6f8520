package io.quern.optimizer.catalog;

import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.catalog.SystemCatalog.Function;
import io.quern.optimizer.catalog.SystemCatalog.Operator;
import io.quern.optimizer.catalog.SystemCatalog.Relation;
import io.quern.optimizer.catalog.SystemCatalog.Volatility;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a {@link SystemCatalog} is asked for: four queries whose rows, all columns as text, are
 * handed in. Whoever has a connection runs them.
 */
public enum SystemCatalogQuery {
    FUNCTIONS(
            """
            SELECT p.oid::text, n.nspname::text, p.proname::text, p.proargtypes::text,
              p.prorettype::oid::text, p.provolatile::text, p.proisstrict::text,
              p.proretset::text
            FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
            """),
    OPERATORS(
            """
            SELECT o.oid::text, n.nspname::text, o.oprname::text, o.oprleft::oid::text,
              o.oprright::oid::text, o.oprresult::oid::text, o.oprcode::oid::text,
              coalesce((SELECT pg_catalog.string_agg(a.amopfamily || ':' || a.amopstrategy, ' ')
                        FROM pg_catalog.pg_amop a
                        WHERE a.amopopr = o.oid AND a.amopmethod = 403
                          AND a.amoppurpose = 's'), '')
            FROM pg_catalog.pg_operator o
            JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
            """),
    TYPES(
            """
            SELECT t.oid::text, n.nspname::text, t.typname::text, t.typtype::text,
              t.typbasetype::oid::text,
              CASE WHEN t.typlen = -1 THEN t.typelem ELSE 0 END::oid::text,
              t.typarray::oid::text,
              (SELECT pg_catalog.string_agg(m.amname || ':' || c.opcfamily, ' ')
               FROM pg_catalog.pg_opclass c
               JOIN pg_catalog.pg_am m ON m.oid = c.opcmethod
               WHERE c.opcdefault AND m.amname IN ('btree', 'hash')
                 AND (c.opcintype = t.oid
                   OR c.opcintype = 25 AND t.oid IN (25, 1043)
                   OR c.opcintype = 3500 AND t.typtype = 'e'
                   OR c.opcintype = 3831 AND t.typtype = 'r'
                   OR c.opcintype = 4537 AND t.typtype = 'm'))
            FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
            """),
    RELATIONS(
            """
            SELECT c.oid::text, n.nspname::text, c.relname::text, a.attnum::text, a.attname::text
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
              AND c.oid >= 16384
            """);

    private final String sql;

    SystemCatalogQuery(String sql) {
        this.sql = sql;
    }

    /** The query. */
    public String sql() {
        return sql;
    }

    /**
     * The catalog that these rows describe.
     *
     * @param rows of each query; a null is an empty text
     */
    public static SystemCatalog read(Map<SystemCatalogQuery, List<List<String>>> rows) {
        Map<Long, Function> functions = new HashMap<>();
        for (List<String> row : rows.getOrDefault(FUNCTIONS, List.of())) {
            functions.put(
                    number(row, 0),
                    new Function(
                            name(row),
                            numbers(row.get(3)),
                            (int) number(row, 4),
                            switch (row.get(5)) {
                                case "i" -> Volatility.IMMUTABLE;
                                case "s" -> Volatility.STABLE;
                                default -> Volatility.VOLATILE;
                            },
                            row.get(6).equals("true"),
                            row.get(7).equals("true")));
        }
        Map<Long, Operator> operators = new HashMap<>();
        for (List<String> row : rows.getOrDefault(OPERATORS, List.of())) {
            operators.put(
                    number(row, 0),
                    new Operator(
                            name(row),
                            (int) number(row, 3),
                            (int) number(row, 4),
                            (int) number(row, 5),
                            number(row, 6),
                            families(row.get(7))));
        }
        Map<Long, SystemCatalog.Type> types = new HashMap<>();
        for (List<String> row : rows.getOrDefault(TYPES, List.of())) {
            types.put(
                    number(row, 0),
                    new SystemCatalog.Type(
                            name(row),
                            row.get(3).charAt(0),
                            (int) number(row, 4),
                            (int) number(row, 5),
                            (int) number(row, 6),
                            family(row.get(7), "btree"),
                            family(row.get(7), "hash") != 0));
        }
        return new SystemCatalog(
                functions, operators, types, relations(rows.getOrDefault(RELATIONS, List.of())));
    }

    private static Map<Long, Relation> relations(List<List<String>> rows) {
        Map<Long, QualifiedName> names = new HashMap<>();
        Map<Long, Map<Integer, String>> columns = new HashMap<>();
        for (List<String> row : rows) {
            names.put(number(row, 0), name(row));
            columns.computeIfAbsent(number(row, 0), oid -> new HashMap<>())
                    .put((int) number(row, 3), row.get(4));
        }
        Map<Long, Relation> relations = new HashMap<>();
        names.forEach(
                (oid, name) ->
                        relations.put(
                                oid, new Relation(name, columns.getOrDefault(oid, Map.of()))));
        return relations;
    }

    private static QualifiedName name(List<String> row) {
        return new QualifiedName(row.get(1), row.get(2));
    }

    private static long number(List<String> row, int column) {
        return Long.parseLong(row.get(column));
    }

    private static List<Integer> numbers(String text) {
        List<Integer> numbers = new ArrayList<>();
        for (String part : text.split(" ", -1)) {
            if (!part.isEmpty()) {
                numbers.add((int) Long.parseLong(part));
            }
        }
        return numbers;
    }

    /** Of an access method among {@code btree:1976 hash:1977}; 0 if it is not there. */
    private static long family(String text, String method) {
        for (String part : text.split(" ", -1)) {
            if (part.startsWith(method + ":")) {
                return Long.parseLong(part.substring(method.length() + 1));
            }
        }
        return 0;
    }

    private static Map<Long, Integer> families(String text) {
        Map<Long, Integer> families = new HashMap<>();
        for (String part : text.split(" ", -1)) {
            int colon = part.indexOf(':');
            if (colon > 0) {
                families.put(
                        Long.parseLong(part.substring(0, colon)),
                        Integer.parseInt(part.substring(colon + 1)));
            }
        }
        return families;
    }
}

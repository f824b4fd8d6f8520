package io.quern.advisor.lab;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What PostgreSQL says of a type that is made of others.
 *
 * @param kind {@code pg_type.typtype}: {@code e} enum, {@code d} domain, {@code c} composite,
 *     {@code r} range, {@code m} multirange, {@code b} any other
 * @param text whether it is a kind of text
 * @param parts an enum's labels, a domain's base type, a composite's field types, a range's subtype
 */
record UserType(char kind, boolean text, List<String> parts) {
    private static final String SQL =
            """
            SELECT t.typtype, t.typcategory = 'S' AS text, CASE t.typtype
              WHEN 'e' THEN ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e
                                  WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)
              WHEN 'd' THEN ARRAY[pg_catalog.format_type(t.typbasetype, t.typtypmod)]
              WHEN 'c' THEN ARRAY(SELECT pg_catalog.format_type(a.atttypid, a.atttypmod)
                                  FROM pg_catalog.pg_attribute a
                                  WHERE a.attrelid = t.typrelid AND a.attnum > 0
                                    AND NOT a.attisdropped ORDER BY a.attnum)
              WHEN 'r' THEN ARRAY(SELECT pg_catalog.format_type(r.rngsubtype, NULL)
                                  FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid)
              WHEN 'm' THEN ARRAY(SELECT pg_catalog.format_type(r.rngtypid, NULL)
                                  FROM pg_catalog.pg_range r WHERE r.rngmultitypid = t.oid)
              ELSE ARRAY[]::text[] END AS parts
            FROM pg_catalog.pg_type t WHERE t.oid = ?::regtype
            """;

    UserType {
        parts = List.copyOf(parts);
    }

    /** Asks of a type as {@code format_type} prints it. */
    static UserType of(Connection connection, String type) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SQL)) {
            statement.setString(1, type);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new UserType(
                        row.getString("typtype").charAt(0),
                        row.getBoolean("text"),
                        Arrays.asList((String[]) row.getArray("parts").getArray()));
            }
        }
    }

    /** Texts that may be its values, made of those of its parts. */
    List<String> candidates(List<List<String>> values) {
        return switch (kind) {
            case 'e' -> parts;
            case 'd' -> values.getFirst();
            case 'r' -> ranges(values.getFirst());
            case 'm' -> sets(values.getFirst());
            case 'c' -> rows(values);
            default -> List.of();
        };
    }

    private static List<String> ranges(List<String> bounds) {
        List<String> few = bounds.subList(0, Math.min(5, bounds.size()));
        List<String> ranges = new ArrayList<>(List.of("empty", "(,)"));
        for (String low : few) {
            ranges.add("[" + quoted(low) + ",)");
            ranges.add("(," + quoted(low) + ")");
            for (String high : few) {
                ranges.add("[" + quoted(low) + "," + quoted(high) + ")");
                ranges.add("[" + quoted(low) + "," + quoted(high) + "]");
            }
        }
        return ranges;
    }

    private static List<String> sets(List<String> ranges) {
        List<String> few = ranges.subList(0, Math.min(6, ranges.size()));
        List<String> sets = new ArrayList<>(List.of("{}"));
        few.forEach(range -> sets.add("{" + range + "}"));
        for (int i = 1; i < few.size(); i++) {
            sets.add("{" + few.get(i - 1) + "," + few.get(i) + "}");
        }
        return sets;
    }

    /** Rows of the fields' first values, and each field's others in turn. */
    private static List<String> rows(List<List<String>> fields) {
        List<String> rows = new ArrayList<>();
        for (int field = 0; field < fields.size(); field++) {
            for (int i = 0; i < Math.min(4, fields.get(field).size()); i++) {
                List<String> row = new ArrayList<>();
                for (int other = 0; other < fields.size(); other++) {
                    row.add(quoted(fields.get(other).get(other == field ? i : 0)));
                }
                rows.add("(" + String.join(",", row) + ")");
            }
        }
        rows.add("(" + ",".repeat(Math.max(0, fields.size() - 1)) + ")");
        return rows;
    }

    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}

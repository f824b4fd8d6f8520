package io.quern.advisor.twin;

import io.quern.advisor.twin.Snapshot.JointStatistics;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes the data of extended statistics. PostgreSQL prints them as text and refuses to read that,
 * so they are written in its binary form ({@code statistics/mvdistinct.c}, {@code dependencies.c}),
 * which a cast made for the purpose lets in. The numbers of columns are the twin's own.
 */
final class JointStatisticsWriter {
    private static final int DISTINCT_MAGIC = 0xA352BFA4;
    private static final int DEPENDENCIES_MAGIC = 0xB4549A2C;
    private static final Pattern DISTINCT = Pattern.compile("\"([-0-9, ]+)\": ([0-9.]+)");
    private static final Pattern DEPENDENCY =
            Pattern.compile("\"([-0-9, ]+) => (-?[0-9]+)\": ([0-9.]+)");

    private final Script script;
    private final List<String> notes;

    JointStatisticsWriter(Script script, List<String> notes) {
        this.script = script;
        this.notes = notes;
    }

    void write(List<JointStatistics> all) throws SQLException {
        if (all.isEmpty()) {
            return;
        }
        for (String type : List.of("pg_ndistinct", "pg_dependencies", "pg_mcv_list")) {
            script.attempt("CREATE CAST (bytea AS " + type + ") WITHOUT FUNCTION");
        }
        for (JointStatistics joint : all) {
            write(joint);
        }
    }

    private void write(JointStatistics joint) throws SQLException {
        Map<String, Integer> numbers = new java.util.HashMap<>();
        script.rows(
                """
                SELECT a.attname, a.attnum FROM pg_statistic_ext s
                JOIN pg_namespace n ON n.oid = s.stxnamespace
                JOIN pg_attribute a ON a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys)
                WHERE n.nspname = ? AND s.stxname = ?
                """,
                row -> numbers.put(row.getString(1), row.getInt(2)),
                joint.name().schema(),
                joint.name().name());
        String distinct = hex(distinct(joint, numbers));
        String dependencies = hex(dependencies(joint, numbers));
        if (joint.common() == null) {
            notes.add("the common values of " + joint.name() + ", if any, may not be read");
        }
        script.change(
                """
                INSERT INTO pg_statistic_ext_data (stxoid, stxdinherit, stxdndistinct, stxddependencies, stxdmcv)
                SELECT s.oid, ?, decode(?, 'hex')::pg_ndistinct, decode(?, 'hex')::pg_dependencies,
                  decode(?, 'hex')::pg_mcv_list
                FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
                WHERE n.nspname = ? AND s.stxname = ?
                """,
                joint.inherited(),
                distinct,
                dependencies,
                joint.common(),
                joint.name().schema(),
                joint.name().name());
    }

    private static @org.jspecify.annotations.Nullable String hex(ByteBuffer bytes) {
        byte[] written = new byte[bytes.position()];
        bytes.flip().get(written);
        return written.length == 0 ? null : HexFormat.of().formatHex(written);
    }

    /** A header of magic number, version and count; per item the count, its length, its columns. */
    private static ByteBuffer distinct(JointStatistics joint, Map<String, Integer> numbers) {
        String text = joint.distinct() == null ? "" : joint.distinct();
        ByteBuffer out = buffer(text);
        List<Matcher> items = items(DISTINCT, text);
        if (!items.isEmpty()) {
            out.putInt(DISTINCT_MAGIC).putInt(1).putInt(items.size());
        }
        for (Matcher item : items) {
            List<Short> columns = columns(item.group(1), joint, numbers);
            out.putDouble(Double.parseDouble(item.group(2))).putInt(columns.size());
            columns.forEach(out::putShort);
        }
        return out;
    }

    private static ByteBuffer dependencies(JointStatistics joint, Map<String, Integer> numbers) {
        String text = joint.dependencies() == null ? "" : joint.dependencies();
        ByteBuffer out = buffer(text);
        List<Matcher> items = items(DEPENDENCY, text);
        if (!items.isEmpty()) {
            out.putInt(DEPENDENCIES_MAGIC).putInt(1).putInt(items.size());
        }
        for (Matcher item : items) {
            List<Short> columns = columns(item.group(1) + ", " + item.group(2), joint, numbers);
            out.putDouble(Double.parseDouble(item.group(3))).putShort((short) columns.size());
            columns.forEach(out::putShort);
        }
        return out;
    }

    private static ByteBuffer buffer(String text) {
        return ByteBuffer.allocate(16 + 4 * text.length()).order(ByteOrder.nativeOrder());
    }

    private static List<Matcher> items(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        Stream.Builder<Matcher> found = Stream.builder();
        while (matcher.find()) {
            Matcher one = pattern.matcher(matcher.group());
            if (one.matches()) {
                found.add(one);
            }
        }
        return found.build().toList();
    }

    /** Expressions have negative numbers, which are the same everywhere. */
    private static List<Short> columns(
            String list, JointStatistics joint, Map<String, Integer> numbers) {
        return Stream.of(list.split(", ", -1))
                .map(Integer::valueOf)
                .map(
                        number -> {
                            String column = joint.columns().get(number);
                            return column == null ? number : numbers.getOrDefault(column, number);
                        })
                .map(Integer::shortValue)
                .toList();
    }
}

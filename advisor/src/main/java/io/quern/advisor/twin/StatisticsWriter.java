package io.quern.advisor.twin;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the upstream's {@code pg_stats} back into {@code pg_statistic}, one way for all versions.
 *
 * <p>A row there has five slots, each with a kind, an operator, a collation, numbers and values
 * ({@code catalog/pg_statistic.h}). Which slot holds which kind does not matter. The view shows all
 * but operators and collations: ANALYZE takes the equality and the less-than of the type's default
 * operator class and the column's collation, and for the elements of arrays those of the element.
 */
final class StatisticsWriter {
    private static final int SLOTS = 5;

    /** Less-than of float8, by which lengths of ranges are sorted. */
    private static final long FLOAT8_LESS = 672;

    private static final long FLOAT8 = 701;

    private static final String INSERT =
            """
            INSERT INTO pg_statistic (starelid, staattnum, stainherit, stanullfrac, stawidth, stadistinct,
              stakind1, stakind2, stakind3, stakind4, stakind5, staop1, staop2, staop3, staop4, staop5,
              stacoll1, stacoll2, stacoll3, stacoll4, stacoll5,
              stanumbers1, stanumbers2, stanumbers3, stanumbers4, stanumbers5,
              stavalues1, stavalues2, stavalues3, stavalues4, stavalues5)
            VALUES (?::bigint::oid, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
              ?::bigint::oid, ?::bigint::oid, ?::bigint::oid, ?::bigint::oid, ?::bigint::oid,
              ?::bigint::oid, ?::bigint::oid, ?::bigint::oid, ?::bigint::oid, ?::bigint::oid,
              ?::text::real[], ?::text::real[], ?::text::real[], ?::text::real[], ?::text::real[],
              array_in(?::text::cstring, ?::bigint::oid, -1), array_in(?::text::cstring, ?::bigint::oid, -1),
              array_in(?::text::cstring, ?::bigint::oid, -1), array_in(?::text::cstring, ?::bigint::oid, -1),
              array_in(?::text::cstring, ?::bigint::oid, -1))
            """;

    /** What checks a domain's values; reading them, a superuser would compute what others wrote. */
    private static final String CHECKS_ASIDE =
            "UPDATE pg_constraint SET contype = 'x' WHERE contypid <> 0 AND contype = 'c'";

    private static final String CHECKS_BACK =
            "UPDATE pg_constraint SET contype = 'c' WHERE contypid <> 0 AND contype = 'x'";

    private final Script script;
    private final List<String> notes;

    StatisticsWriter(Script script, List<String> notes) {
        this.script = script;
        this.notes = notes;
    }

    /**
     * One slot.
     *
     * @param type of the values
     */
    private record Slot(
            int kind,
            long operator,
            long collation,
            @Nullable String numbers,
            @Nullable String values,
            long type) {}

    /** Writes all, in a transaction; what PostgreSQL refuses is noted and left out. */
    void write(List<ColumnStatistics> columns) throws SQLException {
        Map<AttributeType.Place, AttributeType> types = new HashMap<>();
        script.rows(AttributeType.QUERY, AttributeType::of).forEach(t -> types.put(t.place(), t));
        script.run(CHECKS_ASIDE);
        all(columns, types);
        script.run(CHECKS_BACK);
    }

    private void all(List<ColumnStatistics> columns, Map<AttributeType.Place, AttributeType> types)
            throws SQLException {
        Connection connection = script.connection();
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (ColumnStatistics column : columns) {
                AttributeType type =
                        types.get(new AttributeType.Place(column.relation(), column.column()));
                if (type != null) {
                    var before = connection.setSavepoint();
                    try {
                        fill(insert, column, type);
                        insert.executeUpdate();
                        connection.releaseSavepoint(before);
                    } catch (SQLException e) {
                        connection.rollback(before);
                        notes.add(
                                "the statistics of "
                                        + column.relation()
                                        + "."
                                        + column.column()
                                        + " are not in the twin: SQLSTATE "
                                        + e.getSQLState());
                    }
                }
            }
        }
    }

    private static void fill(PreparedStatement insert, ColumnStatistics column, AttributeType type)
            throws SQLException {
        List<Slot> slots = slots(column, type);
        insert.setLong(1, type.relation());
        insert.setInt(2, type.number());
        insert.setBoolean(3, column.inherited());
        insert.setFloat(4, column.nullFraction());
        insert.setInt(5, column.width());
        insert.setFloat(6, column.distinct());
        for (int i = 0; i < SLOTS; i++) {
            Slot slot = i < slots.size() ? slots.get(i) : new Slot(0, 0, 0, null, null, 0);
            insert.setInt(7 + i, slot.kind());
            insert.setLong(12 + i, slot.operator());
            insert.setLong(17 + i, slot.collation());
            insert.setString(22 + i, slot.numbers());
            insert.setString(27 + 2 * i, slot.values());
            insert.setObject(28 + 2 * i, slot.type(), Types.BIGINT);
        }
    }

    private static List<Slot> slots(ColumnStatistics c, AttributeType t) {
        List<Slot> slots = new ArrayList<>();
        add(
                slots,
                new Slot(
                        1,
                        t.equal(),
                        t.collation(),
                        c.commonFrequencies(),
                        c.commonValues(),
                        t.type()));
        add(slots, new Slot(2, t.less(), t.collation(), null, c.histogram(), t.type()));
        add(slots, new Slot(3, t.less(), t.collation(), braced(c.correlation()), null, 0));
        add(
                slots,
                new Slot(
                        4,
                        t.elementEqual(),
                        t.elementCollation(),
                        c.elementFrequencies(),
                        c.commonElements(),
                        t.element()));
        add(slots, new Slot(5, t.elementEqual(), t.elementCollation(), c.elementCounts(), null, 0));
        add(slots, new Slot(6, FLOAT8_LESS, 0, braced(c.emptyFraction()), c.lengths(), FLOAT8));
        add(slots, new Slot(7, 0, 0, null, c.bounds(), t.range()));
        return slots;
    }

    private static void add(List<Slot> slots, Slot slot) {
        if ((slot.numbers() != null || slot.values() != null) && slots.size() < SLOTS) {
            slots.add(slot);
        }
    }

    private static @Nullable String braced(@Nullable String number) {
        return number == null ? null : "{" + number + "}";
    }
}

package io.quern.advisor.twin;

import io.quern.optimizer.QualifiedName;

import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * What {@code pg_stats} shows of ranges from 17 on, gathered from {@code pg_statistic} before: kind
 * 6 is the histogram of lengths with the fraction of empty ranges, kind 7 that of bounds ({@code
 * catalog/pg_statistic.h}).
 */
final class RangeStatistics {
    private static final int LENGTHS = 6;

    private final Map<Key, Values> values = new HashMap<>();

    private record Key(QualifiedName relation, String column, boolean inherited) {}

    private static final class Values {
        @Nullable String lengths;
        @Nullable String empty;
        @Nullable String bounds;
    }

    void add(ResultSet row) throws SQLException {
        Key key =
                new Key(
                        SnapshotLoader.name(row),
                        SnapshotLoader.text(row, "column_name"),
                        row.getBoolean("inherited"));
        Values found = values.computeIfAbsent(key, k -> new Values());
        if (row.getInt("kind") == LENGTHS) {
            found.lengths = row.getString("bounds");
            found.empty = row.getString("numbers");
        } else {
            found.bounds = row.getString("bounds");
        }
    }

    /** The same with what is known of its ranges. */
    ColumnStatistics complete(ColumnStatistics c) {
        Values found = values.get(new Key(c.relation(), c.column(), c.inherited()));
        return found == null
                ? c
                : new ColumnStatistics(
                        c.relation(),
                        c.column(),
                        c.inherited(),
                        c.nullFraction(),
                        c.width(),
                        c.distinct(),
                        c.commonValues(),
                        c.commonFrequencies(),
                        c.histogram(),
                        c.correlation(),
                        c.commonElements(),
                        c.elementFrequencies(),
                        c.elementCounts(),
                        found.lengths,
                        found.empty,
                        found.bounds);
    }
}

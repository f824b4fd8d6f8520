package io.quern.optimizer.index;

import io.quern.optimizer.Column;
import io.quern.optimizer.IndexDefinition;
import io.quern.optimizer.Table;

import java.util.List;

/**
 * The size of a B-tree that does not exist yet, by formula.
 *
 * <p>Each entry takes an 8-byte tuple header and the keys, aligned to 8, and a 4-byte line pointer;
 * leaf pages are 8 KiB, filled to 90 %, with about 1 % of inner pages above. Deduplication (since
 * 13) stores a repeated key once per posting list, up to a third of a page, and 6 bytes for each
 * further row.
 */
final class IndexSize {
    private static final int PAGE = 8192;
    private static final double USABLE = (PAGE - 24 - 16) * 0.9;
    private static final int HEADER = 8;
    private static final int LINE_POINTER = 4;
    private static final int ROW_POINTER = 6;
    private static final int LONGEST_POSTING = 2704;
    private static final double UNKNOWN_WIDTH = 16;

    private IndexSize() {}

    /** The estimated bytes of a B-tree with these keys over all rows of a table. */
    static long estimate(Table table, List<IndexDefinition.Key> keys) {
        double width = 0;
        double distinct = 1;
        for (IndexDefinition.Key key : keys) {
            Column column = table.column(key.column()).orElseThrow();
            width += Double.isNaN(column.averageWidth()) ? UNKNOWN_WIDTH : column.averageWidth();
            distinct *= Math.max(1, IndexAnalyzer.distinct(table, column));
        }
        double rows = Math.max(0, table.rows());
        double single = HEADER + align(width);
        double perKey = rows == 0 ? 1 : Math.max(1, rows / Math.min(distinct, rows));
        double bytes;
        if (perKey < 2) {
            bytes = rows * (single + LINE_POINTER);
        } else {
            double perPosting = Math.max(1, (LONGEST_POSTING - single) / ROW_POINTER);
            double postings = rows / Math.min(perKey, perPosting);
            bytes = postings * (single + LINE_POINTER) + rows * ROW_POINTER;
        }
        return Math.round((Math.ceil(bytes / USABLE) * 1.01 + 1) * PAGE);
    }

    private static double align(double width) {
        return Math.ceil(width / 8) * 8;
    }
}

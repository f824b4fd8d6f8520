package io.quern.advisor.twin;

import io.quern.advisor.twin.IndexProfile.Column;

/**
 * The sizes of new indexes that are no B-trees. How well GIN packs row pointers and how evenly GiST
 * splits pages depends on the data; hash and BRIN are exact but for skew.
 */
final class OtherShapes {
    private static final int USABLE = 8152;

    /** {@code _hash_init}: pages are planned to be three quarters full of entries of 20 bytes. */
    private static final double HASH_ENTRIES = Math.floor(Relation.PAGE * 0.75 / 20);

    /** How many ranges a page of BRIN's map points to ({@code REVMAP_PAGE_MAXITEMS}). */
    private static final long BRIN_MAPPED = 1360;

    private OtherShapes() {}

    /**
     * Entries are the different elements, each in a B-tree with its rows beside it or, where those
     * take more than a third of a page, in a tree of their own. Row pointers are kept as
     * differences of 1 to 6 bytes: the rarer an element the further its rows are apart.
     */
    static IndexShape gin(IndexProfile profile) {
        double entryPages = 0;
        double dataPages = 0;
        double entries = 0;
        for (Column column : profile.keys()) {
            double distinct = Math.max(1, column.distinctElements());
            double occurrences =
                    profile.rows() * Math.max(0, 1 - column.nulls()) * column.elements();
            double each = Math.max(1, occurrences / distinct);
            double apart = Math.max(1, profile.tablePages() / each);
            double bytes = apart <= 1 ? 1.3 : 2 + Math.max(0, Math.log(apart) / Math.log(128));
            double key = Math.ceil((8 + column.averageWidth()) / 8) * 8 + 4;
            double list = each * bytes;
            if (list > 2000) {
                dataPages += distinct * Math.ceil(list / (USABLE - 100.0));
                entryPages += distinct * key / (USABLE * 0.75);
            } else {
                entryPages += distinct * (key + list) / (USABLE * 0.75);
            }
            entries += distinct;
        }
        long entryCount = Math.round(entries);
        long entry = (long) Math.ceil(entryPages);
        long data = Math.round(dataPages);
        long total = 1 + entry + data;
        return new IndexShape(total, 0, new Pages.GinCounts(total, entry, data, entryCount, 0));
    }

    /**
     * What an index of so many pages today counts, if it grew as a new one would have been made.
     */
    static Pages.GinCounts stretched(Pages.GinCounts counts, long pages) {
        double factor = counts.totalPages() > 1 ? (pages - 1.0) / (counts.totalPages() - 1.0) : 1;
        long entryPages = Math.max(1, Math.round(counts.entryPages() * factor));
        return new Pages.GinCounts(
                pages,
                entryPages,
                Math.max(0, pages - 1 - entryPages),
                counts.entries(),
                counts.pendingPages());
    }

    /** A metapage, the map, and an entry with the least and the greatest value for each range. */
    static IndexShape brin(IndexProfile profile) {
        long ranges = Math.max(1, Math.ceilDiv(profile.tablePages(), profile.pagesPerRange()));
        double width =
                8 + profile.keys().stream().mapToDouble(c -> 2 * Math.ceil(c.averageWidth())).sum();
        double entry = Math.ceil(width / 8) * 8 + 4;
        return new IndexShape(
                1
                        + brinMapPages(profile.tablePages(), profile.pagesPerRange())
                        + (long) Math.ceil(ranges * entry / USABLE),
                0);
    }

    static long brinMapPages(long tablePages, int pagesPerRange) {
        return Math.max(1, Math.ceilDiv(Math.ceilDiv(tablePages, pagesPerRange), BRIN_MAPPED));
    }

    /**
     * Buckets for all rows, made in doublings until 512 and in quarters of a doubling after that
     * ({@code hash/README}), a metapage and a bitmap page.
     */
    static IndexShape hash(IndexProfile profile) {
        double wanted = Math.max(2, Math.ceil(profile.rows() / HASH_ENTRIES));
        double buckets = Long.highestOneBit((long) wanted);
        if (buckets < wanted) {
            double step = buckets >= 512 ? buckets / 4 : buckets;
            buckets += Math.ceil((wanted - buckets) / step) * step;
        }
        double perGroup = profile.rows() / Math.max(1, profile.groups());
        double overflow = Math.max(0, perGroup / (USABLE / 20.0) - 1) * profile.groups();
        return new IndexShape(Math.round(2 + buckets + overflow), 0);
    }

    /** GiST and what is like it: pages about 60 % full. */
    static IndexShape tree(IndexProfile profile) {
        double width = profile.columns().stream().mapToDouble(Column::averageWidth).sum();
        double entry = Math.ceil((8 + width) / 8) * 8 + 4;
        double pages = 0;
        double level = Math.ceil(profile.rows() * entry / (USABLE * 0.6));
        while (level > 1) {
            pages += level;
            level = Math.ceil(level * entry / (USABLE * 0.6));
        }
        return new IndexShape((long) Math.max(1, pages + 1), 0);
    }
}

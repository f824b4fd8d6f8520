package io.quern.advisor.twin;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes the pages of indexes that the planner looks at.
 *
 * <p>A page begins with a header of 24 bytes ({@code bufpage.h}): where its line pointers end and
 * its items begin is at 12 and 14, where its special space begins at 16, its size and layout
 * version at 18. Numbers are in the machine's byte order.
 *
 * <p>A B-tree's metapage (README and {@code nbtree.h}) names the root and its level, which is what
 * a descent is charged for; for the ends of a column the planner goes down to a leaf. So above the
 * one leaf there is for each level a page with a single downlink, the "minus infinity" item that
 * inner pages begin with.
 */
final class Pages {
    private static final int SIZE = Relation.PAGE;
    private static final int HEADER = 24;
    private static final int LAYOUT_VERSION = 4;

    private static final int BTREE_MAGIC = 0x053162;
    private static final int BTREE_VERSION = 4;
    private static final int BTREE_SPECIAL = SIZE - 16;
    private static final int LEAF = 1;
    private static final int ROOT = 2;
    private static final int GIN_META = 8;
    private static final int SP_GIST_CACHED = 8;

    /** {@code INDEX_ALT_TID_MASK} with the size of a bare item. */
    private static final short PIVOT = 0x2000 | 8;

    private static final int LP_NORMAL = 1;

    private Pages() {}

    private static ByteBuffer page(int special, int lower) {
        ByteBuffer page = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder());
        page.putShort(12, (short) lower);
        page.putShort(14, (short) (SIZE - special));
        page.putShort(16, (short) (SIZE - special));
        page.putShort(18, (short) (SIZE | LAYOUT_VERSION));
        return page;
    }

    /**
     * A B-tree of some height.
     *
     * @param small the pages of one with a single leaf, or with none: the metapage alone
     * @param level the root's, 0 if it is a leaf; negative for an index without any page but the
     *     first
     */
    static ByteBuffer btree(ByteBuffer small, int level) {
        int count = level < 0 ? 1 : 2 + level;
        ByteBuffer all = ByteBuffer.allocate(count * SIZE).order(ByteOrder.nativeOrder());
        copy(metapage(small), all, 0);
        root(all, Math.max(0, level), level < 0 ? 0 : level + 1);
        if (level < 0) {
            return all;
        }
        copy(leaf(small, level == 0), all, 1);
        for (int above = 1; above <= level; above++) {
            copy(inner(above, above, above == level), all, above + 1);
        }
        return all;
    }

    private static void copy(ByteBuffer page, ByteBuffer all, int number) {
        all.put(number * SIZE, page, 0, SIZE);
    }

    private static ByteBuffer metapage(ByteBuffer small) {
        ByteBuffer meta = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder());
        meta.put(0, small, 0, SIZE);
        if (meta.getInt(HEADER) != BTREE_MAGIC || meta.getInt(HEADER + 4) != BTREE_VERSION) {
            throw new IllegalStateException("not the metapage of a B-tree");
        }
        return meta;
    }

    private static void root(ByteBuffer all, int level, int block) {
        all.putInt(HEADER + 8, block);
        all.putInt(HEADER + 12, level);
        all.putInt(HEADER + 16, block);
        all.putInt(HEADER + 20, level);
    }

    private static ByteBuffer leaf(ByteBuffer small, boolean root) {
        ByteBuffer leaf = page(16, HEADER);
        if (small.limit() >= 2 * SIZE) {
            leaf.put(0, small, SIZE, SIZE);
        }
        leaf.putShort(BTREE_SPECIAL + 12, (short) (root ? LEAF | ROOT : LEAF));
        return leaf;
    }

    private static ByteBuffer inner(int level, int child, boolean root) {
        ByteBuffer inner = page(16, HEADER + 4);
        int item = BTREE_SPECIAL - 8;
        inner.putShort(14, (short) item);
        inner.putInt(HEADER, item | LP_NORMAL << 15 | 8 << 17);
        inner.putShort(item, (short) (child >>> 16));
        inner.putShort(item + 2, (short) child);
        inner.putShort(item + 6, PIVOT);
        inner.putInt(BTREE_SPECIAL + 8, level);
        inner.putShort(BTREE_SPECIAL + 12, (short) (root ? ROOT : 0));
        return inner;
    }

    /** The metapage of a GIN index, which counts its pages and entries ({@code ginblock.h}). */
    static ByteBuffer gin(GinCounts counts) {
        ByteBuffer meta = page(8, HEADER + 56);
        meta.putInt(HEADER, -1);
        meta.putInt(HEADER + 4, -1);
        meta.putInt(HEADER + 12, (int) counts.pendingPages());
        meta.putInt(HEADER + 24, (int) counts.totalPages());
        meta.putInt(HEADER + 28, (int) counts.entryPages());
        meta.putInt(HEADER + 32, (int) counts.dataPages());
        meta.putLong(HEADER + 40, counts.entries());
        meta.putInt(HEADER + 48, 2);
        meta.putInt(SIZE - 8, -1);
        meta.putShort(SIZE - 2, (short) GIN_META);
        return meta;
    }

    /** What the metapage of a GIN index counts; it has no list of pending entries. */
    static GinCounts ginCounts(ByteBuffer meta) {
        return new GinCounts(
                meta.getInt(HEADER + 24),
                meta.getInt(HEADER + 28),
                meta.getInt(HEADER + 32),
                meta.getLong(HEADER + 40),
                0);
    }

    /**
     * The metapage of a BRIN index ({@code brin_page.h}): the planner subtracts 1 from the last
     * page of the range map to get the map's length.
     */
    static ByteBuffer brin(int pagesPerRange, long mapPages) {
        ByteBuffer meta = page(8, HEADER + 16);
        meta.putInt(HEADER, 0xA8109CFA);
        meta.putInt(HEADER + 4, 1);
        meta.putInt(HEADER + 8, pagesPerRange);
        meta.putInt(HEADER + 12, (int) mapPages);
        meta.putShort(SIZE - 2, (short) 0xF091);
        return meta;
    }

    /** The metapage of an SP-GiST index, which is read to see what it can return. */
    static ByteBuffer spGist() {
        ByteBuffer meta = page(8, HEADER + 4 + 8 * SP_GIST_CACHED);
        meta.putInt(HEADER, 0xBA0BABEE);
        for (int i = 0; i < SP_GIST_CACHED; i++) {
            meta.putInt(HEADER + 4 + 8 * i, -1);
        }
        meta.putShort(SIZE - 8, (short) 1);
        meta.putShort(SIZE - 2, (short) 0xFF82);
        return meta;
    }

    /**
     * What a GIN index's metapage counts.
     *
     * @param pendingPages of the list of entries that are not sorted in yet
     */
    record GinCounts(
            long totalPages, long entryPages, long dataPages, long entries, long pendingPages) {
        /** The same with a list of so many pages. */
        GinCounts pending(long pages) {
            return new GinCounts(totalPages, entryPages, dataPages, entries, pages);
        }
    }
}

package io.quern.advisor.twin;

import io.quern.advisor.twin.IndexProfile.Column;
import io.quern.advisor.twin.IndexProfile.Width;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The size of a B-tree as CREATE INDEX makes it.
 *
 * <p>A page has 8,152 bytes beside its header and special space. Leaves are filled until less than
 * the fill factor's rest is free, inner pages to 70 %. An entry is a header of 8 bytes (16 with a
 * NULL in it), the values at their alignment, padded to 8, and a line pointer of 4. Entries of one
 * key are merged ({@code nbtree/README}, deduplication): a posting list has the key once and 6
 * bytes for each row, up to a tenth of a page when an index is built.
 */
final class BtreeShape {
    private static final int USABLE = 8152;
    private static final int LINE_POINTER = 4;
    private static final int ROW_POINTER = 6;
    private static final int LONGEST_POSTING = 812;
    private static final int INNER_USABLE = USABLE - Relation.PAGE * 30 / 100;
    private static final int MOST_STATES = 400;

    private BtreeShape() {}

    static IndexShape of(IndexProfile profile) {
        if (profile.rows() < 1) {
            return new IndexShape(1, 0);
        }
        double leaves = 0;
        for (Leaves part : parts(profile)) {
            leaves += part.pages(profile);
        }
        return above((long) Math.ceil(leaves), pivot(profile));
    }

    /** The level of the root of a B-tree that there is, of so many pages. */
    static int level(long pages, IndexProfile profile) {
        return pages < 3 ? 0 : above(pages - 1, pivot(profile)).level();
    }

    private static IndexShape above(long leaves, double pivot) {
        double fanOut = Math.max(2, Math.floor(INNER_USABLE / (pivot + LINE_POINTER)));
        long pages = leaves + 1;
        int level = 0;
        for (long width = leaves; width > 1; level++) {
            width = (long) Math.ceil(width / fanOut);
            pages += width;
        }
        return new IndexShape(pages, level);
    }

    /**
     * The size of what stands for a child page: the key as far as it takes to tell its neighbours
     * apart, and a row pointer where keys are equal.
     */
    private static double pivot(IndexProfile profile) {
        List<Column> keys = profile.keys();
        double equal = profile.groups() > 0 ? profile.rows() / profile.groups() : 1;
        double size = mean(entries(keys));
        return equal > 50 ? size + 8 : size;
    }

    /**
     * A run of entries of about one size.
     *
     * @param entries how many
     * @param bytes the mean of their sizes with line pointers
     * @param pointers how much of that is row pointers of posting lists; what a page's last entry
     *     has of them does not count when the page is looked at for being full ({@code
     *     _bt_buildadd})
     * @param uniform whether all have that size
     */
    private record Leaves(double entries, double bytes, double pointers, boolean uniform) {
        double pages(IndexProfile profile) {
            double filled =
                    USABLE
                            - Math.floor(Relation.PAGE * (100 - profile.fillFactor()) / 100.0)
                            + pointers;
            double onPage = uniform ? Math.floor(filled / bytes) : filled / bytes - 0.5;
            return entries / Math.max(1, onPage);
        }
    }

    private static List<Leaves> parts(IndexProfile profile) {
        Map<Integer, Double> sizes = entries(profile.columns());
        if (!profile.deduplicates() || profile.groups() >= profile.rows() * 0.999) {
            return List.of(
                    new Leaves(profile.rows(), mean(sizes) + LINE_POINTER, 0, sizes.size() == 1));
        }
        List<Leaves> parts = new ArrayList<>();
        double rows = profile.rows();
        double groups = profile.groups();
        if (profile.columns().size() == 1) {
            Column only = profile.columns().getFirst();
            double nulls = rows * only.nulls();
            if (nulls >= 1) {
                parts.add(posting(16, nulls));
                rows -= nulls;
                groups--;
            }
            double common = rows;
            for (double frequency : only.frequencies()) {
                double its = profile.rows() * frequency;
                if (its >= 2 && common - its >= 0) {
                    parts.add(posting(mean(sizes), its));
                    common -= its;
                    groups--;
                }
            }
            rows = common;
        }
        if (rows >= 1) {
            rest(rows, Math.max(1, Math.min(groups, rows)), mean(sizes), parts);
        }
        return parts;
    }

    /** Many groups of few rows each; how many differs as by chance. */
    private static void rest(double rows, double groups, double size, List<Leaves> parts) {
        double mean = rows / groups;
        if (mean > 30) {
            Leaves one = posting(size, mean);
            parts.add(new Leaves(one.entries() * groups, one.bytes(), one.pointers(), false));
            return;
        }
        double probability = Math.exp(-(mean - 1));
        double entries = 0;
        double bytes = 0;
        double pointers = 0;
        for (int extra = 0; extra < 100; extra++) {
            Leaves one = posting(size, extra + 1);
            entries += probability * one.entries();
            bytes += probability * one.entries() * one.bytes();
            pointers += probability * one.entries() * one.pointers();
            probability *= (mean - 1) / (extra + 1);
        }
        parts.add(new Leaves(entries * groups, bytes / entries, pointers / entries, false));
    }

    /** The entries of the rows of one key. */
    private static Leaves posting(double size, double rows) {
        double key = align(size);
        double most = Math.floor((LONGEST_POSTING / 8 * 8 - key) / ROW_POINTER);
        if (rows < 1.5 || most < 2) {
            return new Leaves(rows, size + LINE_POINTER, 0, true);
        }
        double full = Math.floor(rows / most);
        double left = rows - full * most;
        double entries = full;
        double bytes = full * (align(key + most * ROW_POINTER) + LINE_POINTER);
        if (left >= 0.5) {
            entries++;
            bytes += (left < 1.5 ? size : align(key + left * ROW_POINTER)) + LINE_POINTER;
        }
        double pointers = Math.max(0, bytes / entries - LINE_POINTER - key);
        return new Leaves(entries, bytes / entries, pointers, full > 1);
    }

    /** How large entries without line pointers are, and how often, summing to 1. */
    private static Map<Integer, Double> entries(List<Column> columns) {
        Map<Integer, Double> full = new HashMap<>(Map.of(0, 1.0));
        Map<Integer, Double> withNull = new HashMap<>();
        for (Column column : columns) {
            Map<Integer, Double> nextFull = new HashMap<>();
            Map<Integer, Double> nextWithNull = new HashMap<>();
            put(full, column, nextFull);
            put(withNull, column, nextWithNull);
            full.forEach((end, p) -> nextWithNull.merge(end, p * column.nulls(), Double::sum));
            withNull.forEach((end, p) -> nextWithNull.merge(end, p * column.nulls(), Double::sum));
            full = nextFull;
            withNull = nextWithNull;
        }
        Map<Integer, Double> sizes = new HashMap<>();
        full.forEach((end, p) -> sizes.merge(8 + (int) align(end), p, Double::sum));
        withNull.forEach((end, p) -> sizes.merge(16 + (int) align(end), p, Double::sum));
        sizes.values().removeIf(p -> p < 1e-6);
        return sizes;
    }

    private static void put(Map<Integer, Double> ends, Column column, Map<Integer, Double> next) {
        double weight = column.widths().stream().mapToDouble(Width::weight).sum();
        List<Width> widths =
                ends.size() * column.widths().size() > MOST_STATES
                        ? List.of(new Width((int) Math.round(column.averageWidth()), weight))
                        : column.widths();
        ends.forEach(
                (end, p) -> {
                    int start =
                            (end + column.alignment() - 1)
                                    / column.alignment()
                                    * column.alignment();
                    for (Width width : widths) {
                        next.merge(
                                start + width.bytes(),
                                p * (1 - column.nulls()) * width.weight() / weight,
                                Double::sum);
                    }
                });
    }

    private static double mean(Map<Integer, Double> sizes) {
        double weight = sizes.values().stream().mapToDouble(Double::doubleValue).sum();
        return sizes.entrySet().stream().mapToDouble(e -> e.getKey() * e.getValue()).sum() / weight;
    }

    private static double align(double bytes) {
        return Math.ceil(bytes / 8) * 8;
    }
}

package io.quern.advisor.twin;

/**
 * How large an index is when it is new.
 *
 * @param pages all its pages
 * @param level the level of a B-tree's root, 0 if that is a leaf; 0 for other methods
 * @param gin what a GIN index's metapage counts; zeros for others
 */
record IndexShape(long pages, int level, Pages.GinCounts gin) {
    private static final Pages.GinCounts NONE = new Pages.GinCounts(0, 0, 0, 0, 0);

    IndexShape(long pages, int level) {
        this(pages, level, NONE);
    }

    static IndexShape of(IndexProfile profile) {
        return switch (profile.method()) {
            case "btree" -> BtreeShape.of(profile);
            case "gin" -> OtherShapes.gin(profile);
            case "brin" -> OtherShapes.brin(profile);
            case "hash" -> OtherShapes.hash(profile);
            default -> OtherShapes.tree(profile);
        };
    }

    long bytes() {
        return pages * Relation.PAGE;
    }
}

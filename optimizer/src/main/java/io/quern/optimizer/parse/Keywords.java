package io.quern.optimizer.parse;

import java.util.Set;

/**
 * PostgreSQL's reserved words (appendix C of its manual: "reserved" and "reserved (can be function
 * or type)", the union over 14 to 18), and the words Quern passes to Calcite's grammar.
 */
public final class Keywords {
    private Keywords() {}

    private static final Set<String> RESERVED =
            Set.of(
                    """
                    all analyse analyze and any array as asc asymmetric authorization binary both case
                    cast check collate collation column concurrently constraint create cross
                    current_catalog current_date current_role current_schema current_time
                    current_timestamp current_user default deferrable desc distinct do else end except
                    false fetch for foreign freeze from full grant group having ilike in initially inner
                    intersect into is isnull join lateral leading left like limit localtime
                    localtimestamp natural not notnull null offset on only or order outer overlaps
                    placing primary references returning right select session_user similar some
                    symmetric system_user table tablesample then to trailing true union unique user
                    using variadic verbose when where window with
                    """
                            .trim()
                            .split("\\s+"));

    /** Words whose meaning Calcite's grammar must see; every other word is a mere name to it. */
    private static final Set<String> STRUCTURE =
            Set.of(
                    """
                    all and any array as asc between by case cross default delete desc distinct else end escape
                    except exists false fetch filter first following from full group having ilike in
                    inner insert intersect into is join last lateral left like limit natural next not
                    null nulls offset on only or order outer over partition preceding range recursive
                    right row rows select set similar some symmetric then to true unbounded union update
                    using values when where window with within
                    """
                            .trim()
                            .split("\\s+"));

    /** Reserved words that are values. */
    private static final Set<String> VALUES =
            Set.of(
                    "current_catalog",
                    "current_date",
                    "current_role",
                    "current_schema",
                    "current_time",
                    "current_timestamp",
                    "current_user",
                    "localtime",
                    "localtimestamp",
                    "session_user",
                    "system_user",
                    "user");

    /** Whether an unquoted word cannot be a column's or table's name. */
    public static boolean isReserved(String word) {
        return RESERVED.contains(word);
    }

    static boolean isStructure(String word) {
        return STRUCTURE.contains(word);
    }

    static boolean isValue(String word) {
        return VALUES.contains(word);
    }
}

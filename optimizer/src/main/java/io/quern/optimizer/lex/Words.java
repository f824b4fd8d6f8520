package io.quern.optimizer.lex;

import java.util.Arrays;

/** Sets of PostgreSQL keywords, asked by the hash of the folded word: no allocation. */
final class Words {
    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    /** Keywords that mean something else when quoted ({@code "user"} is a column, user is not). */
    static final Words NOT_NAMES =
            new Words(
                    """
                    all analyse analyze and any array as asc asymmetric both case cast check collate
                    column constraint create current_catalog current_date current_role current_time
                    current_timestamp current_user default deferrable desc distinct do else end except
                    false fetch for foreign from grant group having in initially intersect into lateral
                    leading limit localtime localtimestamp not null offset on only or order placing
                    primary references returning select session_user some symmetric system_user table
                    then to trailing true union unique user using variadic when where window with
                    authorization binary collation concurrently cross current_schema freeze full ilike
                    inner is isnull join left like natural notnull outer overlaps right similar
                    tablesample verbose
                    between bigint bit boolean char character coalesce dec decimal exists extract float
                    greatest grouping inout int integer interval json json_array json_arrayagg
                    json_exists json_object json_objectagg json_query json_scalar json_serialize
                    json_table json_value least merge_action national nchar none normalize nullif
                    numeric out overlay position precision real row setof smallint substring time
                    timestamp treat trim values varchar xmlattributes xmlconcat xmlelement xmlexists
                    xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
                    """);

    /** Keywords that may be names too, but read better in capitals. */
    static final Words CAPITALS =
            new Words(
                    """
                    add alter begin by call close cluster comment commit conflict copy cursor deallocate
                    declare delete discard drop escape execute explain filter first following insert
                    last listen locked lock matched materialized merge nothing notify nowait nulls
                    ordinality over partition preceding prepare recursive refresh reindex release reset
                    revoke rollback rows savepoint set show skip start temp temporary ties transaction
                    truncate unbounded uescape update vacuum view within without
                    """);

    /** Keywords after which a sign begins a value. */
    static final Words BEFORE_VALUE =
            new Words(
                    """
                    all and any as between by case distinct else fetch first from having ilike in is
                    like limit next not offset on or returning select set similar then to values when
                    where escape
                    """);

    /** Keywords that call like a function, with no space before the parenthesis. */
    static final Words CALLED =
            new Words(
                    """
                    any some all cast coalesce exists extract greatest grouping json_array json_arrayagg
                    json_object json_objectagg json_query json_value least nullif overlay position row
                    substring trim treat xmlelement left right bit char character dec decimal float
                    numeric time timestamp interval varchar
                    """);

    static final long IN = hash("in");
    static final long ARRAY = hash("array");
    static final long VALUES = hash("values");
    static final long UESCAPE = hash("uescape");

    private final long[] sorted;

    private Words(String words) {
        sorted =
                Arrays.stream(words.trim().split("\\s+")).mapToLong(Words::hash).sorted().toArray();
    }

    boolean contains(long hash) {
        return Arrays.binarySearch(sorted, hash) >= 0;
    }

    /** The start of a word's hash; then {@link #add} each folded byte. */
    static long start() {
        return OFFSET;
    }

    /** One step of 64-bit FNV-1a. */
    static long add(long hash, byte folded) {
        return (hash ^ (folded & 0xff)) * PRIME;
    }

    /** The hash of a folded ASCII word. */
    static long hash(String word) {
        long hash = start();
        for (int i = 0; i < word.length(); i++) {
            hash = add(hash, (byte) word.charAt(i));
        }
        return hash;
    }
}

package io.quern.optimizer.random;

import java.util.ArrayList;
import java.util.List;

/** A type of columns, with values of which many are equal and some are hard. */
enum Kind {
    INT2("int2", Family.NUMBER, "0|1|2|3|-1|5|7", "32767|-32768"),
    INT4("int4", Family.NUMBER, "0|1|2|3|4|5|7|-1|10", "2147483647|-2147483648"),
    INT8("int8", Family.NUMBER, "0|1|2|3|4|5|-2|40", "9223372036854775807|9007199254740993"),
    NUMERIC("numeric", Family.NUMBER, "0|1|1.0|1.00|2|2.5|3|-1.5", "NaN|Infinity|1e40"),
    PRICE("numeric(8,2)", Family.NUMBER, "0|1|2.50|3|10.25|-1", "999999.99"),
    FLOAT8("float8", Family.NUMBER, "0|1|1.5|2|3|-1", "NaN|-0|1e300|-Infinity"),
    TEXT("text", Family.STRING, "|a|A|ab|abc|b|a b|5|05|a#5|ab#2|x| |é", "a%_\\|O'B|𝄞"),
    VARCHAR("varchar(8)", Family.STRING, "|a|A|ab|abc|b|7|a#1|b#2|a ", "abcdefgh"),
    CHAR("char(4)", Family.STRING, "|a|ab|abc|b|A", "abcd"),
    BLIND("text COLLATE blind", Family.BLIND, "a|A|ab|AB|b|B|", "é|É"),
    BYTES("text COLLATE \"C\"", Family.BYTES, "a|A|ab|b|ab#1|", "é|~"),
    BOOL("bool", Family.BOOL, "true|false", "true"),
    DATE(
            "date",
            Family.MOMENT,
            "2024-01-01|2024-01-31|2024-02-01|2024-02-29|2023-12-31|2022-03-05",
            "infinity|-infinity|0044-03-15 BC|5874897-12-31"),
    TIMESTAMP(
            "timestamp",
            Family.MOMENT,
            "2024-01-01|2024-01-01 12:00|2024-01-31 23:59:59.999999|2024-02-01|2024-02-29 01:00"
                    + "|2023-12-31 23:00|2022-03-05 06:07:08",
            "infinity|-infinity|0044-03-15 BC|294276-12-31 23:59:59.999999|294276-12-01|epoch"
                    + "|4714-12-01 BC|0001-01-01|1969-12-31"),
    TIMESTAMPTZ(
            "timestamptz",
            Family.MOMENT,
            "2024-01-01 00:00Z|2024-01-01 12:00Z|2024-01-31 23:30Z|2024-03-31 01:00Z"
                    + "|2024-10-27 00:30Z|2023-12-31 22:59:59.5Z|2022-03-05 06:07:08Z",
            "infinity|-infinity|0044-03-15 BC"),
    TIME("time", Family.TIME, "00:00|12:00|23:59:59|12:00:00.5", "24:00"),
    INTERVAL("interval", Family.SPAN, "1 day|24 hours|1 month|30 days|0|-1 day", "-1 month"),
    UUID(
            "uuid",
            Family.UUID,
            "00000000-0000-0000-0000-000000000001|00000000-0000-0000-0000-000000000002",
            "ffffffff-ffff-ffff-ffff-ffffffffffff"),
    JSON("json", Family.JSON, "{\"k\": \"v\"}|{\"k\": 1}|{}|[1]", "null"),
    JSONB(
            "jsonb",
            Family.JSONB,
            "{\"k\": \"v\"}|{\"k\": 1}|{\"k\": 1.0}|{\"k\": true}|{\"k\": null}|{\"k\": [1]}|{}"
                    + "|{\"a\": {\"k\": \"v\"}}|{\"a\": {\"k\": 2}, \"k\": \"2\"}|[1]",
            "null|\"v\"|{\"k\": {\"a\": 1}}|{\"k\": \"\"}"),
    INTS("int[]", Family.INTS, "{}|{1}|{1,2}|{2,3}|{1,NULL}|{3,3}", "{{1,2},{3,4}}|{NULL}"),
    TEXTS("text[]", Family.TEXTS, "{}|{a}|{a,b}|{ab,NULL}|{A}", "{\"\"}"),
    MOOD("mood", Family.MOOD, "good|bad|so", "good"),
    POSITIVE("positive", Family.NUMBER, "1|2|3|5", "2147483647");

    /** Types whose values are compared with each other without a cast. */
    enum Family {
        NUMBER,
        STRING,
        BLIND,
        BYTES,
        BOOL,
        MOMENT,
        TIME,
        SPAN,
        UUID,
        JSON,
        JSONB,
        INTS,
        TEXTS,
        MOOD
    }

    static final List<Kind> INTEGERS = List.of(INT4, INT2, INT8);
    static final List<Kind> EXACT = List.of(INT4, INT2, INT8, DATE, TIMESTAMP, BOOL, UUID, BYTES);
    static final List<Kind> MOMENTS = List.of(DATE, TIMESTAMP, TIMESTAMPTZ);
    static final List<Kind> STRINGS = List.of(TEXT, VARCHAR, CHAR, BYTES, BLIND);

    private final String sql;
    private final Family family;
    private final String usual;
    private final String edges;

    Kind(String sql, Family family, String usual, String edges) {
        this.sql = sql;
        this.family = family;
        this.usual = usual;
        this.edges = edges;
    }

    private static List<String> split(String values) {
        return List.of(values.split("\\|", -1));
    }

    /** As a column is declared. */
    String sql() {
        return sql;
    }

    /** As a parameter or a cast names it. */
    String type() {
        return sql.replaceAll(" COLLATE.*", "");
    }

    Family family() {
        return family;
    }

    boolean integer() {
        return INTEGERS.contains(this);
    }

    /** Whether there is an order, an equality and grouping. */
    boolean ordered() {
        return this != JSON;
    }

    boolean comparable(Kind other) {
        return family == other.family && this != JSON;
    }

    String value(Dice dice, boolean hard) {
        return dice.pick(split(hard && dice.oneIn(8) ? edges : usual));
    }

    /** The i-th of different values of a key. */
    String key(int i) {
        return switch (this) {
            case TEXT, VARCHAR, CHAR, BYTES, BLIND -> "k" + i;
            case UUID -> "00000000-0000-0000-0000-0000000000%02x".formatted(i);
            case DATE, TIMESTAMP -> "2024-01-%02d".formatted(i % 31 + 1);
            default -> Integer.toString(i);
        };
    }

    /** All texts that are a value of some kind. */
    static List<List<String>> pools() {
        List<List<String>> pools = new ArrayList<>();
        for (Kind kind : values()) {
            List<String> pool = new ArrayList<>(split(kind.usual));
            pool.addAll(split(kind.edges));
            pools.add(pool);
        }
        pools.add(List.of("today", "now", "yesterday", "1/2/2024", "day", "month", "week"));
        return pools;
    }

    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}

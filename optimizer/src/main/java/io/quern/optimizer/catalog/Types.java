package io.quern.optimizer.catalog;

import java.util.Set;

/** The OIDs of types that rules speak of, fixed in every PostgreSQL ({@code pg_type.dat}). */
public final class Types {
    public static final int BOOL = 16;
    public static final int NAME = 19;
    public static final int INT8 = 20;
    public static final int INT2 = 21;
    public static final int INT4 = 23;
    public static final int TEXT = 25;
    public static final int FLOAT4 = 700;
    public static final int FLOAT8 = 701;
    public static final int BPCHAR = 1042;
    public static final int VARCHAR = 1043;
    public static final int DATE = 1082;
    public static final int TIMESTAMP = 1114;
    public static final int TIMESTAMPTZ = 1184;
    public static final int INTERVAL = 1186;
    public static final int NUMERIC = 1700;
    public static final int UUID = 2950;
    public static final int JSONB = 3802;

    public static final Set<Integer> INTEGERS = Set.of(INT2, INT4, INT8);

    /** Types of which two values that are equal are the very same. */
    public static final Set<Integer> IDENTICAL =
            Set.of(BOOL, INT2, INT4, INT8, DATE, TIMESTAMP, TIMESTAMPTZ, UUID);

    private Types() {}
}

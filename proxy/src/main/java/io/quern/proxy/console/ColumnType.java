package io.quern.proxy.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;

/** A PostgreSQL type a column may have, and the two ways its values are written. */
enum ColumnType {
    /** Boolean. */
    BOOL(16, 1, Boolean.class),
    /** Long. */
    INT8(20, 8, Long.class),
    /** Integer. */
    INT4(23, 4, Integer.class),
    /** String. */
    TEXT(25, -1, String.class),
    /** Double. */
    FLOAT8(701, 8, Double.class),
    /** Instant, shown in UTC. */
    TIMESTAMPTZ(1184, 8, Instant.class);

    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");
    private static final DateTimeFormatter STAMP =
            new DateTimeFormatterBuilder()
                    .appendPattern("yyyy-MM-dd HH:mm:ss")
                    .appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true)
                    .appendLiteral("+00")
                    .toFormatter()
                    .withZone(ZoneOffset.UTC);

    private final int oid;
    private final int size;
    private final Class<?> values;

    ColumnType(int oid, int size, Class<?> values) {
        this.oid = oid;
        this.size = size;
        this.values = values;
    }

    int oid() {
        return oid;
    }

    /** Bytes of a value, -1 if they vary. */
    int size() {
        return size;
    }

    /** Whether a value may stand in such a column. */
    boolean holds(Object value) {
        return values.isInstance(value);
    }

    /** The value as PostgreSQL writes it in text format. */
    byte[] text(Object value) {
        String text =
                switch (value) {
                    case Boolean b -> b ? "t" : "f";
                    case Instant at -> STAMP.format(at);
                    case Double d when d.isInfinite() -> d > 0 ? "Infinity" : "-Infinity";
                    default -> withoutZeros(value.toString());
                };
        return text.getBytes(UTF_8);
    }

    /** The value as PostgreSQL writes it in binary format. */
    byte[] binary(Object value) {
        return switch (value) {
            case Boolean b -> new byte[] {(byte) (b ? 1 : 0)};
            case Long n -> ByteBuffer.allocate(8).putLong(n).array();
            case Integer n -> ByteBuffer.allocate(4).putInt(n).array();
            case Double d -> ByteBuffer.allocate(8).putDouble(d).array();
            case Instant at ->
                    ByteBuffer.allocate(8).putLong(ChronoUnit.MICROS.between(EPOCH, at)).array();
            default -> text(value);
        };
    }

    /** PostgreSQL has no string with a zero byte. */
    private static String withoutZeros(String text) {
        return text.indexOf('\0') < 0 ? text : text.replace('\0', ' ');
    }
}

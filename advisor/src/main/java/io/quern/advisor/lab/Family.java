package io.quern.advisor.lab;

/**
 * Types whose values may meet in one comparison. A tiny database uses few values of each family in
 * all columns alike, so that joins find partners, duplicates occur and parameters hit.
 */
enum Family {
    NUMBER,
    TEXT,
    /** Dates and timestamps. */
    TIME,
    /** Times of day. */
    CLOCK,
    INTERVAL,
    BOOLEAN,
    UUID,
    JSON,
    OTHER;

    /** The family of a type as {@code format_type} prints it; an array's is its elements'. */
    static Family of(String type) {
        String base = type.replace("[]", "").replaceFirst("\\(.*\\)", "");
        return switch (base) {
            case "smallint", "integer", "bigint", "numeric", "real", "double precision" -> NUMBER;
            case "text", "character varying", "character", "bpchar", "name", "\"char\"" -> TEXT;
            case "date", "timestamp without time zone", "timestamp with time zone" -> TIME;
            case "time without time zone", "time with time zone" -> CLOCK;
            case "boolean" -> BOOLEAN;
            case "uuid" -> UUID;
            case "json", "jsonb" -> JSON;
            default -> base.startsWith("interval") ? INTERVAL : OTHER;
        };
    }
}

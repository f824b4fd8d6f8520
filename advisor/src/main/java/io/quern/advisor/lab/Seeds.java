package io.quern.advisor.lab;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Candidate values of each {@link Family}, nearest to the statements' own literals first: the
 * literals, their neighbours, what arithmetic on them yields, then what is always worth a try.
 * Random data almost never meets a predicate's edge; these do. Not every candidate is a value of
 * every type of its family: PostgreSQL sorts them out (see {@link Pools}).
 *
 * @param literals the values of the statements' literals
 */
record Seeds(List<String> literals) {
    /** More would thin out the ones that matter. */
    private static final int MOST = 120;

    private static final int MOST_WITHIN = 12;

    private static final Pattern WITHIN = Pattern.compile("-?[0-9]{1,18}(\\.[0-9]{1,18})?");

    private static final String NUMBER = "\\s*[+-]?([0-9]{1,30}\\.?|[0-9]{0,30}\\.[0-9]{1,30})\\s*";

    Seeds {
        literals = List.copyOf(literals);
    }

    /** The candidates of any family but {@link Family#TIME}, which has {@link TimeSeeds}. */
    List<String> of(Family family) {
        return switch (family) {
            case NUMBER -> numbers();
            case TEXT -> texts();
            case CLOCK -> with("00:00:00", "12:00:00", "23:59:59.999999", "12:00:00.000001");
            case INTERVAL ->
                    with("1 day", "0", "1 mon", "30 days", "24:00", "-1 day", "23:59:59.999999");
            case BOOLEAN -> List.of("true", "false");
            case UUID ->
                    with(
                            "00000000-0000-0000-0000-000000000001",
                            "00000000-0000-0000-0000-000000000002",
                            "00000000-0000-0000-0000-000000000000");
            case JSON -> documents();
            case TIME, OTHER ->
                    with(
                            "",
                            "0",
                            "1",
                            "{}",
                            "[]",
                            "a",
                            "b",
                            "empty",
                            "[1,5)",
                            "[2024-01-01,2024-02-01)",
                            "127.0.0.1",
                            "10.0.0.0/8",
                            "\\x00",
                            "\\xff",
                            "(0,0)",
                            "(1,2)",
                            "(0,0),(1,1)",
                            "(0,0),(1,2)",
                            "{1,-1,0}",
                            "<(0,0),1>",
                            "<(0,0),2>",
                            "08:00:2b:01:02:03",
                            "08:00:2b:01:02:03:04:05",
                            "0/0",
                            "1/0",
                            "10:20:",
                            "(0,1)",
                            "<a/>",
                            "101",
                            "1 1");
        };
    }

    /** Values seldom seen, where arithmetic overflows and comparisons surprise. */
    static List<String> edges(Family family) {
        return switch (family) {
            case NUMBER ->
                    List.of(
                            "NaN",
                            "Infinity",
                            "-Infinity",
                            "-32768",
                            "32767",
                            "-2147483648",
                            "2147483647",
                            "-9223372036854775808",
                            "9223372036854775807",
                            "9007199254740993",
                            "0.1",
                            "1.00",
                            "-0.0",
                            "0.0000001",
                            "-7");
            case TEXT -> List.of("%", "_", "\\", "é", "É", "ß", "\t", "null", "0", "-1");
            case TIME ->
                    List.of(
                            "infinity",
                            "-infinity",
                            "294276-12-31 23:59:59.999999",
                            "4713-01-01 00:00:00 BC",
                            "5874897-12-31",
                            "1970-01-01 00:00:00");
            case INTERVAL -> List.of("infinity", "-infinity", "178000000 years");
            case CLOCK -> List.of("24:00:00", "00:00:00+14", "23:59:59.999999-12");
            case UUID -> List.of("ffffffff-ffff-ffff-ffff-ffffffffffff");
            case BOOLEAN, JSON, OTHER -> List.of();
        };
    }

    /**
     * Values that some type or operator takes for the same and another tells apart: a cast, a
     * collation or a group shows which is meant only where both are.
     */
    List<List<String>> alike(Family family) {
        return switch (family) {
            case NUMBER ->
                    List.of(
                            List.of("0", "-0.0"),
                            List.of("1", "1.00"),
                            List.of("9007199254740992", "9007199254740993"),
                            List.of("16777216", "16777217"),
                            List.of("0.3", "0.30000000000000004"),
                            List.of("NaN", "Infinity"));
            case TEXT -> textsAlike();
            case INTERVAL ->
                    List.of(
                            List.of("1 mon", "30 days", "720:00:00"),
                            List.of("1 year", "360 days"),
                            List.of("1 day", "24:00"));
            case JSON ->
                    List.of(
                            List.of("1", "1.00", "\"1\""),
                            List.of("{\"a\": 1, \"b\": 2}", "{\"b\":2,\"a\":1}"));
            case CLOCK -> List.of(List.of("12:00:00+00", "13:00:00+01"));
            case TIME, BOOLEAN, UUID, OTHER -> List.of();
        };
    }

    private List<List<String>> textsAlike() {
        List<List<String>> alike = new ArrayList<>();
        alike.add(List.of("a", "A"));
        alike.add(List.of("a", "a "));
        alike.add(List.of("", " "));
        alike.add(List.of("1", "1.0", "01"));
        alike.add(List.of("\u00e9", "e\u0301"));
        for (String literal : literals.stream().limit(4).toList()) {
            alike.add(
                    List.of(
                            literal,
                            literal.toUpperCase(Locale.ROOT),
                            literal.toLowerCase(Locale.ROOT),
                            literal + " "));
        }
        return alike;
    }

    private List<String> numbers() {
        List<BigDecimal> given =
                literals.stream()
                        .filter(l -> l.matches(NUMBER))
                        .map(l -> new BigDecimal(l.strip()))
                        .toList();
        Set<BigDecimal> found = new LinkedHashSet<>(given);
        for (BigDecimal n : given) {
            found.add(n.add(BigDecimal.ONE));
            found.add(n.subtract(BigDecimal.ONE));
            if (n.stripTrailingZeros().scale() > 0) {
                found.add(n.setScale(0, RoundingMode.FLOOR));
                found.add(n.setScale(0, RoundingMode.CEILING));
            }
        }
        List.of("1", "0", "2", "3", "-1").forEach(n -> found.add(new BigDecimal(n)));
        found.addAll(within());
        List<BigDecimal> few = given.subList(0, Math.min(4, given.size()));
        for (BigDecimal a : few) {
            found.add(a.negate());
            for (String fraction : List.of("0.5", "0.4")) {
                found.add(a.add(new BigDecimal(fraction)));
                found.add(a.subtract(new BigDecimal(fraction)));
            }
            for (BigDecimal b : few) {
                BigDecimal product = a.multiply(b);
                found.add(a.add(b));
                found.add(a.subtract(b));
                found.add(product);
                found.add(product.add(BigDecimal.ONE));
                found.add(product.subtract(BigDecimal.ONE));
                if (b.signum() != 0) {
                    found.add(a.divide(b, MathContext.DECIMAL32));
                }
            }
        }
        return found.stream().map(BigDecimal::toPlainString).limit(MOST).toList();
    }

    /** The numbers that texts hold, which something may take apart or put together. */
    private List<BigDecimal> within() {
        return literals.stream()
                .filter(l -> !l.matches(NUMBER))
                .flatMap(l -> WITHIN.matcher(l).results())
                .map(number -> new BigDecimal(number.group()))
                .limit(MOST_WITHIN)
                .toList();
    }

    private List<String> texts() {
        Set<String> found = new LinkedHashSet<>(literals);
        for (String literal : literals) {
            found.add(literal.toUpperCase(Locale.ROOT));
            found.add(literal.toLowerCase(Locale.ROOT));
            found.add(literal + " ");
            found.add(literal + "x");
            matches(literal, found);
        }
        found.addAll(List.of("", "a", "b", " ", "A"));
        for (String literal : literals) {
            found.addAll(List.of(literal.split("[^A-Za-z0-9]+")));
            for (int i = 1; i < Math.min(literal.length(), 8); i++) {
                found.add(literal.substring(0, i));
            }
            found.add(" " + literal);
            if (literal.matches("[^A-Za-z0-9]{1,2}")) {
                found.addAll(List.of("a" + literal + "1", "b" + literal + "2", "a" + literal));
            }
            if (literal.matches("[0-9]{1,9}")) {
                found.addAll(List.of("0" + literal, literal + ".0", "+" + literal));
            }
        }
        return first(found);
    }

    /** What a pattern matches, and nearly matches. */
    private static void matches(String pattern, Set<String> found) {
        if (pattern.contains("%") || pattern.contains("_") || pattern.contains("\\")) {
            String plain = pattern.replace("\\", "");
            found.add(plain);
            found.add(plain.replace("%", "").replace("_", "x"));
            found.add(plain.replace("%", "xy").replace("_", "x"));
            found.add(plain.replace("%", "xy"));
            found.add(plain.replace("%", "").replace("_", ""));
        }
    }

    /** Documents made of the literals as names and values. */
    private List<String> documents() {
        Set<String> found = new LinkedHashSet<>();
        List<String> few = literals.stream().limit(4).toList();
        for (String name : few) {
            for (String value : few) {
                found.add("{" + json(name) + ": " + json(value) + "}");
                found.add("{" + json(name) + ": " + value + "}");
            }
            found.add("{" + json(name) + ": null}");
            found.add("[" + json(name) + "]");
        }
        found.addAll(literals);
        found.addAll(List.of("{}", "null", "[]", "{\"a\": 1}", "1", "\"a\""));
        return first(found);
    }

    private static String json(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private List<String> with(String... more) {
        Set<String> found = new LinkedHashSet<>(literals);
        found.addAll(List.of(more));
        return first(found);
    }

    static List<String> first(Collection<String> found) {
        return found.stream().limit(MOST).toList();
    }

    /** The number only: literals are the user's. */
    @Override
    public String toString() {
        return "Seeds[" + literals.size() + " literals]";
    }
}

package io.quern.bench.rewrites;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A slow statement over tables of its own, with a faster form that a person wrote.
 *
 * @param number {@code 01} to {@code 38}, or {@code f1} to {@code f6}
 * @param folklore whether the other form is said to be faster and is not
 */
record Case(
        String number, String name, boolean folklore, String schema, String before, String byHand) {
    private static final int RULES = 38;
    private static final int FOLKLORE = 6;

    /** All, in order. */
    static List<Case> all() throws IOException {
        List<Case> cases = new ArrayList<>();
        for (String number : IntStream.rangeClosed(1, RULES).mapToObj("%02d"::formatted).toList()) {
            cases.add(read(number));
        }
        for (int i = 1; i <= FOLKLORE; i++) {
            cases.add(read("f" + i));
        }
        return cases;
    }

    private static Case read(String number) throws IOException {
        try (InputStream in =
                requireNonNull(Case.class.getResourceAsStream(number + ".sql"), number)) {
            String text = new String(in.readAllBytes(), UTF_8);
            return new Case(
                    number,
                    text.substring(3, text.indexOf('\n')),
                    text.lines().skip(1).findFirst().orElse("").equals("-- folklore"),
                    between(text, "-- schema\n", "-- before\n"),
                    between(text, "-- before\n", "-- by hand\n"),
                    between(text, "-- by hand\n", ""));
        }
    }

    private static String between(String text, String from, String to) {
        int start = text.indexOf(from) + from.length();
        return text.substring(start, to.isEmpty() ? text.length() : text.indexOf(to)).strip();
    }
}

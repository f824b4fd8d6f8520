package io.quern.advisor.twin;

import io.quern.advisor.twin.Snapshot.Ordering;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Creates a database that sorts text as another does. What matters most is whether a plain B-tree
 * serves {@code LIKE 'abc%'}, which it does under C and not under a language's order. A language's
 * own locale may be missing on this machine: then ICU's of that language stands in, else C.UTF-8,
 * which PostgreSQL takes for a language's too.
 */
final class TextOrder {
    private static final Set<String> BYTES = Set.of("C", "POSIX");

    private final Script script;
    private final List<String> notes;

    TextOrder(Script script, List<String> notes) {
        this.script = script;
        this.notes = notes;
    }

    void create(String database, Ordering wanted) throws SQLException {
        List<String> choices = choices(wanted);
        for (String choice : choices) {
            try {
                script.run(
                        "CREATE DATABASE "
                                + database
                                + " TEMPLATE template0 ENCODING 'UTF8' "
                                + choice);
                if (!choice.equals(choices.getFirst())) {
                    notes.add("text is sorted by " + choice.toLowerCase(Locale.ROOT));
                }
                return;
            } catch (SQLException e) {
                if (choice.equals(choices.getLast())) {
                    throw e;
                }
            }
        }
    }

    /** The best first. */
    private static List<String> choices(Ordering wanted) {
        List<String> choices = new ArrayList<>();
        String locale = wanted.locale().orElse("");
        switch (wanted.provider()) {
            case 'b' -> {
                choices.add(
                        "LOCALE_PROVIDER builtin BUILTIN_LOCALE "
                                + TwoRows.literal(locale)
                                + " LOCALE 'C'");
                choices.add("LOCALE_PROVIDER libc LOCALE 'C'");
            }
            case 'i' -> choices.add(icu(locale));
            default -> {
                if (BYTES.contains(wanted.collate())) {
                    return List.of("LOCALE_PROVIDER libc LOCALE 'C'");
                }
                choices.add("LOCALE_PROVIDER libc LOCALE " + TwoRows.literal(wanted.collate()));
                String language = wanted.collate().replaceAll("[.@].*", "").replace('_', '-');
                if (!BYTES.contains(language)) {
                    choices.add(icu(language));
                }
            }
        }
        choices.add("LOCALE_PROVIDER libc LOCALE 'C.UTF-8'");
        choices.add("LOCALE_PROVIDER libc LOCALE 'en_US.UTF-8'");
        return choices;
    }

    private static String icu(String locale) {
        return "LOCALE_PROVIDER icu ICU_LOCALE " + TwoRows.literal(locale) + " LOCALE 'C'";
    }
}

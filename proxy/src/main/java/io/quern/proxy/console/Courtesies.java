package io.quern.proxy.console;

import static io.quern.proxy.console.Outcome.row;

import io.quern.proxy.console.Token.Kind;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Polite answers to what drivers and tools send of their own accord: transactions that are none,
 * settings that set nothing, and {@code SELECT}s of a server's version and the like. Belongs to one
 * session.
 */
final class Courtesies {
    /** Old enough that no client complains of a server newer than itself. */
    static final String SERVER_VERSION = "14.0";

    private static final int MAX_VALUE = 200;

    private final Map<String, String> settings = new TreeMap<>();
    private final Probes probes;
    private boolean inTransaction;

    Courtesies(String user, int processId, String version) {
        for (String[] setting :
                new String[][] {
                    {"application_name", ""},
                    {"client_encoding", "UTF8"},
                    {"client_min_messages", "notice"},
                    {"datestyle", "ISO, MDY"},
                    {"default_transaction_isolation", "read committed"},
                    {"default_transaction_read_only", "off"},
                    {"extra_float_digits", "3"},
                    {"in_hot_standby", "off"},
                    {"integer_datetimes", "on"},
                    {"intervalstyle", "postgres"},
                    {"is_superuser", "off"},
                    {"lock_timeout", "0"},
                    {"max_identifier_length", "63"},
                    {"search_path", "pg_catalog"},
                    {"server_encoding", "UTF8"},
                    {"server_version", SERVER_VERSION + " (Quern " + version + ")"},
                    {"server_version_num", "140000"},
                    {"session_authorization", user},
                    {"standard_conforming_strings", "on"},
                    {"statement_timeout", "0"},
                    {"timezone", "UTC"},
                    {"transaction_isolation", "read committed"},
                    {"transaction_read_only", "off"}
                }) {
            settings.put(setting[0], setting[1]);
        }
        probes = new Probes(user, processId, this::setting);
    }

    /** What ReadyForQuery says. */
    byte status() {
        return (byte) (inTransaction ? 'T' : 'I');
    }

    /** The value of a setting; null if the console has none of that name. */
    @Nullable String setting(String name) {
        return settings.get(name.toLowerCase(Locale.ROOT));
    }

    /** The plan of a text; empty if it is none of these. */
    Optional<Plan> plan(List<Token> tokens) {
        Token first = tokens.getFirst();
        if (first.kind() != Kind.WORD) {
            return Optional.empty();
        }
        List<Token> rest = tokens.subList(1, tokens.size());
        return switch (first.text()) {
            case "begin", "start" -> Optional.of(transaction("BEGIN", true));
            case "commit", "end" -> Optional.of(transaction("COMMIT", false));
            case "abort" -> Optional.of(transaction("ROLLBACK", false));
            case "rollback" -> Optional.of(rollback(rest));
            case "savepoint", "release", "reset", "discard", "deallocate", "unlisten" ->
                    Optional.of(nothing(first.text().toUpperCase(Locale.ROOT)));
            case "set" -> Optional.of(set(rest));
            case "show" -> show(rest);
            case "select" -> Optional.of(probes.plan(rest));
            default -> Optional.empty();
        };
    }

    private static Plan nothing(String tag) {
        return Plan.atOnce(List.of(), tag, values -> Outcome.NOTHING);
    }

    private Plan transaction(String tag, boolean begins) {
        return Plan.atOnce(
                List.of(),
                tag,
                values -> {
                    inTransaction = begins;
                    return Outcome.NOTHING;
                });
    }

    private Plan rollback(List<Token> rest) {
        return rest.stream().anyMatch(token -> token.is("to"))
                ? nothing("ROLLBACK")
                : transaction("ROLLBACK", false);
    }

    /** SET of anything succeeds; what the console can show, it then shows. */
    private Plan set(List<Token> rest) {
        int at =
                !rest.isEmpty() && (rest.getFirst().is("session") || rest.getFirst().is("local"))
                        ? 1
                        : 0;
        if (rest.size() < at + 2) {
            throw Refusal.syntax("SET needs a name and a value");
        }
        String name = rest.get(at).text().toLowerCase(Locale.ROOT);
        Token sign = rest.get(at + 1);
        if (!(sign.symbol('=') || sign.is("to")) || rest.size() != at + 3) {
            return nothing("SET");
        }
        String value = rest.get(at + 2).text();
        return Plan.atOnce(
                List.of(),
                "SET",
                values -> {
                    if (settable(name) && value.length() <= MAX_VALUE) {
                        settings.put(name, value);
                    }
                    return Outcome.NOTHING;
                });
    }

    /** Those whose values Quern's own answers do not depend on. */
    private static boolean settable(String name) {
        return switch (name) {
            case "application_name",
                    "client_min_messages",
                    "extra_float_digits",
                    "lock_timeout",
                    "search_path",
                    "statement_timeout" ->
                    true;
            default -> false;
        };
    }

    private Optional<Plan> show(List<Token> rest) {
        if (rest.size() == 3 && rest.getFirst().is("transaction") && rest.get(2).is("level")) {
            return Optional.of(setting("transaction_isolation", "transaction_isolation"));
        }
        if (rest.size() != 1 || setting(rest.getFirst().text()) == null) {
            return Optional.empty();
        }
        String name = rest.getFirst().text();
        return Optional.of(setting(name, name));
    }

    private Plan setting(String column, String name) {
        return Plan.atOnce(
                List.of(Column.text(column)),
                "SHOW",
                values -> Outcome.rows(List.of(row(setting(name)))));
    }
}

package io.quern.proxy.session;

import com.github.benmanes.caffeine.cache.Interner;

import io.quern.proxy.tuning.SessionKey;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a session runs under: believed from what the server reports by itself, and confirmed by
 * asking it, since it reports neither the role nor temporary tables nor, before version 18, the
 * search path. Whatever may change them silently raises a doubt, which only asking again removes.
 */
final class SessionSettings {
    /** Sessions alike share one key, which makes comparing them a look. */
    private static final Interner<SessionKey> KEYS = Interner.newWeakInterner();

    private final String database;
    private final String user;
    private String role;
    private String searchPath = "";
    private String timeZone = "";
    private boolean standardStrings = true;
    private boolean encodingReadable = true;
    private boolean utf8 = true;
    private boolean plain = true;
    private boolean confirmed;
    private boolean askable = true;
    private boolean pathReported;
    private boolean transactionDoubt;
    private long doubts;
    private long readings;
    private final Map<String, String> readingLiterals = new HashMap<>();
    private SessionKey key;

    /** What the last backend reported. */
    private Map<String, String> seen = Map.of();

    /** What the last backend said. */
    private @Nullable Answer adopted;

    SessionSettings(String database, String user) {
        this.database = database;
        this.user = user;
        this.role = user;
        this.key = made();
    }

    /** The key to recognise statements under; the same object until something changes. */
    SessionKey key() {
        return key;
    }

    /** Whether the key is known to be true, so that statements may be treated under it. */
    boolean confirmed() {
        return confirmed && !transactionDoubt;
    }

    /** Whether asking could help. */
    boolean worthAsking() {
        return !confirmed && askable && encodingReadable;
    }

    /** Whether the server does not report its search path by itself. */
    boolean silent() {
        return searchPath.isEmpty();
    }

    /** Something may have changed. A search path that the server does not report is forgotten. */
    void doubt() {
        confirmed = false;
        askable = true;
        doubts++;
        if (!pathReported && !searchPath.isEmpty()) {
            searchPath = "";
            renew();
        }
    }

    /** The rest of this transaction may run under another isolation level. */
    void doubtTransaction() {
        transactionDoubt = true;
    }

    void transactionOver() {
        transactionDoubt = false;
    }

    /** Changes with every doubt: an answer to a question asked before one is worth nothing. */
    long doubts() {
        return doubts;
    }

    /** A ParameterStatus came. */
    void reported(String name, String value) {
        switch (name.toLowerCase(Locale.ROOT)) {
            case "session_authorization" -> {
                role = value;
                doubt();
            }
            case "search_path" -> {
                pathReported = true;
                searchPath = value;
            }
            case "timezone" -> {
                timeZone = value;
                reads(name, value);
            }
            case "datestyle", "intervalstyle" -> {
                reads(name, value);
                return;
            }
            case "standard_conforming_strings" -> standardStrings = value.equals("on");
            case "client_encoding" -> {
                encodingReadable = readable(value);
                utf8 = value.equalsIgnoreCase("UTF8");
            }
            default -> {
                return;
            }
        }
        renew();
    }

    private void reads(String name, String value) {
        if (!value.equals(readingLiterals.put(name, value))) {
            readings++;
        }
    }

    /**
     * Changes whenever a literal may be read as another value than before. A statement prepared
     * earlier keeps the values it was prepared with.
     */
    long readings() {
        return readings;
    }

    /** The server answered a question. */
    void answered(Answer answer) {
        role = answer.role();
        searchPath = answer.searchPath();
        timeZone = answer.timeZone();
        plain = answer.treatable();
        confirmed = true;
        renew();
    }

    /** The client has moved to a backend, which has these settings of its. */
    @SuppressWarnings("ReferenceEquality") // profiles are interned
    void moved(BackendState backend, Profile profile) {
        if (backend.parameters() != seen) {
            seen = backend.parameters();
            seen.forEach(this::reported);
        }
        Answer answer = backend.answer;
        if (answer == null || answer.profile() != profile) {
            confirmed = false;
            askable = true;
        } else if (answer != adopted || !confirmed) {
            answered(answer);
        }
        adopted = answer;
    }

    /** Whether the session speaks UTF-8. */
    boolean utf8() {
        return utf8;
    }

    /** Who logged in. */
    String user() {
        return user;
    }

    /** The server would not answer. */
    void unanswered() {
        confirmed = false;
        askable = false;
    }

    /**
     * Whether every byte below 0x80 is the ASCII character it seems, so that text can be lexed: not
     * so in the encodings that PostgreSQL allows only for clients.
     */
    private static boolean readable(String encoding) {
        String name = encoding.toUpperCase(Locale.ROOT);
        return name.equals("UTF8")
                || name.equals("SQL_ASCII")
                || name.startsWith("LATIN")
                || name.startsWith("WIN1")
                || name.startsWith("WIN8")
                || name.startsWith("KOI8")
                || name.startsWith("ISO_8859_")
                || name.startsWith("EUC_");
    }

    private void renew() {
        SessionKey made = made();
        if (!made.equals(key)) {
            key = made;
        }
    }

    private SessionKey made() {
        return KEYS.intern(
                new SessionKey(
                        database,
                        role,
                        searchPath,
                        timeZone,
                        standardStrings,
                        plain && encodingReadable));
    }
}

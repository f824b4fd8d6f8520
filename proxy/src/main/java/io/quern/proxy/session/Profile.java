package io.quern.proxy.session;

import com.github.benmanes.caffeine.cache.Interner;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The settings that a client's session has and a new session has not, {@code role} among them. Like
 * profiles are one object, so that comparing them costs nothing. Immutable.
 */
public final class Profile {
    private static final Interner<Profile> ALL = Interner.newWeakInterner();

    /** Nothing was set. */
    public static final Profile NONE = of(Map.of());

    /** Settings that cannot change what a prepared statement means, by lower-case name. */
    private static final Set<String> HARMLESS =
            Set.of(
                    "application_name",
                    "client_min_messages",
                    "deadlock_timeout",
                    "extra_float_digits",
                    "idle_in_transaction_session_timeout",
                    "idle_session_timeout",
                    "lock_timeout",
                    "log_min_duration_statement",
                    "log_statement",
                    "statement_timeout",
                    "synchronous_commit",
                    "transaction_timeout");

    private final Map<String, String> settings;
    private final int hash;
    private @Nullable Profile reading;

    private Profile(Map<String, String> settings) {
        this.settings = settings;
        this.hash = settings.hashCode();
    }

    /** The profile of these settings; names are case-insensitive. */
    public static Profile of(Map<String, String> settings) {
        TreeMap<String, String> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        sorted.putAll(settings);
        return ALL.intern(new Profile(sorted));
    }

    /** Names and values, in alphabetical order. */
    public Map<String, String> settings() {
        return Collections.unmodifiableMap(settings);
    }

    /** Whether a setting cannot change what a prepared statement means. */
    static boolean harmless(String name) {
        return HARMLESS.contains(name.toLowerCase(Locale.ROOT));
    }

    /** What of it may change how a statement's text is read. */
    Profile reading() {
        Profile part = reading;
        if (part == null) {
            TreeMap<String, String> kept = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            settings.forEach(
                    (name, value) -> {
                        if (!harmless(name)) {
                            kept.put(name, value);
                        }
                    });
            part = kept.size() == settings.size() ? this : ALL.intern(new Profile(kept));
            reading = part;
        }
        return part;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Profile that && hash == that.hash && settings.equals(that.settings);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** Names only: values may be the user's data. */
    @Override
    public String toString() {
        return settings.keySet().toString();
    }
}

package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Gives a backend the settings of the client that is to use it. All in one transaction: either the
 * session is as the client made it, or the client is not let near it.
 */
final class Applying implements Errand {
    private static final byte[] NO_ROLE =
            "SELECT pg_catalog.set_config('role', 'none', false)".getBytes(US_ASCII);
    private static final byte[] NOBODY_ELSE = "RESET SESSION AUTHORIZATION".getBytes(US_ASCII);
    private static final byte[] NO_HURRY =
            "SELECT pg_catalog.set_config('statement_timeout', '0', false)".getBytes(US_ASCII);

    /** The one that decides how the values of the others are read. */
    private static final String ENCODING = "client_encoding";

    /**
     * Under another role some settings could not be made any more, and a time-out must not end what
     * is done here.
     */
    private static final List<String> LAST =
            List.of("session_authorization", "role", "transaction_timeout", "statement_timeout");

    private static final byte[] RESET = "RESET ALL".getBytes(US_ASCII);
    private static final byte[] SET =
            "SELECT pg_catalog.set_config($1, $2, false)".getBytes(US_ASCII);
    private static final int[] TEXTS = {25, 25};

    private final State state;
    private final Profile profile;

    Applying(State state, Profile profile) {
        this.state = state;
        this.profile = profile;
    }

    @Override
    public void write(OwnGroup group) {
        Profile before = state.backend.profile;
        if (before.settings().containsKey("statement_timeout")) {
            group.run(NO_HURRY);
        }
        // RESET ALL leaves these two alone
        if (before.settings().containsKey("role")) {
            group.run(NO_ROLE);
        }
        if (before.settings().containsKey("session_authorization")) {
            group.run(NOBODY_ELSE);
        }
        if (!before.settings().isEmpty() || state.backend.unlisted) {
            group.run(RESET);
        }
        if (profile.settings().isEmpty()) {
            return;
        }
        byte[] name = group.newName();
        group.parse(name, SET, TEXTS);
        Map<String, String> rest = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        rest.putAll(profile.settings());
        set(group, name, ENCODING, rest.remove(ENCODING));
        List<@Nullable String> last = new ArrayList<>();
        for (String setting : LAST) {
            last.add(rest.remove(setting));
        }
        rest.forEach((setting, value) -> set(group, name, setting, value));
        for (int i = 0; i < last.size(); i++) {
            set(group, name, LAST.get(i), last.get(i));
        }
        group.close(name);
    }

    private static void set(OwnGroup group, byte[] name, String setting, @Nullable String value) {
        if (value != null) {
            group.execute(name, setting.getBytes(UTF_8), value.getBytes(UTF_8));
        }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // profiles are interned
    public void over(@Nullable Failure failure, int completed) {
        if (failure != null) {
            state.effects.end(failure.sqlState(), failure.message());
            return;
        }
        state.backend.profile = profile;
        state.backend.unlisted = false;
        Answer answer = state.backend.answer;
        if (answer != null && answer.profile() != profile) {
            state.backend.answer = null;
        }
        // otherwise the session is again what it was when it was asked
        state.arrived();
    }
}

package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * Gives a backend the settings of the client that is to use it. All in one transaction: either the
 * session is as the client made it, or the client is not let near it.
 */
final class Applying implements Errand {
    private static final byte[] NO_ROLE =
            "SELECT pg_catalog.set_config('role', 'none', false)".getBytes(US_ASCII);
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
        if (before.settings().containsKey("role")) {
            group.run(NO_ROLE);
        }
        if (!before.settings().isEmpty()) {
            group.run(RESET);
        }
        if (profile.settings().isEmpty()) {
            return;
        }
        byte[] name = group.newName();
        group.parse(name, SET, TEXTS);
        // under another role some settings could not be made any more
        String role = profile.settings().get("role");
        profile.settings()
                .forEach(
                        (setting, value) -> {
                            if (!setting.equalsIgnoreCase("role")) {
                                group.execute(name, setting.getBytes(UTF_8), value.getBytes(UTF_8));
                            }
                        });
        if (role != null) {
            group.execute(name, "role".getBytes(UTF_8), role.getBytes(UTF_8));
        }
        group.close(name);
    }

    @Override
    public void over(@Nullable Failure failure, int completed) {
        if (failure != null) {
            state.effects.end(failure.sqlState(), failure.message());
            return;
        }
        state.backend.profile = profile;
        state.backend.answer = null;
        state.arrived();
    }
}

package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * Gives a backend that its client keeps the settings back that the client connected with: RESET
 * takes those that Quern logged in with. What the client has set itself since stays.
 */
final class Restoring implements Errand {
    private static final byte[] SET =
            ("SELECT pg_catalog.set_config($1, $2, false) FROM pg_catalog.pg_settings WHERE"
                            + " pg_catalog.lower(name) OPERATOR(pg_catalog.=) pg_catalog.lower($1)"
                            + " AND source OPERATOR(pg_catalog.<>) 'session'")
                    .getBytes(US_ASCII);
    private static final int[] TEXTS = {25, 25};

    private final State state;
    private final Profile base;

    Restoring(State state, Profile base) {
        this.state = state;
        this.base = base;
    }

    @Override
    public void write(OwnGroup group) {
        byte[] name = group.newName();
        group.parse(name, SET, TEXTS);
        base.settings()
                .forEach(
                        (setting, value) ->
                                group.execute(
                                        name, setting.getBytes(UTF_8), value.getBytes(UTF_8)));
        group.close(name);
    }

    @Override
    public void over(@Nullable Failure failure, int completed) {
        if (failure != null) {
            state.mishaps.count(Mishaps.Kind.ASK, "SQLSTATE " + failure.sqlState());
        }
        state.doubt();
        state.tellParameters();
    }
}

package io.quern.proxy.session;

import com.github.benmanes.caffeine.cache.Interner;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is known of one backend, whoever uses it: a pooled one's outlives the clients that do. Not
 * thread-safe: it belongs to whom the backend was lent.
 */
public final class BackendState {
    /** As many as PgBouncer's users are used to, and some. */
    private static final int MOST_STATEMENTS = 500;

    /** Backends of one server mostly report the same: then comparing them costs nothing. */
    private static final Interner<Map<String, String>> REPORTED = Interner.newWeakInterner();

    final BackendStatements statements;
    final Variants variants = new Variants();

    /** The settings made in it. */
    Profile profile = Profile.NONE;

    /**
     * It may have settings besides: those that no module defines are in no list, so that they can
     * be asked for by name only, and a function's are not known by name.
     */
    boolean unlisted;

    /** Whose text its unnamed statement is; null if unknown. */
    @Nullable ClientStatement unnamed;

    /** What it said when last asked, and for which profile that holds. */
    @Nullable Answer answer;

    /** Nobody can say any more in what state it is. */
    boolean spoilt;

    private Map<String, String> parameters = Map.of();
    private Map<String, String> atLogin = Map.of();
    private int names;

    public BackendState() {
        this(MOST_STATEMENTS);
    }

    /**
     * @param mostStatements prepared statements of clients that are kept, the least recently used
     *     one making room
     */
    public BackendState(int mostStatements) {
        this.statements = new BackendStatements(mostStatements);
    }

    /** The newest value of every parameter the server reports by itself, by name. */
    public Map<String, String> parameters() {
        return parameters;
    }

    /** A ParameterStatus came while nobody used the backend, or at its login. */
    public void reported(String name, String value) {
        if (value.equals(parameters.get(name))) {
            return;
        }
        Map<String, String> newer = new LinkedHashMap<>(parameters);
        newer.put(name, value);
        parameters = REPORTED.intern(Collections.unmodifiableMap(newer));
        answer = null;
    }

    /** The login is over: what was reported so far is what RESET goes back to. */
    public BackendState loggedIn() {
        atLogin = parameters;
        return this;
    }

    /** One of the same server session once everything in it was discarded. */
    public BackendState discarded(int mostStatements) {
        BackendState fresh = new BackendState(mostStatements);
        fresh.parameters = parameters;
        fresh.atLogin = atLogin;
        return fresh;
    }

    /** The value that a reported parameter had when the login was over; null if it had none. */
    @Nullable String atLogin(String name) {
        return atLogin.get(name);
    }

    /** Prepared statements of clients that the backend has. */
    public int preparedStatements() {
        return statements.size();
    }

    /** Numbers Quern's own statements on this backend. */
    int nextName() {
        return ++names;
    }
}

package io.quern.proxy.session;

/**
 * The upstream answered something that fits nothing sent while replies to Quern's own messages were
 * due: the connection cannot go on, because no reply can be told from another.
 */
public final class SessionLost extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SessionLost(String message) {
        super(message, null, false, false);
    }
}

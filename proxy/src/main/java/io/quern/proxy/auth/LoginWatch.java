package io.quern.proxy.auth;

import io.quern.proxy.wire.Backend;
import io.quern.proxy.wire.FrameScanner;
import io.quern.proxy.wire.Frontend;
import io.quern.proxy.wire.ProtocolViolation;

/**
 * Watches an authentication exchange that passes through whole, whatever its method: until the
 * server says that the client is authenticated, the client may only answer its questions, and only
 * shortly. A SCRAM exchange passes as long as at most one leg uses TLS, since it may bind to the
 * channel.
 */
public final class LoginWatch {
    /** The longest answer, in bytes. */
    private static final int LONGEST_ANSWER = 10_000;

    private boolean authenticated;

    /** Whether the server has let the client in. */
    public boolean authenticated() {
        return authenticated;
    }

    /**
     * A message of the client begins; as {@link FrameScanner.Sink#begin}.
     *
     * @throws ProtocolViolation if it has no place here
     */
    public int requestBegins(byte type, int bodyLength) {
        if (type != Frontend.PASSWORD && type != Frontend.TERMINATE) {
            throw new ProtocolViolation("expected an answer to authentication");
        }
        if (bodyLength > LONGEST_ANSWER) {
            throw new ProtocolViolation("an answer to authentication is too long");
        }
        return 0;
    }

    /** A message of the server begins; as {@link FrameScanner.Sink#begin}. */
    public int answerBegins(byte type, int bodyLength) {
        return type == Backend.AUTHENTICATION ? Math.min(bodyLength, 4) : 0;
    }

    /** The first bytes of an authentication request; passes. */
    public int answer(byte[] bytes, int offset, int length) {
        authenticated =
                length == 4
                        && (bytes[offset]
                                        | bytes[offset + 1]
                                        | bytes[offset + 2]
                                        | bytes[offset + 3])
                                == 0;
        return FrameScanner.PASS;
    }
}

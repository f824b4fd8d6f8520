package io.quern.proxy.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quern.proxy.wire.Backend;
import io.quern.proxy.wire.FrameScanner;
import io.quern.proxy.wire.Frontend;
import io.quern.proxy.wire.MessageReader;
import io.quern.proxy.wire.MessageWriter;
import io.quern.proxy.wire.ProtocolViolation;

import java.util.Arrays;

/**
 * Watches an authentication exchange that passes through whole, whatever its method: until the
 * server says that the client is authenticated, the client may only answer its questions, and only
 * shortly.
 *
 * <p>A SCRAM exchange passes as long as at most one leg uses TLS, since it may bind to the channel.
 * A server reached by TLS offers mechanisms that do bind ({@code SCRAM-SHA-256-PLUS}); a client
 * without TLS could not use them, and libpq takes the offer for an attack, so they are struck off.
 */
public final class LoginWatch {
    /** The longest answer, in bytes: as long as PostgreSQL takes a Kerberos ticket. */
    private static final int LONGEST_ANSWER = 65_535;

    private static final int LONGEST_OFFER = 4096;
    private static final int OK = 0;
    private static final int SASL = 10;
    private static final byte[] BINDING = "-PLUS".getBytes(US_ASCII);

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
        return type == Backend.AUTHENTICATION ? Math.min(bodyLength, LONGEST_OFFER) : 0;
    }

    /**
     * An authentication request; as {@link FrameScanner.Sink#look}.
     *
     * @param instead takes the message that goes to the client in its place if it does not pass
     */
    public int answer(byte[] bytes, int offset, int length, int bodyLength, MessageWriter instead) {
        MessageReader in = new MessageReader().over(bytes, offset, length);
        int kind = in.int32();
        authenticated = kind == OK;
        return kind == SASL && length == bodyLength
                ? offer(in, bytes, length, instead)
                : FrameScanner.PASS;
    }

    private static int offer(MessageReader in, byte[] bytes, int length, MessageWriter instead) {
        boolean struck = false;
        instead.clear().begin(Backend.AUTHENTICATION).int32(SASL);
        while (true) {
            int at = in.position();
            int size = in.skipString();
            if (size == 0) {
                break;
            }
            if (binds(bytes, at, size)) {
                struck = true;
            } else {
                instead.raw(bytes, at, size + 1);
            }
        }
        instead.int8(0).end();
        return struck ? length : FrameScanner.PASS;
    }

    private static boolean binds(byte[] bytes, int at, int size) {
        return size >= BINDING.length
                && Arrays.equals(
                        bytes, at + size - BINDING.length, at + size, BINDING, 0, BINDING.length);
    }
}

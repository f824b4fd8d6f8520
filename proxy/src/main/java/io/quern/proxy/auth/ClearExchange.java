package io.quern.proxy.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.proxy.backend.Credentials;
import io.quern.proxy.wire.Backend;
import io.quern.proxy.wire.MessageWriter;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;

/** Asks for the password in clear and compares it with a verifier of any kind. */
final class ClearExchange implements Exchange {
    private static final int CLEARTEXT_PASSWORD = 3;

    /** As much as PostgreSQL takes: some services use long tokens as passwords. */
    private static final int LONGEST = 65_535;

    private final String user;
    private final Verifier verifier;
    private final Passwords passwords;
    private String answer = "";

    ClearExchange(String user, Verifier verifier, Passwords passwords) {
        this.user = user;
        this.verifier = verifier;
        this.passwords = passwords;
    }

    @Override
    public int longestAnswer() {
        return LONGEST;
    }

    @Override
    public void begin(MessageWriter out) {
        out.begin(Backend.AUTHENTICATION).int32(CLEARTEXT_PASSWORD).end();
    }

    @Override
    public Outcome received(byte[] body, MessageWriter out) {
        try {
            if (!endsWithItsOnlyZero(body)) {
                return Outcome.Refused.violation("invalid password packet size");
            }
            if (body.length == 1) {
                return new Outcome.Refused("28P01", "empty password returned by client");
            }
            answer =
                    UTF_8.newDecoder().decode(ByteBuffer.wrap(body, 0, body.length - 1)).toString();
        } catch (CharacterCodingException notText) {
            return new Outcome.Wrong();
        } finally {
            Arrays.fill(body, (byte) 0);
        }
        return again(verifier);
    }

    @Override
    public Outcome again(Verifier by) {
        return !answer.isEmpty() && passwords.fits(user, answer, by)
                ? new Outcome.Proven(new Credentials.Password(answer))
                : new Outcome.Wrong();
    }

    /** Whether a body is one zero-terminated string. */
    static boolean endsWithItsOnlyZero(byte[] body) {
        for (int i = 0; i < body.length; i++) {
            if (body[i] == 0) {
                return i == body.length - 1;
            }
        }
        return false;
    }
}

package io.quern.proxy.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quern.proxy.backend.Credentials;
import io.quern.proxy.wire.Backend;
import io.quern.proxy.wire.MessageWriter;

import java.util.Arrays;

/** Asks for the md5 of a random salt and the hash of the password. */
final class Md5Exchange implements Exchange {
    static final int SALT_BYTES = 4;
    private static final int MD5_PASSWORD = 5;
    private static final int LONGEST = 1024;

    private final String user;
    private final Verifier verifier;
    private final byte[] salt;
    private byte[] answer = {};

    /**
     * @param salt four random bytes
     */
    Md5Exchange(String user, Verifier verifier, byte[] salt) {
        this.user = user;
        this.verifier = verifier;
        this.salt = salt.clone();
    }

    @Override
    public int longestAnswer() {
        return LONGEST;
    }

    @Override
    public void begin(MessageWriter out) {
        out.begin(Backend.AUTHENTICATION).int32(MD5_PASSWORD).raw(salt, 0, salt.length).end();
    }

    @Override
    public Outcome received(byte[] body, MessageWriter out) {
        if (!ClearExchange.endsWithItsOnlyZero(body)) {
            return Outcome.Refused.violation("invalid password packet size");
        }
        if (body.length == 1) {
            return new Outcome.Refused("28P01", "empty password returned by client");
        }
        answer = Arrays.copyOf(body, body.length - 1);
        return again(verifier);
    }

    @Override
    public Outcome again(Verifier by) {
        return switch (by) {
            case Verifier.Plain plain ->
                    judge(
                            Passwords.md5(user, plain.password()),
                            new Credentials.Password(plain.password()));
            case Verifier.Md5 md5 -> judge(md5.hash(), new Credentials.Md5(md5.hash()));
            case Verifier.Scram _ -> new Outcome.Wrong();
        };
    }

    private Outcome judge(String hash, Credentials credentials) {
        return Passwords.equal(Passwords.salted(hash, salt).getBytes(US_ASCII), answer)
                ? new Outcome.Proven(credentials)
                : new Outcome.Wrong();
    }
}

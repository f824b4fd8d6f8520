package io.quern.proxy.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;

import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Verifiers for users that do not exist or have none, so that a client cannot tell them from
 * others: salt and keys follow from the name and a secret, as PostgreSQL has them follow from its
 * mock authentication nonce, and so stay the same from login to login. No password fits them.
 */
public final class Decoys {
    /** PostgreSQL's default of {@code scram_iterations}. */
    public static final int DEFAULT_ITERATIONS = 4096;

    /** As many as PostgreSQL uses. */
    private static final int SALT_BYTES = 16;

    private final byte[] key;
    private final int iterations;

    /**
     * @param secret never told to anybody; what stays the same over restarts and among several
     *     Querns keeps decoys the same there too
     * @param iterations what the upstream's {@code scram_iterations} says, so that decoys look like
     *     its own verifiers
     */
    public Decoys(byte[] secret, int iterations) {
        if (secret.length == 0 || iterations < 1) {
            throw new IllegalArgumentException("secret is empty or iterations is not positive");
        }
        this.key = hmac(secret, "Quern decoys");
        this.iterations = iterations;
    }

    /** Decoys that last as long as this process. */
    public static Decoys ofThisProcess() {
        byte[] secret = new byte[Verifier.Scram.KEY_BYTES];
        new SecureRandom().nextBytes(secret);
        return new Decoys(secret, DEFAULT_ITERATIONS);
    }

    int iterations() {
        return iterations;
    }

    /** The salt that belongs to a user whose verifier is Quern's to make. */
    byte[] salt(String user) {
        return Arrays.copyOf(hmac(key, "salt " + user), SALT_BYTES);
    }

    Verifier.Scram scram(String user) {
        return new Verifier.Scram(
                iterations, salt(user), hmac(key, "stored " + user), hmac(key, "server " + user));
    }

    private static byte[] hmac(byte[] key, String text) {
        return ScramFunctions.hmac(ScramMechanism.SCRAM_SHA_256, key, text.getBytes(UTF_8));
    }
}

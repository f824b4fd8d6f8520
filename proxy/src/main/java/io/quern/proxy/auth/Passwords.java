package io.quern.proxy.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The arithmetic of passwords. Slow, so never on an event loop: a SCRAM key costs thousands of
 * hashes. Comparisons take the same time whatever they find. Thread-safe.
 */
final class Passwords {
    private static final int MOST_DERIVED = 1000;

    /** A verifier that takes more work than this to compute is not compared with clear text. */
    private static final int MOST_ITERATIONS = 1_000_000;

    private record Derived(Verifier.Plain from, Verifier.Scram verifier) {}

    private final Decoys decoys;
    private final Cache<String, Derived> derived =
            Caffeine.newBuilder().maximumSize(MOST_DERIVED).build();

    Passwords(Decoys decoys) {
        this.decoys = requireNonNull(decoys, "decoys");
    }

    /** The verifier of a password that is known; computed once for each user and password. */
    Verifier.Scram derive(String user, Verifier.Plain plain) {
        Derived known = derived.getIfPresent(user);
        if (known == null || !known.from().equals(plain)) {
            known = new Derived(plain, verifier(user, plain));
            derived.put(user, known);
        }
        return known.verifier();
    }

    private Verifier.Scram verifier(String user, Verifier.Plain plain) {
        byte[] salt = decoys.salt(user);
        byte[] salted = salted(plain.password(), salt, decoys.iterations());
        return new Verifier.Scram(
                decoys.iterations(),
                salt,
                ScramFunctions.storedKey(
                        ScramMechanism.SCRAM_SHA_256,
                        ScramFunctions.clientKey(ScramMechanism.SCRAM_SHA_256, salted)),
                ScramFunctions.serverKey(ScramMechanism.SCRAM_SHA_256, salted));
    }

    /** Whether a password is the user's. */
    boolean fits(String user, String password, Verifier verifier) {
        return switch (verifier) {
            case Verifier.Plain plain ->
                    equal(
                            sha256(password.getBytes(UTF_8)),
                            sha256(plain.password().getBytes(UTF_8)));
            case Verifier.Md5 md5 ->
                    equal(md5(user, password).getBytes(US_ASCII), md5.hash().getBytes(US_ASCII));
            case Verifier.Scram scram ->
                    scram.iterations() <= MOST_ITERATIONS
                            && equal(
                                    ScramFunctions.serverKey(
                                            ScramMechanism.SCRAM_SHA_256,
                                            salted(password, scram.salt(), scram.iterations())),
                                    scram.serverKey());
        };
    }

    /** What {@code pg_authid} keeps under {@code password_encryption = md5}. */
    static String md5(String user, String password) {
        return "md5" + hex(md5((password + user).getBytes(UTF_8)));
    }

    /** What a client answers to an md5 request: the hash once more, with the request's salt. */
    static String salted(String hash, byte[] salt) {
        MessageDigest digest = digest("MD5");
        digest.update(hash.substring("md5".length()).getBytes(US_ASCII));
        digest.update(salt);
        return "md5" + hex(digest.digest());
    }

    static boolean equal(byte[] one, byte[] other) {
        return MessageDigest.isEqual(one, other);
    }

    private static byte[] salted(String password, byte[] salt, int iterations) {
        PBEKeySpec key =
                new PBEKeySpec(
                        prepared(password.toCharArray()),
                        salt,
                        iterations,
                        Verifier.Scram.KEY_BYTES * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(key)
                    .getEncoded();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("PBKDF2 is not to be had", impossible);
        } finally {
            key.clearPassword();
        }
    }

    /** By SASLprep if it yields anything, else as it is: as PostgreSQL's {@code pg_saslprep}. */
    private static char[] prepared(char[] password) {
        try {
            return StringPreparation.POSTGRESQL_PREPARATION.normalize(password);
        } catch (IllegalArgumentException | IndexOutOfBoundsException nothingLeft) {
            return password;
        }
    }

    static byte[] sha256(byte[] bytes) {
        return digest("SHA-256").digest(bytes);
    }

    private static byte[] md5(byte[] bytes) {
        return digest("MD5").digest(bytes);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static MessageDigest digest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

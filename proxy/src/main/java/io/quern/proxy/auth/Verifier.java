package io.quern.proxy.auth;

import static java.util.Objects.requireNonNull;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a login is checked against: a password, or what PostgreSQL keeps in its place. Kept in
 * memory only; no implementation prints a secret.
 */
public sealed interface Verifier {

    /** The longest secret that is taken, in characters; PostgreSQL's own verifiers are shorter. */
    int LONGEST = 4096;

    /** The password itself. */
    record Plain(String password) implements Verifier {
        public Plain {
            requireNonNull(password, "password");
            if (password.isEmpty() || password.length() > LONGEST) {
                throw new IllegalArgumentException("password is empty or too long");
            }
        }

        @Override
        public String toString() {
            return "Plain[…]";
        }
    }

    /**
     * An md5 hash of password and user.
     *
     * @param hash {@code md5} and 32 lower case hexadecimal digits
     */
    record Md5(String hash) implements Verifier {
        private static final Pattern FORM = Pattern.compile("md5[0-9a-f]{32}");

        public Md5 {
            if (!FORM.matcher(hash).matches()) {
                throw new IllegalArgumentException("hash is not an md5 hash");
            }
        }

        @Override
        public String toString() {
            return "Md5[…]";
        }
    }

    /** The verifier of RFC 5802 under SHA-256. */
    final class Scram implements Verifier {
        static final int KEY_BYTES = 32;
        private static final Pattern FORM =
                Pattern.compile(
                        "SCRAM-SHA-256\\$([1-9][0-9]{0,9}):([A-Za-z0-9+/]+={0,2})"
                                + "\\$([A-Za-z0-9+/]{43}=):([A-Za-z0-9+/]{43}=)");
        private static final int LONGEST_SALT = 1024;

        private final int iterations;
        private final byte[] salt;
        private final byte[] storedKey;
        private final byte[] serverKey;

        /**
         * @param iterations at least 1
         * @param salt 1 to 1024 bytes
         * @param storedKey 32 bytes
         * @param serverKey 32 bytes
         */
        public Scram(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
            if (iterations < 1) {
                throw new IllegalArgumentException("iterations is not positive");
            }
            if (salt.length == 0 || salt.length > LONGEST_SALT) {
                throw new IllegalArgumentException("salt is empty or too long");
            }
            if (storedKey.length != KEY_BYTES || serverKey.length != KEY_BYTES) {
                throw new IllegalArgumentException("a key is not " + KEY_BYTES + " bytes long");
            }
            this.iterations = iterations;
            this.salt = salt.clone();
            this.storedKey = storedKey.clone();
            this.serverKey = serverKey.clone();
        }

        public int iterations() {
            return iterations;
        }

        public byte[] salt() {
            return salt.clone();
        }

        /** H(ClientKey). */
        public byte[] storedKey() {
            return storedKey.clone();
        }

        public byte[] serverKey() {
            return serverKey.clone();
        }

        @Override
        public String toString() {
            return "Scram[…]";
        }

        private static Scram parse(String secret) throws UnfitVerifier {
            Matcher parts = FORM.matcher(secret);
            if (!parts.matches()) {
                throw new UnfitVerifier(
                        "is not of the form SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey");
            }
            byte[] salt = decoded(parts.group(2));
            if (salt.length > LONGEST_SALT) {
                throw new UnfitVerifier("has a salt of more than " + LONGEST_SALT + " bytes");
            }
            long iterations = Long.parseLong(parts.group(1));
            if (iterations > Integer.MAX_VALUE) {
                throw new UnfitVerifier("has an iteration count that is out of range");
            }
            return new Scram(
                    (int) iterations, salt, decoded(parts.group(3)), decoded(parts.group(4)));
        }

        private static byte[] decoded(String base64) throws UnfitVerifier {
            return ExactBase64.decode(base64)
                    .orElseThrow(() -> new UnfitVerifier("holds base64 that is malformed"));
        }
    }

    /** A secret that cannot be used; the message says why and does not quote it. */
    final class UnfitVerifier extends Exception {
        private static final long serialVersionUID = 1L;

        UnfitVerifier(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * Reads a secret as {@code pg_authid.rolpassword} and PgBouncer's user lists spell it. What is
     * no hash is a password, as PostgreSQL's {@code get_password_type} has it; only what names a
     * SCRAM mechanism must be a verifier of it.
     *
     * @throws UnfitVerifier if it is empty, too long, or a verifier that Quern does not know
     */
    static Verifier parse(String secret) throws UnfitVerifier {
        if (secret.isEmpty()) {
            throw new UnfitVerifier("is empty");
        }
        if (secret.length() > LONGEST) {
            throw new UnfitVerifier("is longer than " + LONGEST + " characters");
        }
        if (secret.startsWith("SCRAM-SHA-256$")) {
            return Scram.parse(secret);
        }
        if (secret.matches("(?s)SCRAM-SHA-[0-9]+(-PLUS)?\\$.*")) {
            throw new UnfitVerifier("is for a mechanism other than SCRAM-SHA-256");
        }
        return Md5.FORM.matcher(secret).matches() ? new Md5(secret) : new Plain(secret);
    }
}

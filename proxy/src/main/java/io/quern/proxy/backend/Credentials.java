package io.quern.proxy.backend;

import static java.util.Objects.requireNonNull;

/**
 * What a user can prove to the upstream. Kept in memory only; no implementation prints a secret.
 */
public sealed interface Credentials {

    /** Nothing: the upstream trusts, or asks for a certificate. */
    record None() implements Credentials {}

    /** The password itself, from a user list or because the client sent it in clear. */
    record Password(String password) implements Credentials {
        public Password {
            requireNonNull(password, "password");
        }

        @Override
        public String toString() {
            return "Password[…]";
        }
    }

    /**
     * What proves a password under md5 authentication without knowing it.
     *
     * @param hash {@code md5} and 32 hexadecimal digits, as {@code pg_authid} keeps it
     */
    record Md5(String hash) implements Credentials {
        public Md5 {
            requireNonNull(hash, "hash");
        }

        @Override
        public String toString() {
            return "Md5[…]";
        }
    }

    /**
     * What proves a password under SCRAM-SHA-256 without knowing it: good for as long as the
     * upstream keeps the same salt and iteration count.
     */
    final class Scram implements Credentials {
        private final byte[] clientKey;
        private final byte[] serverKey;

        /**
         * @param clientKey recovered from a client's proof
         * @param serverKey from the verifier: tells whether the upstream is who it should be
         */
        public Scram(byte[] clientKey, byte[] serverKey) {
            this.clientKey = clientKey.clone();
            this.serverKey = serverKey.clone();
        }

        public byte[] clientKey() {
            return clientKey.clone();
        }

        public byte[] serverKey() {
            return serverKey.clone();
        }

        @Override
        public String toString() {
            return "Scram[…]";
        }
    }
}

package io.quern.proxy.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;

import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The client's half of SCRAM-SHA-256 (RFC 5802, 7677) with a fixed nonce: for tests only. */
final class ScramAnswers {
    private static final String BARE = "n=,r=rOprNGfwEbeRWgbNEkqO";
    private static final int KEY_BITS = 256;

    private final String password;

    ScramAnswers(String password) {
        this.password = password;
    }

    String first() {
        return "n,," + BARE;
    }

    String last(String serverFirst) {
        String[] fields = serverFirst.split(",", 3);
        String withoutProof = "c=biws," + fields[0];
        try {
            byte[] salt = Base64.getDecoder().decode(fields[1].substring(2));
            byte[] salted =
                    SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                            .generateSecret(
                                    new PBEKeySpec(
                                            password.toCharArray(),
                                            salt,
                                            Integer.parseInt(fields[2].substring(2)),
                                            KEY_BITS))
                            .getEncoded();
            byte[] clientKey = hmac(salted, "Client Key");
            byte[] stored = MessageDigest.getInstance("SHA-256").digest(clientKey);
            byte[] proof = hmac(stored, BARE + "," + serverFirst + "," + withoutProof);
            for (int i = 0; i < proof.length; i++) {
                proof[i] ^= clientKey[i];
            }
            return withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(UTF_8));
    }
}

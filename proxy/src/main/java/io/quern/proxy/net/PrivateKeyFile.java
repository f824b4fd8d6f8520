package io.quern.proxy.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the private key that belongs to a public one from a PEM file: PKCS #8 (RFC 5958), and the
 * older forms that OpenSSL writes for RSA and elliptic curves (RFC 8017 A.1.2, RFC 5915).
 */
final class PrivateKeyFile {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----([^-]*)-----END \\1-----");
    private static final byte SEQUENCE = 0x30;
    private static final byte OCTET_STRING = 0x04;
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

    private PrivateKeyFile() {}

    /**
     * @throws IOException if it cannot be read; the message is one line and quotes nothing
     * @throws GeneralSecurityException if it holds no key of that kind
     */
    static PrivateKey read(Path file, PublicKey matching)
            throws IOException, GeneralSecurityException {
        Matcher block = BLOCK.matcher(Files.readString(file, ISO_8859_1));
        if (!block.find()) {
            throw new IOException("the file holds no private key in PEM form");
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(block.group(2));
        } catch (IllegalArgumentException notBase64) {
            throw new IOException("the file holds a damaged private key");
        }
        byte[] encoded =
                switch (block.group(1)) {
                    case "PRIVATE KEY" -> der;
                    case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> wrapped(der, matching);
                    default ->
                            throw new IOException(
                                    "the private key is of a form that Quern does not read"
                                            + " (PKCS #8 without a passphrase is best)");
                };
        return KeyFactory.getInstance(matching.getAlgorithm())
                .generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }

    /** As PKCS #8: the older forms leave out the algorithm, which the public key also names. */
    private static byte[] wrapped(byte[] key, PublicKey matching) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(VERSION_0);
        body.writeBytes(algorithm(matching.getEncoded()));
        body.writeBytes(element(OCTET_STRING, key));
        return element(SEQUENCE, body.toByteArray());
    }

    /** The first element inside a SubjectPublicKeyInfo (RFC 5280 4.1). */
    private static byte[] algorithm(byte[] publicKey) {
        int start = header(publicKey, 0);
        int body = header(publicKey, start);
        byte[] algorithm = new byte[body - start + length(publicKey, start)];
        System.arraycopy(publicKey, start, algorithm, 0, algorithm.length);
        return algorithm;
    }

    /** Where the content of the element at this index begins. */
    private static int header(byte[] der, int at) {
        int first = der[at + 1] & 0xFF;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7F);
    }

    private static int length(byte[] der, int at) {
        int first = der[at + 1] & 0xFF;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = at + 2; i < header(der, at); i++) {
            length = length << 8 | (der[i] & 0xFF);
        }
        return length;
    }

    private static byte[] element(byte tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else {
            out.write(0x82);
            out.write(content.length >>> 8);
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}

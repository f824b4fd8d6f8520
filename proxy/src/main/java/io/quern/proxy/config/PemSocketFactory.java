package io.quern.proxy.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;
import org.postgresql.ssl.NonValidatingFactory;
import org.postgresql.ssl.WrappedFactory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * TLS for the JDBC connections of a role with a certificate: the driver itself reads a PEM key only
 * if its file has a certain ending, and only of the kind it was told. The files are read for every
 * connection, so that renewed ones serve the next. The server's name is the driver's to verify.
 */
public final class PemSocketFactory extends WrappedFactory {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");
    private static final char[] NO_PASSWORD = {};

    /**
     * For the driver, which looks for it by this parameter.
     *
     * @param properties of the connection
     * @throws IOException if a file cannot be used; one line that names it
     */
    public PemSocketFactory(Properties properties) throws IOException {
        String certificate = properties.getProperty("sslcert", "");
        String key = properties.getProperty("sslkey", "");
        String roots = properties.getProperty("sslrootcert", "");
        boolean verified = properties.getProperty("sslmode", "").startsWith("verify");
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    identity(Path.of(certificate), Path.of(key)).getKeyManagers(),
                    trusted(roots, verified),
                    null);
            factory = context.getSocketFactory();
        } catch (GeneralSecurityException | IllegalArgumentException | IOException unusable) {
            throw new IOException(
                    "certificate "
                            + certificate
                            + ", key "
                            + key
                            + (roots.isEmpty() ? "" : " or root certificate " + roots)
                            + " cannot be used",
                    unusable);
        }
    }

    private static KeyManagerFactory identity(Path certificate, Path key)
            throws GeneralSecurityException, IOException {
        Certificate[] chain = certificates(certificate).toArray(new Certificate[0]);
        Matcher block = KEY.matcher(Files.readString(key, ISO_8859_1));
        if (chain.length == 0 || !block.find()) {
            throw new IOException("no certificate, or no key in PKCS #8 without a password");
        }
        PrivateKey own =
                KeyFactory.getInstance(chain[0].getPublicKey().getAlgorithm())
                        .generatePrivate(
                                new PKCS8EncodedKeySpec(
                                        Base64.getMimeDecoder().decode(block.group(1))));
        KeyStore store = empty();
        store.setKeyEntry("own", own, NO_PASSWORD, chain);
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, NO_PASSWORD);
        return managers;
    }

    /** Null: those whom the JDK trusts. */
    private static TrustManager @Nullable [] trusted(String roots, boolean verified)
            throws GeneralSecurityException, IOException {
        if (roots.isEmpty()) {
            return verified
                    ? null
                    : new TrustManager[] {new NonValidatingFactory.NonValidatingTM()};
        }
        KeyStore store = empty();
        for (Certificate root : certificates(Path.of(roots))) {
            store.setCertificateEntry(Integer.toString(store.size()), root);
        }
        TrustManagerFactory managers =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        return managers.getTrustManagers();
    }

    private static List<Certificate> certificates(Path file)
            throws GeneralSecurityException, IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new ArrayList<>(
                    CertificateFactory.getInstance("X.509").generateCertificates(in));
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}

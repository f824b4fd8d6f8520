package io.quern.proxy.net;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who Quern is to clients that use TLS: a certificate whose key fits, ready to be shown.
 *
 * @param context reference-counted where OpenSSL's provider is used
 * @param channelBinding what SCRAM binds a login to
 */
record ServerIdentity(
        X509Certificate certificate, SslContext context, Optional<byte[]> channelBinding) {
    /** What both sides say inside TLS, as IANA lists it. */
    static final String ALPN = "postgresql";

    /** Netty's BoringSSL where it works, else the JDK's own. */
    static final SslProvider PROVIDER =
            OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;

    /**
     * Reads the files.
     *
     * @throws IOException if they cannot be used; one line that names the file
     */
    static ServerIdentity read(TlsSettings settings) throws IOException {
        List<X509Certificate> chain = certificates("certificate", settings.certificate());
        X509Certificate own = chain.getFirst();
        PrivateKey key = key(settings.key(), own);
        SslContextBuilder builder =
                SslContextBuilder.forServer(key, chain)
                        .sslProvider(PROVIDER)
                        .protocols("TLSv1.3", "TLSv1.2")
                        .applicationProtocolConfig(
                                new ApplicationProtocolConfig(
                                        Protocol.ALPN,
                                        SelectorFailureBehavior.NO_ADVERTISE,
                                        SelectedListenerFailureBehavior.ACCEPT,
                                        ALPN));
        if (settings.clientAuthority().isPresent()) {
            builder.trustManager(certificates("client authority", settings.clientAuthority().get()))
                    .clientAuth(ClientAuth.OPTIONAL);
        }
        try {
            return new ServerIdentity(own, builder.build(), ChannelBinding.of(own));
        } catch (IOException e) {
            throw new IOException(
                    "the certificate " + settings.certificate() + " cannot be used: " + words(e));
        }
    }

    private static List<X509Certificate> certificates(String what, Path file) throws IOException {
        List<X509Certificate> found = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file)) {
            CertificateFactory.getInstance("X.509")
                    .generateCertificates(in)
                    .forEach(c -> found.add((X509Certificate) c));
        } catch (GeneralSecurityException | IOException e) {
            throw new IOException("the " + what + " " + file + " cannot be read: " + words(e));
        }
        if (found.isEmpty()) {
            throw new IOException("the " + what + " " + file + " holds no certificate");
        }
        return found;
    }

    private static PrivateKey key(Path file, X509Certificate certificate) throws IOException {
        PrivateKey key;
        try {
            key = PrivateKeyFile.read(file, certificate.getPublicKey());
        } catch (IOException e) {
            throw new IOException("the key " + file + " cannot be read: " + words(e));
        } catch (GeneralSecurityException other) {
            throw new IOException(mismatch(file));
        }
        if (!fits(key, certificate)) {
            throw new IOException(mismatch(file));
        }
        return key;
    }

    private static String mismatch(Path file) {
        return "the key " + file + " does not belong to the certificate";
    }

    /** Whether what the key signs is what the certificate's own verifies. */
    private static boolean fits(PrivateKey key, X509Certificate certificate) throws IOException {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    case "EdDSA" -> "EdDSA";
                    default ->
                            throw new IOException(
                                    "keys of the kind " + key.getAlgorithm() + " cannot be used");
                };
        byte[] sample = certificate.getSerialNumber().toByteArray();
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(sample);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(sample);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String words(Exception e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof GeneralSecurityException) {
            return "it is no X.509 certificate in PEM form";
        }
        return String.valueOf(e.getMessage());
    }
}

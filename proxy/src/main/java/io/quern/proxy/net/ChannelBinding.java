package io.quern.proxy.net;

import static java.util.Locale.ROOT;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.security.spec.PSSParameterSpec;
import java.util.Optional;

/** The {@code tls-server-end-point} channel binding of a certificate (RFC 5929 section 4.1). */
final class ChannelBinding {
    private ChannelBinding() {}

    /**
     * The certificate's hash by the hash function of its own signature, SHA-256 in place of MD5 and
     * SHA-1; empty if its signature uses no single hash function (Ed25519), for which RFC 5929 does
     * not define the binding.
     */
    static Optional<byte[]> of(X509Certificate certificate) {
        try {
            String hash = hash(certificate);
            return hash.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            MessageDigest.getInstance(strong(hash))
                                    .digest(certificate.getEncoded()));
        } catch (GeneralSecurityException | IOException unknown) {
            return Optional.empty();
        }
    }

    private static String hash(X509Certificate certificate)
            throws GeneralSecurityException, IOException {
        String signature = certificate.getSigAlgName().toUpperCase(ROOT);
        if (signature.equals("RSASSA-PSS")) {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance(signature);
            parameters.init(certificate.getSigAlgParams());
            return parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm();
        }
        String name = signature.substring(0, Math.max(0, signature.indexOf("WITH")));
        return name.startsWith("SHA") && name.indexOf('-') < 0 ? "SHA-" + name.substring(3) : name;
    }

    private static String strong(String hash) {
        return switch (hash.toUpperCase(ROOT)) {
            case "MD5", "SHA-1" -> "SHA-256";
            default -> hash;
        };
    }
}

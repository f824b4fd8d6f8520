package io.quern.proxy.net;

import static java.util.Locale.ROOT;

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
     * SHA-1; empty if its signature uses no single hash function (Ed25519): RFC 5929 does not
     * define the binding then.
     */
    static Optional<byte[]> of(X509Certificate certificate) throws GeneralSecurityException {
        Optional<String> hash = hash(certificate);
        return hash.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        MessageDigest.getInstance(hash.get()).digest(certificate.getEncoded()));
    }

    private static Optional<String> hash(X509Certificate certificate)
            throws GeneralSecurityException {
        String signature = certificate.getSigAlgName().toUpperCase(ROOT);
        if (signature.equals("RSASSA-PSS")) {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
            try {
                parameters.init(certificate.getSigAlgParams());
            } catch (java.io.IOException damaged) {
                throw new GeneralSecurityException("its signature's parameters are damaged");
            }
            return Optional.of(
                    strong(
                            parameters
                                    .getParameterSpec(PSSParameterSpec.class)
                                    .getDigestAlgorithm()));
        }
        int with = signature.indexOf("WITH");
        if (with < 0) {
            return Optional.empty();
        }
        String name = signature.substring(0, with);
        boolean sha2 = name.startsWith("SHA") && !name.contains("-") && name.length() == 6;
        return Optional.of(strong(sha2 ? "SHA-" + name.substring(3) : name));
    }

    private static String strong(String hash) {
        return switch (hash.toUpperCase(ROOT)) {
            case "MD5", "SHA1", "SHA-1" -> "SHA-256";
            default -> hash;
        };
    }
}

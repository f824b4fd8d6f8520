package io.quern.bench.soak;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/** A certificate that signs itself, in two PEM files, made by the JDK's keytool. */
final class Certificate {
    private static final String PASSWORD = "changeit";

    private final Path directory;
    private int serial;

    /** Makes the first one. */
    Certificate(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        renew();
    }

    Path certificate() {
        return directory.resolve("server.crt");
    }

    Path key() {
        return directory.resolve("server.key");
    }

    /** Puts another certificate and key in place. */
    void renew() throws IOException, InterruptedException {
        Path keys = directory.resolve("keys" + serial++ + ".p12");
        keytool(keys);
        try {
            KeyStore store = KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
            put(key(), "PRIVATE KEY", store.getKey("soak", PASSWORD.toCharArray()).getEncoded());
            put(certificate(), "CERTIFICATE", store.getCertificate("soak").getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IOException("the key that keytool made cannot be read", e);
        }
        Files.delete(keys);
    }

    private void put(Path file, String what, byte[] encoded) throws IOException {
        Path fresh = Files.createTempFile(directory, "fresh", "");
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(
                fresh,
                "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n"
                        .formatted(
                                what,
                                Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII))
                                        .encodeToString(encoded)));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void keytool(Path keys) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                                .toString(),
                                        "-genkeypair",
                                        "-alias",
                                        "soak",
                                        "-dname",
                                        "CN=localhost",
                                        "-keyalg",
                                        "EC",
                                        "-groupname",
                                        "secp256r1",
                                        "-storetype",
                                        "PKCS12",
                                        "-keystore",
                                        keys.toString(),
                                        "-storepass",
                                        PASSWORD))
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("keytool failed: " + said);
        }
    }
}

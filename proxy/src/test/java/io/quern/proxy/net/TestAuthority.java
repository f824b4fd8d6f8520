package io.quern.proxy.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A certificate authority of a test's own, made by the JDK's keytool. */
public final class TestAuthority {
    private static final String PASSWORD = "changeit";

    private final Path directory;
    private int count;

    /**
     * @param parent where its files are made, in a directory of their own
     */
    public TestAuthority(Path parent)
            throws IOException, InterruptedException, GeneralSecurityException {
        directory = Files.createTempDirectory(parent, "authority");
        keytool("-genkeypair", "-alias", "ca", "-dname", "CN=test authority", "-ext", "bc:c");
        Files.writeString(
                root(), pem("CERTIFICATE", store().getCertificateChain("ca")[0].getEncoded()));
    }

    /** The authority's certificate, as PEM. */
    public Path root() {
        return directory.resolve("root.crt");
    }

    /** A certificate for a name; {@code server.key} and {@code server.crt} in a new directory. */
    public Path issue(String name)
            throws IOException, InterruptedException, GeneralSecurityException {
        return issue(name, "SHA256withECDSA");
    }

    /** The same, signed in a given way. */
    public Path issue(String name, String signature)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path issued = Files.createTempDirectory(directory, "issued");
        String alias = "issued" + ++count;
        keytool(
                "-genkeypair",
                "-alias",
                alias,
                "-dname",
                "CN=" + name,
                "-signer",
                "ca",
                "-sigalg",
                signature,
                "-ext",
                "san=dns:" + name);
        KeyStore store = store();
        Files.writeString(
                issued.resolve("server.crt"),
                pem("CERTIFICATE", store.getCertificateChain(alias)[0].getEncoded()));
        Path file = issued.resolve("server.key");
        Files.writeString(
                file, pem("PRIVATE KEY", store.getKey(alias, PASSWORD.toCharArray()).getEncoded()));
        Files.setPosixFilePermissions(
                file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        return issued;
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN "
                + what
                + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END "
                + what
                + "-----\n";
    }

    private KeyStore store() throws IOException, GeneralSecurityException {
        return KeyStore.getInstance(keys().toFile(), PASSWORD.toCharArray());
    }

    private Path keys() {
        return directory.resolve("keys.p12");
    }

    private void keytool(String... words) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/keytool")
                                        .toString()));
        command.addAll(List.of(words));
        // its JVM lives for half a second
        command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
        command.addAll(
                List.of("-keystore", keys().toString(), "-storepass", PASSWORD, "-noprompt"));
        command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "30"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String shown =
                new String(
                        process.getInputStream().readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("keytool failed: " + shown);
        }
    }
}

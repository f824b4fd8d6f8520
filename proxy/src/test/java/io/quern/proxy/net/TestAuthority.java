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

    public TestAuthority() throws IOException, InterruptedException {
        directory = Files.createTempDirectory("authority");
        keytool("-genkeypair", "-alias", "ca", "-dname", "CN=test authority", "-ext", "bc:c");
        Files.writeString(root(), keytool("-exportcert", "-alias", "ca", "-rfc"));
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
        if (Files.exists(keys()) && keytool("-list").contains("\n" + name + ",")) {
            keytool("-delete", "-alias", name);
        }
        keytool("-genkeypair", "-alias", name, "-dname", "CN=" + name);
        Path request = issued.resolve("request");
        Files.writeString(request, keytool("-certreq", "-alias", name));
        Files.writeString(
                issued.resolve("server.crt"),
                keytool(
                        "-gencert",
                        "-alias",
                        "ca",
                        "-infile",
                        request.toString(),
                        "-rfc",
                        "-sigalg",
                        signature,
                        "-ext",
                        "san=dns:" + name));
        KeyStore store = KeyStore.getInstance(keys().toFile(), PASSWORD.toCharArray());
        byte[] key = store.getKey(name, PASSWORD.toCharArray()).getEncoded();
        Path file = issued.resolve("server.key");
        Files.writeString(
                file,
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
                        + "\n-----END PRIVATE KEY-----\n");
        Files.setPosixFilePermissions(
                file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        return issued;
    }

    private Path keys() {
        return directory.resolve("keys.p12");
    }

    private String keytool(String... words) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/keytool")
                                        .toString()));
        command.addAll(List.of(words));
        command.addAll(
                List.of("-keystore", keys().toString(), "-storepass", PASSWORD, "-noprompt"));
        if (words[0].equals("-genkeypair")) {
            command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "30"));
        }
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String shown =
                new String(
                        process.getInputStream().readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("keytool failed: " + shown);
        }
        return shown;
    }
}

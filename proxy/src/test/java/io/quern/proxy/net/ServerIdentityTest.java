package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.util.ReferenceCountUtil;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;

class ServerIdentityTest {
    private static Path issued;
    private static TestAuthority authority;

    @TempDir private Path directory;

    @BeforeAll
    static void certify(@TempDir Path temp) throws Exception {
        authority = new TestAuthority(temp);
        issued = authority.issue("localhost");
    }

    private static TlsSettings settings(Path certificate, Path key, Optional<Path> authorities) {
        return new TlsSettings(certificate, key, authorities, TlsSettings.Mode.ALLOW);
    }

    private static TlsSettings settings(Path certificate, Path key) {
        return settings(certificate, key, Optional.empty());
    }

    private static ServerIdentity read(TlsSettings settings) throws IOException {
        ServerIdentity identity = ServerIdentity.read(settings);
        ReferenceCountUtil.release(identity.context());
        return identity;
    }

    private void refused(Path certificate, Path key, String message) {
        assertThatThrownBy(() -> read(settings(certificate, key)))
                .isInstanceOf(IOException.class)
                .hasMessage(message);
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    private void openssl(String... words) throws Exception {
        String[] command = new String[words.length + 1];
        command[0] = "openssl";
        System.arraycopy(words, 0, command, 1, words.length);
        try {
            assertThat(
                            new ProcessBuilder(command)
                                    .directory(directory.toFile())
                                    .redirectErrorStream(true)
                                    .redirectOutput(directory.resolve("log").toFile())
                                    .start()
                                    .waitFor())
                    .as(() -> String.join(" ", command))
                    .isZero();
        } catch (IOException missing) {
            assumeTrue(false, "openssl is not installed here");
        }
    }

    @Test
    void aCertificateAndItsKeyAreRead() throws Exception {
        Path certificate = issued.resolve("server.crt");
        ServerIdentity identity =
                read(
                        settings(
                                certificate,
                                issued.resolve("server.key"),
                                Optional.of(authority.root())));
        assertThat(identity.certificate().getSubjectX500Principal().getName())
                .isEqualTo("CN=localhost");
    }

    @Test
    void whatIsMissingIsNamed() {
        Path certificate = issued.resolve("server.crt");
        Path key = issued.resolve("server.key");
        Path none = directory.resolve("none");
        refused(none, key, "the certificate " + none + " cannot be read: there is no such file");
        refused(certificate, none, "the key " + none + " cannot be read: there is no such file");
        assertThatThrownBy(() -> read(settings(certificate, key, Optional.of(none))))
                .hasMessage(
                        "the client authority " + none + " cannot be read: there is no such file");
    }

    @Test
    void whatIsNoCertificateOrKeyIsNamedAndNotQuoted() throws Exception {
        Path certificate = issued.resolve("server.crt");
        Path key = issued.resolve("server.key");
        Path empty = file("empty", "");
        Path nonsense = file("nonsense", "hunter2");
        Path damaged =
                file("damaged", "-----BEGIN PRIVATE KEY-----\nA\n-----END PRIVATE KEY-----\n");
        refused(empty, key, "the certificate " + empty + " holds no certificate");
        refused(
                nonsense,
                key,
                "the certificate "
                        + nonsense
                        + " cannot be read: it is no X.509 certificate in PEM form");
        refused(
                certificate,
                nonsense,
                "the key "
                        + nonsense
                        + " cannot be read: the file holds no private key in PEM form");
        refused(
                certificate,
                damaged,
                "the key " + damaged + " cannot be read: the file holds a damaged private key");
    }

    @Test
    void aKeyThatDoesNotFitIsNoticedAtOnce() throws Exception {
        Path other = authority.issue("other").resolve("server.key");
        refused(
                issued.resolve("server.crt"),
                other,
                "the key " + other + " does not belong to the certificate");
        openssl("genpkey", "-algorithm", "RSA", "-out", "rsa.key");
        Path rsa = directory.resolve("rsa.key");
        refused(
                issued.resolve("server.crt"),
                rsa,
                "the key " + rsa + " does not belong to the certificate");
    }

    @Test
    void anEncryptedKeyIsNotRead() throws Exception {
        String key = issued.resolve("server.key").toString();
        openssl("pkcs8", "-topk8", "-in", key, "-passout", "pass:hunter2", "-out", "locked.key");
        Path locked = directory.resolve("locked.key");
        refused(
                issued.resolve("server.crt"),
                locked,
                "the key "
                        + locked
                        + " cannot be read: the private key is of a form that Quern does not read"
                        + " (PKCS #8 without a passphrase is best)");
    }

    /** The oldest and the newest hash functions, each kind of key, both forms of its file. */
    @ParameterizedTest
    @CsvSource({
        "rsa:2048,     -sha256, SHA-256, RSA PRIVATE KEY",
        "rsa:2048,     -sha1,   SHA-256, RSA PRIVATE KEY",
        "rsa:2048,     -sha512, SHA-512, PRIVATE KEY",
        "prime256v1,   -sha384, SHA-384, EC PRIVATE KEY",
        "secp384r1,    -sha256, SHA-256, EC PRIVATE KEY",
        "secp521r1,    -sha512, SHA-512, EC PRIVATE KEY"
    })
    void keysOfEachFormFitAndTheChannelBindingIsTheCertificatesOwnHash(
            String kind, String digest, String hash, String form) throws Exception {
        if (kind.startsWith("rsa")) {
            openssl(
                    "req",
                    "-x509",
                    "-newkey",
                    kind,
                    "-nodes",
                    digest,
                    "-subj",
                    "/CN=localhost",
                    "-keyout",
                    "new.key",
                    "-out",
                    "server.crt");
        } else {
            openssl(
                    "req",
                    "-x509",
                    "-newkey",
                    "ec",
                    "-pkeyopt",
                    "ec_paramgen_curve:" + kind,
                    "-nodes",
                    digest,
                    "-subj",
                    "/CN=localhost",
                    "-keyout",
                    "new.key",
                    "-out",
                    "server.crt");
        }
        if (form.equals("PRIVATE KEY")) {
            Files.move(directory.resolve("new.key"), directory.resolve("server.key"));
        } else {
            openssl("pkey", "-in", "new.key", "-traditional", "-out", "server.key");
        }
        assertThat(Files.readString(directory.resolve("server.key"))).contains("BEGIN " + form);
        ServerIdentity identity =
                read(settings(directory.resolve("server.crt"), directory.resolve("server.key")));
        assertThat(identity.channelBinding().orElseThrow())
                .isEqualTo(
                        MessageDigest.getInstance(hash)
                                .digest(identity.certificate().getEncoded()));
    }

    @Test
    void aSignatureWithParametersSaysItsHashThere() throws Exception {
        openssl(
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-sha384",
                "-sigopt",
                "rsa_padding_mode:pss",
                "-sigopt",
                "rsa_pss_saltlen:-1",
                "-subj",
                "/CN=localhost",
                "-keyout",
                "server.key",
                "-out",
                "server.crt");
        ServerIdentity identity =
                read(settings(directory.resolve("server.crt"), directory.resolve("server.key")));
        assertThat(identity.channelBinding().orElseThrow())
                .isEqualTo(
                        MessageDigest.getInstance("SHA-384")
                                .digest(identity.certificate().getEncoded()));
    }

    @Test
    void aSignatureWithoutAHashHasNoChannelBinding() throws Exception {
        openssl(
                "req",
                "-x509",
                "-newkey",
                "ed25519",
                "-nodes",
                "-subj",
                "/CN=localhost",
                "-keyout",
                "server.key",
                "-out",
                "server.crt");
        ServerIdentity identity =
                read(settings(directory.resolve("server.crt"), directory.resolve("server.key")));
        assertThat(identity.channelBinding()).isEmpty();
    }
}

package io.quern.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.ongres.scram.client.ScramClient;

import io.quern.proxy.auth.Verifiers.Answer;
import io.quern.proxy.backend.Credentials;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;

class DoorkeeperTest {
    private static final String WRONG = "28P01 password authentication failed for user \"alice\"";
    private static final Verifiers ALICE = LoginScript.users("alice", "wonderland");
    private static final String ALICE_MD5 = Passwords.md5("alice", "wonderland");

    private static final int MD5 = 5;
    private static final int CLEAR = 3;

    private static LoginScript login(Verifiers verifiers, LoginMethod method) {
        return new LoginScript(verifiers, method, "alice").settle();
    }

    /** An answer to an md5 request. */
    private static LoginScript md5(LoginScript login, String password) {
        String hash = Passwords.md5("alice", password);
        return login.types(Passwords.salted(hash, login.question()));
    }

    @Test
    void aKnownPasswordAdmitsByScramAndIsWhatTheUpstreamGets() throws Exception {
        LoginScript login = login(ALICE, LoginMethod.AUTO).scram("wonderland");
        assertThat(login.heard).containsExactly("send", "send", "send", "admitted");
        assertThat(login.credentials).contains(new Credentials.Password("wonderland"));
        assertThat(login(ALICE, LoginMethod.AUTO).scram("looking-glass").refusal).isEqualTo(WRONG);
    }

    @Test
    void aVerifierAdmitsByScramBoundToTheChannelWhereThatIsPossible() throws Exception {
        Verifier.Scram verifier =
                new Passwords(Decoys.ofThisProcess())
                        .derive("alice", new Verifier.Plain("wonderland"));
        Verifiers known = user -> new Answer.Known(verifier, Instant.MAX);
        Peer tls = LoginScript.peer("::1", true);
        LoginPolicy policy = new LoginPolicy(LoginMethod.SCRAM_SHA_256, false, Rules.none());
        LoginScript bound = new LoginScript(known, policy, tls, "alice");
        assertThat(bound.scram("wonderland", tls.channelBinding()).credentials)
                .containsInstanceOf(Credentials.Scram.class);
        // somebody between shows another certificate
        LoginScript between = new LoginScript(known, policy, tls, "alice");
        assertThat(between.scram("wonderland", Optional.of(new byte[] {1})).refusal)
                .isEqualTo("28000 SCRAM channel binding check failed");
    }

    @Test
    void anMd5HashAdmitsByMd5AndIsWhatTheUpstreamGets() {
        Verifiers known = LoginScript.users("alice", ALICE_MD5);
        LoginScript login = login(known, LoginMethod.AUTO);
        assertThat(login.asked()).isEqualTo(MD5);
        assertThat(md5(login, "wonderland").credentials).contains(new Credentials.Md5(ALICE_MD5));
        assertThat(md5(login(known, LoginMethod.MD5), "looking-glass").refusal).isEqualTo(WRONG);
        assertThat(md5(login(ALICE, LoginMethod.MD5), "wonderland").credentials)
                .contains(new Credentials.Password("wonderland"));
    }

    @Test
    void md5SaltsDiffer() {
        assertThat(login(ALICE, LoginMethod.MD5).question())
                .isNotEqualTo(login(ALICE, LoginMethod.MD5).question());
    }

    @Test
    void aPasswordInClearFitsAnyKindOfVerifier() throws Exception {
        Verifier.Scram scram =
                new Passwords(Decoys.ofThisProcess())
                        .derive("alice", new Verifier.Plain("wonderland"));
        for (Verifiers known :
                List.<Verifiers>of(
                        ALICE,
                        LoginScript.users("alice", ALICE_MD5),
                        user -> new Answer.Known(scram, Instant.MAX))) {
            LoginScript login = login(known, LoginMethod.PASSWORD);
            assertThat(login.asked()).isEqualTo(CLEAR);
            assertThat(login.types("wonderland").credentials)
                    .contains(new Credentials.Password("wonderland"));
            assertThat(login(known, LoginMethod.PASSWORD).types("looking-glass").refusal)
                    .isEqualTo(WRONG);
            assertThat(login(known, LoginMethod.PASSWORD).types("").refusal)
                    .isEqualTo("28P01 empty password returned by client");
        }
    }

    /** Prohibited, unassigned, or nothing left: PostgreSQL then takes the bytes as they are. */
    @ParameterizedTest
    @ValueSource(strings = {"bell\u0007", "\u00AD", "\u0221", "\u05D01", "plain"})
    void aPasswordThatSaslprepRefusesCountsAsItIs(String password) throws Exception {
        Verifier.Plain plain = new Verifier.Plain(password);
        Passwords passwords = new Passwords(Decoys.ofThisProcess());
        assertThat(passwords.fits("alice", password, passwords.derive("alice", plain))).isTrue();
        assertThat(passwords.fits("alice", "other", passwords.derive("alice", plain))).isFalse();
    }

    @Test
    void asManyWorkAtOnceAsAllowedAndTheOthersLater() throws Exception {
        CountDownLatch free = new CountDownLatch(1);
        AtomicInteger working = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Future<?>> tasks = new ArrayList<>();
        try (ExecutorService workers = LoginWorkers.start()) {
            for (int i = 0; i < 50; i++) {
                tasks.add(
                        workers.submit(
                                () -> {
                                    most.accumulateAndGet(working.incrementAndGet(), Math::max);
                                    free.await();
                                    return working.decrementAndGet();
                                }));
            }
            await().until(() -> working.get() == 16);
            free.countDown();
            for (Future<?> task : tasks) {
                task.get();
            }
        }
        assertThat(most).hasValue(16);
    }

    @Test
    void theClearPasswordIsWiped() {
        byte[] body = "wonderland\0".getBytes(UTF_8);
        assertThat(login(ALICE, LoginMethod.PASSWORD).receives(body).settle().credentials)
                .isPresent();
        assertThat(body).containsOnly(0);
    }

    @Test
    void aPasswordInClearNeedsTlsUnlessConfigured() {
        LoginPolicy policy = new LoginPolicy(LoginMethod.PASSWORD, false, Rules.none());
        assertThat(new LoginScript(ALICE, policy, LoginScript.PLAIN, "alice").settle().refusal)
                .startsWith("28000 ");
        assertThat(
                        new LoginScript(ALICE, policy, LoginScript.peer("::1", true), "alice")
                                .settle()
                                .asked())
                .isEqualTo(CLEAR);
    }

    @Test
    void aUserWithoutVerifierIsAskedLikeAnyOtherAndAlwaysAlike() throws Exception {
        Verifiers nobody = Verifiers.none();
        for (LoginMethod method : List.of(LoginMethod.AUTO, LoginMethod.SCRAM_SHA_256)) {
            LoginScript known = login(ALICE, method);
            LoginScript unknown = login(nobody, method);
            assertThat(unknown.question()).isEqualTo(known.question());
            assertThat(challenge(unknown)).isEqualTo(challenge(known));
            assertThat(challenge(new LoginScript(nobody, method, "bob")))
                    .isNotEqualTo(challenge(login(nobody, method)))
                    .hasSameSizeAs(challenge(login(nobody, method)));
            assertThat(login(nobody, method).scram("wonderland").refusal).isEqualTo(WRONG);
        }
        assertThat(md5(login(nobody, LoginMethod.MD5), "wonderland").refusal).isEqualTo(WRONG);
        assertThat(login(nobody, LoginMethod.PASSWORD).types("wonderland").refusal)
                .isEqualTo(WRONG);
    }

    /** Salt and iterations as the client sees them. */
    private static String challenge(LoginScript login) {
        login.settle();
        login.sent.reset();
        login.receives(LoginScript.initial("SCRAM-SHA-256", "n,,n=,r=abc")).settle();
        return login.questionText().replaceFirst("r=[^,]*", "");
    }

    @Test
    void anExpiredPasswordIsWrong() throws Exception {
        Verifier verifier = new Verifier.Plain("wonderland");
        Verifiers expired = user -> new Answer.Known(verifier, LoginScript.NOW);
        Verifiers valid = user -> new Answer.Known(verifier, LoginScript.NOW.plusSeconds(1));
        assertThat(login(expired, LoginMethod.AUTO).scram("wonderland").refusal).isEqualTo(WRONG);
        assertThat(login(valid, LoginMethod.AUTO).scram("wonderland").credentials).isPresent();
    }

    @Test
    void aPasswordThatWasChangedIsLookedUpAnew() {
        AtomicInteger asked = new AtomicInteger();
        Verifiers changed =
                new Verifiers() {
                    @Override
                    public Answer lookUp(String user) {
                        return new Answer.Known(new Verifier.Plain("old"), Instant.MAX);
                    }

                    @Override
                    public Answer lookUpAnew(String user, Answer doubted) {
                        asked.incrementAndGet();
                        return new Answer.Known(new Verifier.Plain("new"), Instant.MAX);
                    }
                };
        assertThat(login(changed, LoginMethod.PASSWORD).types("new").credentials).isPresent();
        assertThat(md5(login(changed, LoginMethod.MD5), "new").credentials).isPresent();
        assertThat(asked).hasValue(2);
        assertThat(login(changed, LoginMethod.PASSWORD).types("neither").refusal).isEqualTo(WRONG);
        assertThat(login(changed, LoginMethod.PASSWORD).types("old").credentials).isPresent();
        assertThat(asked).hasValue(3);
    }

    @Test
    void trustAsksNothingAndTakesWhatTheListHas() {
        assertThat(login(ALICE, LoginMethod.TRUST).heard).containsExactly("admitted");
        assertThat(login(ALICE, LoginMethod.TRUST).credentials)
                .contains(new Credentials.Password("wonderland"));
        assertThat(login(LoginScript.users("alice", ALICE_MD5), LoginMethod.TRUST).credentials)
                .contains(new Credentials.Md5(ALICE_MD5));
        assertThat(login(Verifiers.none(), LoginMethod.TRUST).credentials)
                .contains(new Credentials.None());
    }

    @Test
    void aCertificateAdmitsTheUserItNamesOnly() throws Exception {
        X509Certificate certificate = someCertificate();
        String name = CommonName.of(certificate.getSubjectX500Principal()).orElseThrow();
        Peer peer =
                new Peer(
                        LoginScript.PLAIN.address(),
                        true,
                        Optional.of(certificate),
                        Optional.empty());
        LoginPolicy policy = new LoginPolicy(LoginMethod.CERTIFICATE, false, Rules.none());
        assertThat(new LoginScript(ALICE, policy, peer, name).settle().credentials)
                .contains(new Credentials.None());
        assertThat(new LoginScript(ALICE, policy, peer, "alice").settle().refusal)
                .isEqualTo("28000 certificate authentication failed for user \"alice\"");
        assertThat(new LoginScript(ALICE, policy, LoginScript.PLAIN, name).settle().refusal)
                .isEqualTo("28000 connection requires a valid client certificate");
    }

    /** Any that the JDK brings and that has a common name. */
    private static X509Certificate someCertificate() throws Exception {
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init((KeyStore) null);
        for (X509Certificate each :
                ((X509TrustManager) trust.getTrustManagers()[0]).getAcceptedIssuers()) {
            if (CommonName.of(each.getSubjectX500Principal()).isPresent()) {
                return each;
            }
        }
        throw new IllegalStateException("the JDK trusts nobody");
    }

    @Test
    void theCommonNameIsTheOneAndOnly() {
        assertThat(CommonName.of(new X500Principal("CN=alice, OU=x, C=NL"))).contains("alice");
        assertThat(CommonName.of(new X500Principal("CN=\"a, CN=b\", OU=x"))).contains("a, CN=b");
        assertThat(CommonName.of(new X500Principal("OU=x+CN=alice"))).contains("alice");
        assertThat(CommonName.of(new X500Principal("CN=alice, CN=bob"))).isEmpty();
        assertThat(CommonName.of(new X500Principal("OU=alice"))).isEmpty();
    }

    @Test
    void aLoginThatCannotBeginSaysWhy() {
        assertThat(new LoginScript(ALICE, LoginMethod.AUTO, "").settle().refusal)
                .isEqualTo("28000 no PostgreSQL user name specified in startup packet");
        Verifiers down = user -> new Answer.Unavailable("Quern cannot look up passwords");
        assertThat(login(down, LoginMethod.AUTO).refusal)
                .isEqualTo("08001 Quern cannot look up passwords");
        LoginPolicy policy =
                new LoginPolicy(LoginMethod.TRUST, true, Rules.parse(List.of("deny all")));
        assertThat(new LoginScript(ALICE, policy, LoginScript.PLAIN, "alice").settle().refusal)
                .startsWith("28000 quern.auth.rules rejects connection for host \"127.0.0.1\"");
        assertThat(new LoginScript(ALICE, policy, LoginScript.PLAIN, "a\nb").settle().refusal)
                .contains("\"a?b\"");
    }

    @Test
    void aFaultInALookUpEndsTheLoginWithoutItsMessage() {
        Verifiers broken =
                user -> {
                    throw new IllegalStateException("secret of " + user);
                };
        assertThat(login(broken, LoginMethod.AUTO).refusal)
                .isEqualTo("XX000 Quern could not conduct the login");
    }

    @Test
    void nothingHappensOnceTheClientLeft() {
        // after each number of steps of workers and event loop
        for (int steps = 0; steps < 3; steps++) {
            LoginScript login = new LoginScript(ALICE, LoginMethod.PASSWORD, "alice");
            login.steps(steps).abandons().settle();
            assertThat(login.heard).hasSize(steps == 2 ? 1 : 0);

            login = login(ALICE, LoginMethod.PASSWORD);
            login.receives("wonderland\0".getBytes(UTF_8));
            login.steps(steps);
            List<String> before = List.copyOf(login.heard);
            login.abandons().settle().types("wonderland");
            assertThat(login.heard).isEqualTo(before);
        }
    }

    @Test
    void anAnswerBeforeItsQuestionIsAViolation() {
        LoginScript login = new LoginScript(ALICE, LoginMethod.PASSWORD, "alice");
        login.types("wonderland");
        assertThat(login.heard).containsExactly("refused");
        assertThat(login.refusal).startsWith("08P01");
    }

    @Test
    void anAnswerThatIsTooLongIsAViolation() {
        LoginScript login = login(ALICE, LoginMethod.SCRAM_SHA_256);
        assertThat(login.receives(new byte[1025]).settle().refusal)
                .isEqualTo("08P01 invalid message length");
        assertThat(login(ALICE, LoginMethod.PASSWORD).receives(new byte[65_536]).refusal)
                .isEqualTo("08P01 invalid message length");
    }

    /** Whatever a client sends, it is refused once or asked again, and never let in. */
    @Property(tries = 100)
    void garbageNeverAdmitsAndEndsProperly(
            @ForAll @Size(max = 4) List<byte[]> answers, @ForAll LoginMethod drawn) {
        LoginMethod method =
                drawn == LoginMethod.TRUST || drawn == LoginMethod.CERTIFICATE
                        ? LoginMethod.AUTO
                        : drawn;
        endsProperly(login(LoginScript.users("alice", ALICE_MD5), method), answers);
        endsProperly(login(ALICE, method), answers);
    }

    /** The same behind the start of a good SCRAM exchange. */
    @Property(tries = 100)
    void garbageAfterAGoodBeginningNeverAdmits(@ForAll @Size(max = 3) List<byte[]> answers) {
        LoginScript login = login(ALICE, LoginMethod.AUTO);
        login.receives(LoginScript.initial("SCRAM-SHA-256", "n,,n=,r=abc")).settle();
        assertThat(login.refusal).isEmpty();
        endsProperly(login, answers);
    }

    private static void endsProperly(LoginScript login, List<byte[]> answers) {
        answers.forEach(answer -> login.receives(answer).settle());
        assertThat(login.credentials).isEmpty();
        assertThat(Collections.frequency(login.heard, "refused")).isLessThanOrEqualTo(1);
        assertThat(login.heard).doesNotContain("admitted");
        if (!login.refusal.isEmpty()) {
            assertThat(login.refusal).matches("(08P01|28P01|28000|0A000) .+");
            assertThat(login.heard).endsWith("refused");
        } else {
            assertThat(answers.size()).isLessThanOrEqualTo(2);
        }
    }

    /** Any single changed byte of a good exchange's last message keeps the client out. */
    @Property(tries = 100)
    void aChangedByteNeverAdmits(@ForAll int seed) throws Exception {
        LoginScript login = login(ALICE, LoginMethod.AUTO);
        ScramClient client = LoginScript.client(login.questionText(), "wonderland").build();
        login.receives(LoginScript.initial("SCRAM-SHA-256", client.clientFirstMessage().toString()))
                .settle();
        client.serverFirstMessage(login.questionText());
        byte[] last = client.clientFinalMessage().toString().getBytes(UTF_8);
        int at = Math.floorMod(seed, last.length);
        last[at] ^= (byte) (1 << Math.floorMod(seed >> 16, 8));
        login.receives(last).settle();
        assertThat(login.credentials).isEmpty();
        assertThat(login.heard).endsWith("refused");
    }
}

package io.quern.proxy.auth;

import io.quern.proxy.auth.Verifiers.Answer;
import io.quern.proxy.backend.Credentials;
import io.quern.proxy.wire.MessageWriter;
import io.quern.proxy.wire.StartupPacket;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.SecureRandom;
import java.util.Optional;

/**
 * One login as the workers see it: who asks, by which method, and what the answers are worth. Waits
 * and computes; used by one thread at a time.
 */
final class Questioning {
    private static final Logger LOG = LoggerFactory.getLogger(Questioning.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    /** As many as PostgreSQL's, so that the nonce is as long. */
    private static final int NONCE_BYTES = 18;

    private final LoginPolicy policy;
    private final LoginSources sources;
    private final Peer peer;
    private final StartupPacket.Startup startup;
    private final String user;
    private @Nullable Exchange exchange;
    private Answer known = new Answer.Unknown("was not looked up");

    Questioning(
            LoginPolicy policy, LoginSources sources, Peer peer, StartupPacket.Startup startup) {
        this.policy = policy;
        this.sources = sources;
        this.peer = peer;
        this.startup = startup;
        this.user = startup.user();
    }

    /** The longest answer to the question asked last, in bytes. */
    int longestAnswer() {
        Exchange asking = exchange;
        return asking == null ? 0 : asking.longestAnswer();
    }

    /** Finds out what to ask, and asks it. */
    Outcome begin(MessageWriter out) {
        if (user.isEmpty()) {
            return refused("28000", "no PostgreSQL user name specified in startup packet");
        }
        Optional<String> denial = policy.rules().denial(peer, startup);
        if (denial.isPresent()) {
            return refused("28000", denial.get());
        }
        return switch (policy.method()) {
            case TRUST -> new Outcome.Proven(listed());
            case CERTIFICATE -> certificate();
            case AUTO, SCRAM_SHA_256, MD5, PASSWORD -> ask(out);
        };
    }

    /** Takes the body of an answer. */
    Outcome received(byte[] body, MessageWriter out) {
        Exchange asking = exchange;
        if (asking == null) {
            throw new IllegalStateException("nothing was asked");
        }
        Outcome outcome = asking.received(body, out);
        if (outcome instanceof Outcome.Wrong) {
            Answer anew = sources.verifiers().lookUpAnew(user, known);
            if (!anew.equals(known)) {
                outcome = sources.usable(anew).map(asking::again).orElse(outcome);
            }
        }
        return switch (outcome) {
            case Outcome.Wrong _ -> wrong();
            case Outcome.Refused refused -> refused(refused.sqlState(), refused.message());
            case Outcome.Asked _, Outcome.Proven _ -> outcome;
        };
    }

    private Outcome certificate() {
        if (peer.certificate().isEmpty()) {
            return refused("28000", "connection requires a valid client certificate");
        }
        boolean same =
                peer.certificate()
                        .flatMap(shown -> CommonName.of(shown.getSubjectX500Principal()))
                        .filter(user::equals)
                        .isPresent();
        return same
                ? new Outcome.Proven(listed())
                : refused("28000", "certificate authentication failed for user \"" + user + "\"");
    }

    /** What the user list has for the upstream; a SCRAM verifier alone proves nothing there. */
    private Credentials listed() {
        return sources.usable(sources.secrets().lookUp(user))
                .<Credentials>map(
                        verifier ->
                                switch (verifier) {
                                    case Verifier.Plain plain ->
                                            new Credentials.Password(plain.password());
                                    case Verifier.Md5 md5 -> new Credentials.Md5(md5.hash());
                                    case Verifier.Scram _ -> new Credentials.None();
                                })
                .orElseGet(Credentials.None::new);
    }

    private Outcome ask(MessageWriter out) {
        if (policy.method() == LoginMethod.PASSWORD && !peer.tls() && !policy.clearWithoutTls()) {
            return refused("28000", "Quern takes passwords in clear over TLS only");
        }
        known = sources.verifiers().lookUp(user);
        if (known instanceof Answer.Unavailable unavailable) {
            return refused("08001", unavailable.why());
        }
        Exchange asking = exchange(sources.usable(known));
        exchange = asking;
        asking.begin(out);
        return new Outcome.Asked();
    }

    private Exchange exchange(Optional<Verifier> verifier) {
        return switch (policy.method()) {
            case PASSWORD ->
                    new ClearExchange(
                            user,
                            verifier.orElseGet(() -> sources.decoys().scram(user)),
                            sources.passwords());
            case MD5 ->
                    verifier.orElse(null) instanceof Verifier.Scram
                            ? scram(verifier)
                            : md5(verifier);
            case AUTO ->
                    verifier.orElse(null) instanceof Verifier.Md5 ? md5(verifier) : scram(verifier);
            case SCRAM_SHA_256 -> scram(verifier);
            case TRUST, CERTIFICATE -> throw new IllegalStateException("asks nothing");
        };
    }

    private Exchange md5(Optional<Verifier> verifier) {
        // a decoy of any other kind fits no answer
        return new Md5Exchange(
                user,
                verifier.orElseGet(() -> sources.decoys().scram(user)),
                random(Md5Exchange.SALT_BYTES));
    }

    private Exchange scram(Optional<Verifier> verifier) {
        String nonce = ExactBase64.encode(random(NONCE_BYTES));
        return switch (verifier.orElse(null)) {
            case Verifier.Scram stored ->
                    new ScramExchange(stored, Optional.empty(), peer.channelBinding(), nonce);
            case Verifier.Plain plain ->
                    new ScramExchange(
                            sources.passwords().derive(user, plain),
                            Optional.of(plain),
                            peer.channelBinding(),
                            nonce);
            case Verifier.Md5 _ -> decoy(nonce);
            case null -> decoy(nonce);
        };
    }

    private Exchange decoy(String nonce) {
        return new ScramExchange(
                sources.decoys().scram(user), Optional.empty(), peer.channelBinding(), nonce);
    }

    private static byte[] random(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private Outcome wrong() {
        String why =
                switch (known) {
                    case Answer.Unknown unknown -> unknown.why();
                    case Answer.Unavailable _ -> "could not be looked up";
                    case Answer.Known _ ->
                            sources.usable(known).isEmpty()
                                    ? "has a password that is no longer valid"
                                    : "gave a wrong password";
                };
        return refused("28P01", "password authentication failed for user \"" + user + "\"", why);
    }

    private Outcome refused(String sqlState, String message) {
        return refused(sqlState, message, "");
    }

    private Outcome refused(String sqlState, String message, String why) {
        String line = oneLine(message);
        LOG.info(
                "A login from {} was refused: {}{}",
                peer.address().getHostAddress(),
                line,
                why.isEmpty() ? "" : ": the user " + why);
        return new Outcome.Refused(sqlState, line);
    }

    /** Names come from the client, and shall not write lines of their own. */
    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}

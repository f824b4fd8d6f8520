package io.quern.proxy.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.ongres.scram.client.ScramClient;

import io.quern.proxy.backend.Credentials;
import io.quern.proxy.wire.MessageReader;
import io.quern.proxy.wire.MessageWriter;
import io.quern.proxy.wire.StartupPacket;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A client of a {@link Doorkeeper}, one step at a time on the test's own thread. */
final class LoginScript {
    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    static final Peer PLAIN = peer("127.0.0.1", false);

    /** What happened, in order: {@code send}, {@code admitted}, {@code refused}. */
    final List<String> heard = new ArrayList<>();

    final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    final Deque<Runnable> workers = new ArrayDeque<>();
    final Deque<Runnable> loop = new ArrayDeque<>();
    Optional<Credentials> credentials = Optional.empty();
    String refusal = "";

    private final Authenticator.Login login;

    LoginScript(Verifiers verifiers, LoginMethod method, String user) {
        this(verifiers, new LoginPolicy(method, true, Rules.none()), PLAIN, user);
    }

    LoginScript(Verifiers verifiers, LoginPolicy policy, Peer peer, String user) {
        Doorkeeper doorkeeper =
                new Doorkeeper(
                        () -> policy,
                        verifiers,
                        verifiers,
                        new Decoys("test".getBytes(UTF_8), Decoys.DEFAULT_ITERATIONS),
                        workers::add,
                        () -> NOW);
        login = doorkeeper.begin(peer, startup(user, "shop"), loop::add, new Heard());
    }

    static Peer peer(String address, boolean tls) {
        return new Peer(
                InetAddress.ofLiteral(address),
                tls,
                Optional.empty(),
                tls ? Optional.of("certificate hash".getBytes(UTF_8)) : Optional.empty());
    }

    static StartupPacket.Startup startup(String user, String database) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("user", user);
        parameters.put("database", database);
        return new StartupPacket.Startup(0, parameters);
    }

    /** One user with a secret as lists spell it; nobody else. */
    static Verifiers users(String user, String secret) {
        return asked ->
                asked.equals(user)
                        ? new Verifiers.Answer.Known(verifier(secret), Instant.MAX)
                        : new Verifiers.Answer.Unknown("is not in the test");
    }

    static Verifier verifier(String secret) {
        try {
            return Verifier.parse(secret);
        } catch (Verifier.UnfitVerifier unfit) {
            throw new IllegalArgumentException(unfit);
        }
    }

    private final class Heard implements Authenticator.Hearer {
        @Override
        public void send(MessageWriter messages) {
            heard.add("send");
            sent.writeBytes(messages.toByteArray());
        }

        @Override
        public void admitted(Credentials given) {
            heard.add("admitted");
            credentials = Optional.of(given);
        }

        @Override
        public void refused(String sqlState, String message) {
            heard.add("refused");
            refusal = sqlState + " " + message;
        }
    }

    /** Runs what waits for workers and the event loop. */
    LoginScript settle() {
        return steps(Integer.MAX_VALUE);
    }

    /** Runs so many of the tasks that wait for workers or the event loop. */
    LoginScript steps(int most) {
        for (int i = 0; i < most && !(workers.isEmpty() && loop.isEmpty()); i++) {
            (workers.isEmpty() ? loop : workers).remove().run();
        }
        return this;
    }

    LoginScript receives(byte[] body) {
        login.received(body);
        return this;
    }

    LoginScript abandons() {
        login.abandoned();
        return this;
    }

    /** The kind of the next authentication request, taken off, or -1. */
    int asked() {
        byte[] rest = sent.toByteArray();
        return rest.length == 0 ? -1 : new MessageReader().over(rest, 5, 4).int32();
    }

    /** What the next authentication request holds, and takes it off. */
    byte[] question() {
        byte[] rest = sent.toByteArray();
        int length = new MessageReader().over(rest, 1, 4).int32();
        sent.reset();
        sent.writeBytes(Arrays.copyOfRange(rest, 1 + length, rest.length));
        return Arrays.copyOfRange(rest, 9, 1 + length);
    }

    String questionText() {
        return new String(question(), UTF_8);
    }

    /** Answers with a password in clear, or whatever else is one string. */
    LoginScript types(String text) {
        return receives((text + "\0").getBytes(UTF_8)).settle();
    }

    /** Goes through SCRAM with a password, as far as Quern lets it. */
    LoginScript scram(String password) throws Exception {
        return scram(password, Optional.empty());
    }

    LoginScript scram(String password, Optional<byte[]> certificateHash) throws Exception {
        settle();
        var building = client(questionText(), password);
        certificateHash.ifPresent(hash -> building.channelBinding("tls-server-end-point", hash));
        ScramClient client = building.build();
        receives(
                        initial(
                                client.getScramMechanism().getName(),
                                client.clientFirstMessage().toString()))
                .settle();
        if (!refusal.isEmpty()) {
            return this;
        }
        client.serverFirstMessage(questionText());
        receives(client.clientFinalMessage().toString().getBytes(UTF_8)).settle();
        if (refusal.isEmpty()) {
            client.serverFinalMessage(questionText());
        }
        return this;
    }

    /** A client that was offered mechanisms. */
    static ScramClient.FinalBuildStage client(String offer, String password) {
        return ScramClient.builder()
                .advertisedMechanisms(Arrays.asList(offer.split("\0")))
                .username("*")
                .password(password.toCharArray());
    }

    static byte[] initial(String mechanism, String message) {
        byte[] text = message.getBytes(UTF_8);
        byte[] frame =
                new MessageWriter()
                        .begin((byte) 'p')
                        .string(mechanism.getBytes(UTF_8))
                        .int32(text.length)
                        .raw(text, 0, text.length)
                        .end()
                        .toByteArray();
        return Arrays.copyOfRange(frame, 5, frame.length);
    }
}

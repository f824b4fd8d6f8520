package io.quern.proxy.backend;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.StringPreparation;
import com.ongres.scram.common.exception.ScramException;
import com.ongres.scram.common.util.TlsServerEndpoint;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Quern's half of a SCRAM-SHA-256 exchange (RFC 5802, 7677) with the upstream, bound to the TLS
 * channel where both sides can. Not thread-safe; the calls follow each other.
 */
final class SaslAnswers {
    /** A server that asks for more would only burn the processor. */
    private static final int MOST_ITERATIONS = 10_000_000;

    private static final String DOUBTFUL = "the upstream's SCRAM answer is not valid";

    private final ScramClient client;

    private SaslAnswers(ScramClient client) {
        this.client = client;
    }

    /**
     * Begins.
     *
     * @param offered mechanisms
     * @param binding tls-server-end-point data; null without TLS
     * @throws HostFailure if the credentials cannot answer any of them
     */
    static SaslAnswers begin(
            List<String> offered, Credentials credentials, String user, byte @Nullable [] binding)
            throws HostFailure {
        try {
            // PostgreSQL takes the name from the start-up packet, whatever stands here
            var named = ScramClient.builder().advertisedMechanisms(offered).username("*");
            var proven =
                    switch (credentials) {
                        case Credentials.Password(String password) ->
                                named.password(password.toCharArray())
                                        .stringPreparation(
                                                StringPreparation.POSTGRESQL_PREPARATION);
                        case Credentials.Scram keys ->
                                named.clientAndServerKey(keys.clientKey(), keys.serverKey());
                        case Credentials.Md5 hash ->
                                throw Mismatch.of("a SCRAM password", hash, user);
                        case Credentials.None none ->
                                throw Mismatch.of("a SCRAM password", none, user);
                    };
            if (binding != null) {
                proven.channelBinding(TlsServerEndpoint.TLS_SERVER_END_POINT, binding);
            }
            return new SaslAnswers(proven.build());
        } catch (IllegalArgumentException unknown) {
            throw new HostFailure(
                    "28000",
                    "the upstream offers no authentication mechanism that Quern speaks for user \""
                            + user
                            + "\"",
                    false);
        }
    }

    byte[] mechanism() {
        return client.getScramMechanism().getName().getBytes(UTF_8);
    }

    byte[] first() {
        return client.clientFirstMessage().toString().getBytes(UTF_8);
    }

    /**
     * The proof; takes milliseconds of hashing.
     *
     * @throws HostFailure if the question makes no sense
     */
    byte[] last(String question) throws HostFailure {
        try {
            int iterations = client.serverFirstMessage(question).getIterationCount();
            if (iterations > MOST_ITERATIONS) {
                throw doubtful();
            }
            return client.clientFinalMessage().toString().getBytes(UTF_8);
        } catch (ScramException | IllegalArgumentException | IllegalStateException wrong) {
            throw doubtful();
        }
    }

    /**
     * Checks that the server knows the password too.
     *
     * @throws HostFailure if it does not
     */
    void verify(String signature) throws HostFailure {
        try {
            client.serverFinalMessage(signature);
        } catch (ScramException | IllegalArgumentException | IllegalStateException wrong) {
            throw doubtful();
        }
    }

    private static HostFailure doubtful() {
        return new HostFailure("28000", DOUBTFUL, false);
    }
}

package io.quern.proxy.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;

import io.quern.proxy.backend.Credentials;
import io.quern.proxy.wire.Backend;
import io.quern.proxy.wire.MessageReader;
import io.quern.proxy.wire.MessageWriter;
import io.quern.proxy.wire.ProtocolViolation;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.util.Optional;

/**
 * The server's half of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677, channel binding
 * {@code tls-server-end-point} of RFC 5929) as PostgreSQL speaks it: the user of the start-up
 * packet counts, the one in the exchange is ignored.
 *
 * <p>A right proof reveals the client's key: ClientKey = ClientProof XOR ClientSignature, and
 * H(ClientKey) is the StoredKey. With it Quern can log in at the upstream as that user without ever
 * having seen the password.
 */
final class ScramExchange implements Exchange {
    static final String MECHANISM = "SCRAM-SHA-256";
    static final String BINDING_MECHANISM = "SCRAM-SHA-256-PLUS";
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;
    private static final int SASL_FINAL = 12;

    /** PostgreSQL's PG_MAX_SASL_MESSAGE_LENGTH. */
    private static final int LONGEST = 1024;

    /** What the client is to prove. */
    private final Verifier.Scram verifier;

    /** What the verifier was made from, if that is known. */
    private final Optional<Verifier.Plain> password;

    private final Optional<byte[]> channelBinding;
    private final String serverNonce;
    private boolean chosen;
    private boolean binds;
    private @Nullable ScramClientFirst first;
    private String serverFirst = "";

    /**
     * @param channelBinding the hash of the certificate that Quern showed, on TLS
     * @param serverNonce printable ASCII without comma, never used before
     */
    ScramExchange(
            Verifier.Scram verifier,
            Optional<Verifier.Plain> password,
            Optional<byte[]> channelBinding,
            String serverNonce) {
        this.verifier = verifier;
        this.password = password;
        this.channelBinding = channelBinding;
        this.serverNonce = serverNonce;
    }

    @Override
    public int longestAnswer() {
        return LONGEST;
    }

    @Override
    public void begin(MessageWriter out) {
        out.begin(Backend.AUTHENTICATION).int32(SASL);
        if (channelBinding.isPresent()) {
            out.string(BINDING_MECHANISM.getBytes(US_ASCII));
        }
        out.string(MECHANISM.getBytes(US_ASCII)).int8(0).end();
    }

    @Override
    public Outcome received(byte[] body, MessageWriter out) {
        try {
            if (!chosen) {
                return mechanism(body, out);
            }
            ScramClientFirst begun = first;
            return begun == null ? first(body, out) : last(begun, body, out);
        } catch (ScramRefusal refusal) {
            return new Outcome.Refused(refusal.sqlState(), String.valueOf(refusal.getMessage()));
        } catch (ProtocolViolation malformed) {
            return Outcome.Refused.violation("malformed SASL message");
        }
    }

    /** The proof was made for the old salt: only a new login can tell. */
    @Override
    public Outcome again(Verifier by) {
        return new Outcome.Wrong();
    }

    /** SASLInitialResponse: mechanism, int32 length (-1: nothing), the client's first message. */
    private Outcome mechanism(byte[] body, MessageWriter out) throws ScramRefusal {
        MessageReader in = new MessageReader().over(body, 0, body.length);
        String name = in.string();
        binds = name.equals(BINDING_MECHANISM) && channelBinding.isPresent();
        if (!binds && !name.equals(MECHANISM)) {
            return Outcome.Refused.violation(
                    "client selected an invalid SASL authentication mechanism");
        }
        chosen = true;
        int length = in.int32();
        if (length == -1 && in.remaining() == 0) {
            out.begin(Backend.AUTHENTICATION).int32(SASL_CONTINUE).end();
            return new Outcome.Asked();
        }
        if (length != in.remaining()) {
            return Outcome.Refused.violation("malformed SASL message");
        }
        byte[] message = new byte[length];
        System.arraycopy(body, in.position(), message, 0, length);
        return first(message, out);
    }

    private Outcome first(byte[] message, MessageWriter out) throws ScramRefusal {
        ScramClientFirst read =
                ScramClientFirst.read(ScramText.of(message), binds, channelBinding.isPresent());
        first = read;
        serverFirst =
                "r="
                        + read.nonce()
                        + serverNonce
                        + ",s="
                        + ExactBase64.encode(verifier.salt())
                        + ",i="
                        + verifier.iterations();
        send(out, SASL_CONTINUE, serverFirst);
        return new Outcome.Asked();
    }

    private Outcome last(ScramClientFirst begun, byte[] message, MessageWriter out)
            throws ScramRefusal {
        ScramClientFinal read = ScramClientFinal.read(ScramText.of(message));
        if (!read.channelBinding().equals(expectedBinding(begun))) {
            throw binds
                    ? new ScramRefusal("28000", "SCRAM channel binding check failed")
                    : ScramRefusal.violation(
                            "unexpected SCRAM channel-binding attribute in client-final-message");
        }
        if (!read.nonce().equals(begun.nonce() + serverNonce)) {
            throw ScramRefusal.violation("invalid SCRAM response (nonce does not match)");
        }
        String messages = begun.bare() + "," + serverFirst + "," + read.withoutProof();
        Optional<byte[]> clientKey = clientKey(read.proofBytes(), messages);
        if (clientKey.isEmpty()) {
            return new Outcome.Wrong();
        }
        byte[] signature =
                ScramFunctions.serverSignature(
                        ScramMechanism.SCRAM_SHA_256, verifier.serverKey(), messages);
        send(out, SASL_FINAL, "v=" + ExactBase64.encode(signature));
        Credentials credentials =
                password.<Credentials>map(plain -> new Credentials.Password(plain.password()))
                        .orElseGet(
                                () -> new Credentials.Scram(clientKey.get(), verifier.serverKey()));
        return new Outcome.Proven(credentials);
    }

    private Optional<byte[]> clientKey(byte[] proof, String messages) {
        byte[] storedKey = verifier.storedKey();
        byte[] key =
                ScramFunctions.clientSignature(ScramMechanism.SCRAM_SHA_256, storedKey, messages);
        for (int i = 0; i < key.length; i++) {
            key[i] ^= proof[i];
        }
        return Passwords.equal(Passwords.sha256(key), storedKey)
                ? Optional.of(key)
                : Optional.empty();
    }

    private String expectedBinding(ScramClientFirst begun) {
        ByteArrayOutputStream bound = new ByteArrayOutputStream();
        bound.writeBytes(begun.header().getBytes(US_ASCII));
        if (binds) {
            channelBinding.ifPresent(bound::writeBytes);
        }
        return ExactBase64.encode(bound.toByteArray());
    }

    private static void send(MessageWriter out, int kind, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        out.begin(Backend.AUTHENTICATION).int32(kind).raw(bytes, 0, bytes.length).end();
    }
}

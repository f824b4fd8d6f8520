package io.quern.proxy.auth;

import java.util.Optional;

/**
 * The message a client ends SCRAM with.
 *
 * @param channelBinding base64 as it came
 * @param nonce both parts
 * @param withoutProof the message up to the comma before the proof
 * @param proof exact base64 of 32 bytes
 */
record ScramClientFinal(String channelBinding, String nonce, String withoutProof, String proof) {

    static ScramClientFinal read(ScramText in) throws ScramRefusal {
        String channelBinding = in.attribute('c');
        in.skip(',');
        String nonce = in.attribute('r');
        String withoutProof = in.since(0);
        in.skip(',');
        while (in.peek() != 'p') {
            if (!in.letterNext()) {
                throw ScramRefusal.malformed("attribute expected");
            }
            in.attribute(in.peek());
            withoutProof = in.since(0);
            in.skip(',');
        }
        String proof = in.attribute('p');
        if (decoded(proof).isEmpty()) {
            throw ScramRefusal.malformed("malformed proof in client-final-message");
        }
        if (!in.atEnd()) {
            throw ScramRefusal.malformed("garbage found at the end of client-final-message");
        }
        return new ScramClientFinal(channelBinding, nonce, withoutProof, proof);
    }

    byte[] proofBytes() {
        return decoded(proof).orElseThrow();
    }

    private static Optional<byte[]> decoded(String proof) {
        return ExactBase64.decode(proof).filter(bytes -> bytes.length == Verifier.Scram.KEY_BYTES);
    }

    @Override
    public String toString() {
        return "ScramClientFinal[…]";
    }
}

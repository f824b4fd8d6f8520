package io.quern.proxy.auth;

/**
 * The message a client begins SCRAM with.
 *
 * @param header the GS2 header, its last comma included: {@code n,,}, {@code y,,} or {@code
 *     p=tls-server-end-point,,}
 * @param bare what follows the header
 * @param nonce the client's part of the nonce
 */
record ScramClientFirst(String header, String bare, String nonce) {

    /**
     * Reads and checks the message.
     *
     * @param binds whether the client chose the mechanism that binds to the channel
     * @param bindable whether that was offered
     */
    static ScramClientFirst read(ScramText in, boolean binds, boolean bindable)
            throws ScramRefusal {
        binding(in, binds, bindable);
        in.skip(',');
        if (in.peek() == 'a') {
            throw new ScramRefusal(
                    "0A000", "client uses authorization identity, but it is not supported");
        }
        in.skip(',');
        int bare = in.position();
        String header = in.since(0);
        if (in.peek() == 'm') {
            throw new ScramRefusal("0A000", "client requires an unsupported SCRAM extension");
        }
        in.attribute('n');
        in.skip(',');
        String nonce = in.attribute('r');
        if (nonce.isEmpty() || !nonce.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
            throw ScramRefusal.violation("non-printable characters in SCRAM nonce");
        }
        while (!in.atEnd()) {
            in.skip(',');
            if (!in.letterNext()) {
                throw ScramRefusal.malformed("attribute expected");
            }
            in.attribute(in.peek());
        }
        return new ScramClientFirst(header, in.from(bare), nonce);
    }

    /** The flag that says what the client thinks of channel binding; the rules are PostgreSQL's. */
    private static void binding(ScramText in, boolean binds, boolean bindable) throws ScramRefusal {
        switch (in.peek()) {
            case 'n' -> {
                if (binds) {
                    throw ScramRefusal.malformed(
                            "the client selected SCRAM-SHA-256-PLUS, but the SCRAM message does"
                                    + " not include channel binding data");
                }
                in.skip('n');
            }
            case 'y' -> {
                if (binds) {
                    throw ScramRefusal.malformed(
                            "the client selected SCRAM-SHA-256-PLUS, but the SCRAM message does"
                                    + " not include channel binding data");
                }
                if (bindable) {
                    // somebody between has struck the offer
                    throw new ScramRefusal("28000", "SCRAM channel binding negotiation error");
                }
                in.skip('y');
            }
            case 'p' -> {
                if (!binds) {
                    throw ScramRefusal.malformed(
                            "the client selected SCRAM-SHA-256 without channel binding, but the"
                                    + " SCRAM message includes channel binding data");
                }
                if (!in.attribute('p').equals("tls-server-end-point")) {
                    throw ScramRefusal.violation("unsupported SCRAM channel-binding type");
                }
            }
            default -> throw ScramRefusal.malformed("unexpected channel-binding flag");
        }
    }
}

package io.quern.proxy.wire;

/**
 * Bytes that no correct peer sends: the conversation they came from ends with SQLSTATE 08P01. The
 * message never quotes the bytes.
 */
public final class ProtocolViolation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ProtocolViolation(String message) {
        super(message, null, false, false);
    }
}

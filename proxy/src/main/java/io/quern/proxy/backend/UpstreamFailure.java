package io.quern.proxy.backend;

/** The upstream cannot be reached, or not as safely as asked; the message is fit for a client. */
public final class UpstreamFailure extends Exception {
    private static final long serialVersionUID = 1L;

    public UpstreamFailure(String message) {
        super(message, null, false, false);
    }
}

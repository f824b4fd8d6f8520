package io.quern.proxy.session;

import io.quern.proxy.wire.MessageWriter;

/** What a session does to the outside while it looks at a message. */
public interface Effects {

    /**
     * Sends whole messages upstream, or (with a Bind's head) in front of the rest of the message
     * being looked at. The writer is only valid during the call.
     */
    void toServer(MessageWriter messages);

    /** Sends whole messages to the client, in front of the message being looked at. */
    void toClient(MessageWriter messages);

    /** The session cannot go on: the client is told why, and both sides end. */
    void end(String sqlState, String message);

    /** The catalog of the session's database may have changed. Never blocks. */
    void catalogChanged();

    /** The treatment of a suggestion does not act as promised. Never blocks. */
    void refuse(long suggestion, String reason);
}

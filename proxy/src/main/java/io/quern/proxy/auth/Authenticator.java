package io.quern.proxy.auth;

import io.quern.proxy.backend.Credentials;
import io.quern.proxy.wire.MessageWriter;
import io.quern.proxy.wire.StartupPacket;

import java.util.concurrent.Executor;

/** Lets clients in that Quern, not the upstream, authenticates. Thread-safe. */
public interface Authenticator {

    /** One client's login; its methods are called on the client's event loop. */
    interface Login {

        /** The body of a password message came ('p': password, SASL answer). */
        void received(byte[] body);

        /** The client left. */
        void abandoned();
    }

    /** Hears what a login wants; called on the client's event loop. */
    interface Hearer {

        /** Sends authentication requests; the writer is only valid during the call. */
        void send(MessageWriter messages);

        /** The client is who it says. AuthenticationOk is not sent yet. */
        void admitted(Credentials credentials);

        /** The client is not let in; the message is one line fit for it. */
        void refused(String sqlState, String message);
    }

    /**
     * Begins a login. Hashing and looking up run elsewhere; what follows comes back on the event
     * loop.
     */
    Login begin(Peer peer, StartupPacket.Startup startup, Executor loop, Hearer hearer);
}

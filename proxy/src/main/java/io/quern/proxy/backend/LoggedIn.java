package io.quern.proxy.backend;

import io.netty.channel.Channel;
import io.quern.proxy.session.BackendState;

/**
 * A session on the upstream that has just begun: idle, its channel not reading, its pipeline empty
 * but for TLS.
 */
final class LoggedIn {
    private final Channel channel;
    private final Host host;
    private final BackendState state;
    private final int processId;
    private final byte[] cancelKey;

    /**
     * @param host where it is
     * @param state what the server reported
     * @param processId 0 if the server gave none
     * @param cancelKey process number and key as the server sent them; empty if it gave none
     */
    LoggedIn(Channel channel, Host host, BackendState state, int processId, byte[] cancelKey) {
        this.channel = channel;
        this.host = host;
        this.state = state;
        this.processId = processId;
        this.cancelKey = cancelKey.clone();
    }

    Channel channel() {
        return channel;
    }

    Host host() {
        return host;
    }

    BackendState state() {
        return state;
    }

    int processId() {
        return processId;
    }

    byte[] cancelKey() {
        return cancelKey.clone();
    }
}

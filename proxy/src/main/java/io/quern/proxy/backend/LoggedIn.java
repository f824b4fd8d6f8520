package io.quern.proxy.backend;

import io.netty.channel.Channel;
import io.quern.proxy.session.BackendState;

/**
 * A session on the upstream that has just begun: idle, its channel not reading, its pipeline empty
 * but for TLS.
 *
 * @param host where it is
 * @param state what the server reported
 * @param processId 0 if the server gave none
 * @param cancelKey process number and key as the server sent them; empty if it gave none
 */
record LoggedIn(Channel channel, Host host, BackendState state, int processId, byte[] cancelKey) {}

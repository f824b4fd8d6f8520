package io.quern.proxy.backend;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.quern.proxy.wire.MessageWriter;

import java.time.Duration;

/**
 * Ends a session that still runs something for a client that left without a word. The server would
 * notice that only when it next writes, so what runs is cancelled; and since a cancel request that
 * overtakes the query does nothing, it is repeated until the server has closed the connection.
 */
// a failed write or close ends the channel
@SuppressWarnings("FutureReturnValueIgnored")
public final class Stopping {
    private static final long FIRST_PAUSE = 50;

    private final Channel channel;
    private final Runnable cancel;

    private Stopping(Channel channel, Runnable cancel) {
        this.channel = channel;
        this.cancel = cancel;
    }

    /**
     * Says good-bye behind what was sent, and cancels until that is read; on the channel's event
     * loop.
     *
     * @param channel stands between two messages to the server
     * @param cancel sends a cancel request; run on the event loop
     * @param limit after this long the connection is closed in any case
     */
    public static void begin(Channel channel, Runnable cancel, Duration limit) {
        channel.config().setAutoRead(true);
        channel.writeAndFlush(
                Unpooled.wrappedBuffer(new MessageWriter().terminate().toByteArray()));
        new Stopping(channel, cancel).attempt(FIRST_PAUSE, limit.toMillis());
    }

    private void attempt(long pause, long left) {
        if (!channel.isActive()) {
            return;
        }
        if (left <= 0) {
            channel.close();
            return;
        }
        cancel.run();
        long next = Math.min(pause, left);
        channel.eventLoop().schedule(() -> attempt(pause * 2, left - next), next, MILLISECONDS);
    }
}

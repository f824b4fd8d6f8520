package io.quern.proxy.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import io.quern.proxy.backend.UpstreamFailure;
import io.quern.proxy.wire.MessageWriter;
import io.quern.proxy.wire.ProtocolViolation;
import io.quern.proxy.wire.StartupPacket;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.TimeUnit;

/**
 * Receives a client until it is known what it wants: its packets before the first typed message.
 * Then a {@link Relay} takes over, or a cancel request is sent on.
 */
// a failed write or close ends the channel, and its handler hears of that
@SuppressWarnings("FutureReturnValueIgnored")
final class Doorway extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Doorway.class);

    private final House house;
    private ByteBuf received = Unpooled.EMPTY_BUFFER;
    private boolean refusedTls;
    private boolean open = true;
    private @Nullable Relay relay;
    private @Nullable ScheduledFuture<?> deadline;

    Doorway(House house) {
        this.house = house;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        deadline =
                context.executor()
                        .schedule(
                                () -> late(context),
                                house.loginTimeout().toMillis(),
                                TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (received.isReadable()) {
            received = Unpooled.wrappedBuffer(received, bytes);
        } else {
            received.release();
            received = bytes;
        }
        try {
            while (open && received.readableBytes() >= 4) {
                int length = StartupPacket.checkedLength(received.getInt(received.readerIndex()));
                if (received.readableBytes() < length) {
                    return;
                }
                byte[] packet = new byte[length];
                received.readBytes(packet);
                take(context, packet);
            }
        } catch (ProtocolViolation violation) {
            refuse(context.channel(), "08P01", String.valueOf(violation.getMessage()));
        }
    }

    private void take(ChannelHandlerContext context, byte[] packet) {
        switch (StartupPacket.decode(packet)) {
            case StartupPacket.SslRequest() -> noEncryption(context, true);
            case StartupPacket.GssEncRequest() -> noEncryption(context, false);
            case StartupPacket.CancelRequest() -> cancel(context.channel(), packet);
            case StartupPacket.Startup startup -> connect(context, startup, packet);
        }
    }

    /** Bytes behind the request are no attack: nothing is going to be encrypted. */
    private void noEncryption(ChannelHandlerContext context, boolean tls) {
        refusedTls |= tls;
        context.writeAndFlush(context.alloc().buffer(1).writeByte('N'));
    }

    private void cancel(Channel client, byte[] packet) {
        open = false;
        client.config().setAutoRead(false);
        settled();
        house.connector()
                .cancel(client.eventLoop(), packet, house.loginTimeout())
                .addListener(done -> client.close());
    }

    private void connect(
            ChannelHandlerContext context, StartupPacket.Startup startup, byte[] packet) {
        open = false;
        Channel client = context.channel();
        client.config().setAutoRead(false);
        house.connector()
                .connect(client.eventLoop())
                .addListener(
                        (Future<Channel> done) -> {
                            if (done.isSuccess()) {
                                connected(context, startup, packet, done.getNow());
                            } else {
                                unreachable(client, done.cause());
                            }
                        });
    }

    private void connected(
            ChannelHandlerContext context,
            StartupPacket.Startup startup,
            byte[] packet,
            Channel upstream) {
        Channel client = context.channel();
        if (!client.isActive()) {
            upstream.close();
            return;
        }
        Relay started = new Relay(house, client, upstream, startup, this::settled);
        relay = started;
        ByteBuf rest = received;
        received = Unpooled.EMPTY_BUFFER;
        client.pipeline().replace(this, "client", started.clientSide());
        started.start(Unpooled.wrappedBuffer(packet), rest);
    }

    private void unreachable(Channel client, Throwable cause) {
        String why =
                cause instanceof UpstreamFailure failure
                        ? String.valueOf(failure.getMessage())
                        : "cannot reach the upstream " + house.connector().upstream();
        LOG.warn("A client was turned away: {}", why);
        refuse(client, "08001", "Quern " + why);
    }

    private void late(ChannelHandlerContext context) {
        Relay started = relay;
        String why = "canceling authentication due to timeout";
        if (started != null) {
            started.fail("57014", why);
        } else {
            refuse(context.channel(), "57014", why);
        }
    }

    private void refuse(Channel client, String sqlState, String message) {
        open = false;
        settled();
        client.writeAndFlush(
                        Unpooled.wrappedBuffer(
                                new MessageWriter()
                                        .error("FATAL", sqlState, message)
                                        .toByteArray()))
                .addListener(ChannelFutureListener.CLOSE);
    }

    /** The client is in, or gone: no hurry any more. */
    private void settled() {
        ScheduledFuture<?> pending = deadline;
        if (pending != null) {
            pending.cancel(false);
            deadline = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        settled();
        if (open && refusedTls) {
            house.leftForTls();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        received.release();
        received = Unpooled.EMPTY_BUFFER;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("A client left at the door: {}", cause.getClass().getName());
        context.close();
    }
}

package io.quern.proxy.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import io.quern.proxy.auth.Peer;
import io.quern.proxy.wire.MessageWriter;
import io.quern.proxy.wire.ProtocolViolation;
import io.quern.proxy.wire.StartupPacket;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Receives a client until it is known what it wants: its packets before the first typed message.
 * Then an {@link Entrance} takes it in, or a cancel request is sent on.
 *
 * <p>What may come, and in which order, is as in PostgreSQL: TLS at once ("direct", with ALPN), or
 * a request for TLS and one for GSSAPI encryption, each at most once, in either order, none inside
 * the other; then one start-up packet or cancel request. A request that comes again is taken for
 * what its number also is, a version of the protocol that nobody speaks.
 */
// a failed write or close ends the channel, and its handler hears of that
@SuppressWarnings("FutureReturnValueIgnored")
final class Doorway extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Doorway.class);

    /** The first byte of a TLS handshake; a start-up packet would be hundreds of megabytes long. */
    private static final byte CLIENT_HELLO = 0x16;

    private static final String TOO_LATE = "canceling authentication due to timeout";

    private final House house;
    private final Entrance entrance;
    private ByteBuf received = Unpooled.EMPTY_BUFFER;
    private Stage stage = Stage.FRESH;
    private boolean tlsAsked;
    private boolean tlsRefused;
    private boolean gssAsked;
    private boolean direct;
    private ClientTls.@Nullable Leg tls;
    private Arrival.@Nullable Overdue overdue;
    private @Nullable ScheduledFuture<?> deadline;

    private enum Stage {
        /** Nothing came yet. */
        FRESH,
        /** Packets are read. */
        READING,
        /** TLS is being agreed on. */
        HANDSHAKE,
        /** The client said what it wants; what follows is for those who serve it. */
        DECIDED,
        /** The client is turned away; what follows is thrown away. */
        CLOSING
    }

    Doorway(House house, Entrance entrance) {
        this.house = house;
        this.entrance = entrance;
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

    // ---- reading

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (stage == Stage.CLOSING) {
            bytes.release();
            return;
        }
        received = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), received, bytes);
        if (stage == Stage.FRESH && received.isReadable()) {
            if (received.getByte(received.readerIndex()) == CLIENT_HELLO) {
                directTls(context);
                return;
            }
            stage = Stage.READING;
        }
        try {
            readPackets(context);
        } catch (ProtocolViolation violation) {
            refuse(context.channel(), "08P01", String.valueOf(violation.getMessage()));
        }
    }

    private void readPackets(ChannelHandlerContext context) {
        while (stage == Stage.READING && received.readableBytes() >= 4) {
            int length = received.getInt(received.readerIndex());
            if (!StartupPacket.possible(length)) {
                // without a word, as PostgreSQL: a client that thinks better of it says Terminate
                close(context);
                return;
            }
            if (received.readableBytes() < length) {
                return;
            }
            byte[] packet = new byte[length];
            received.readBytes(packet);
            take(context, packet);
        }
    }

    private void take(ChannelHandlerContext context, byte[] packet) {
        switch (StartupPacket.decode(packet)) {
            case StartupPacket.SslRequest() when tlsAsked -> unsupported(context, 1234, 5679);
            case StartupPacket.SslRequest() -> tlsRequested(context);
            case StartupPacket.GssEncRequest() when gssAsked -> unsupported(context, 1234, 5680);
            case StartupPacket.GssEncRequest() -> {
                gssAsked = true;
                answer(context, 'N');
            }
            case StartupPacket.Unsupported(int major, int minor) ->
                    unsupported(context, major, minor);
            case StartupPacket.CancelRequest cancel -> cancel(context.channel(), cancel, packet);
            case StartupPacket.Startup startup -> start(context, startup, packet);
        }
    }

    private static void answer(ChannelHandlerContext context, char yesOrNo) {
        context.writeAndFlush(context.alloc().buffer(1).writeByte(yesOrNo));
    }

    private void unsupported(ChannelHandlerContext context, int major, int minor) {
        refuse(
                context.channel(),
                "0A000",
                "unsupported frontend protocol "
                        + major
                        + "."
                        + minor
                        + ": server supports 3.0 to 3.2");
    }

    // ---- encryption

    private void tlsRequested(ChannelHandlerContext context) {
        tlsAsked = true;
        if (tls != null || house.tls().isEmpty()) {
            // bytes behind the request are no attack: nothing is going to be encrypted
            tlsRefused = tls == null;
            answer(context, 'N');
        } else if (received.isReadable()) {
            // they would be taken for what came through TLS (CVE-2021-23214)
            refuse(context.channel(), "08P01", "received unencrypted data after SSL request");
        } else {
            gssAsked = true;
            answer(context, 'S');
            secure(context, house.tls().get());
        }
    }

    private void directTls(ChannelHandlerContext context) {
        if (house.tls().isEmpty()) {
            LOG.debug("A client began TLS, which is not offered");
            close(context);
            return;
        }
        direct = true;
        ByteBuf hello = received;
        received = Unpooled.EMPTY_BUFFER;
        secure(context, house.tls().get());
        context.pipeline().fireChannelRead(hello);
        context.pipeline().fireChannelReadComplete();
    }

    private void secure(ChannelHandlerContext context, ClientTls offered) {
        stage = Stage.HANDSHAKE;
        ClientTls.Leg leg = offered.leg(context.alloc());
        tls = leg;
        context.pipeline().addFirst("tls", leg.handler());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        ClientTls.Leg leg = tls;
        if (!(event instanceof SslHandshakeCompletionEvent ended)
                || leg == null
                || stage != Stage.HANDSHAKE) {
            return;
        }
        if (!ended.isSuccess()) {
            LOG.info("TLS with a client failed: {}", ClientTls.reason(ended.cause()));
            stage = Stage.CLOSING;
        } else if (direct && !ServerIdentity.ALPN.equals(leg.handler().applicationProtocol())) {
            LOG.info("A client began TLS without naming PostgreSQL's protocol (ALPN)");
            close(context);
        } else {
            stage = Stage.READING;
        }
    }

    // ---- what it wants

    private void cancel(Channel client, StartupPacket.CancelRequest request, byte[] packet) {
        stage = Stage.CLOSING;
        client.config().setAutoRead(false);
        settled();
        entrance.cancel(client.eventLoop(), request, packet).addListener(done -> client.close());
    }

    private void start(
            ChannelHandlerContext context, StartupPacket.Startup startup, byte[] packet) {
        Channel client = context.channel();
        if (tls == null && house.tls().filter(ClientTls::required).isPresent()) {
            refuse(client, "28000", "Quern serves no client without TLS: use sslmode=require");
        } else if (startup.user().isEmpty()) {
            refuse(client, "28000", "no PostgreSQL user name specified in startup packet");
        } else if (!house.clients().admit()) {
            refuse(client, FullHouse.SQL_STATE, FullHouse.MESSAGE);
        } else {
            stage = Stage.DECIDED;
            client.closeFuture().addListener(gone -> house.clients().leave());
            client.config().setAutoRead(false);
            entrance.enter(new Guest(client, peer(client, tls), startup, packet));
        }
    }

    private static Peer peer(Channel client, ClientTls.@Nullable Leg leg) {
        InetAddress address =
                client.remoteAddress() instanceof InetSocketAddress remote
                        ? remote.getAddress()
                        : InetAddress.getLoopbackAddress();
        return leg == null
                ? new Peer(address, false, Optional.empty(), Optional.empty())
                : new Peer(address, true, leg.clientCertificate(), leg.identity().channelBinding());
    }

    private final class Guest implements Arrival {
        private final Channel client;
        private final Peer peer;
        private final StartupPacket.Startup startup;
        private final byte[] packet;

        Guest(Channel client, Peer peer, StartupPacket.Startup startup, byte[] packet) {
            this.client = client;
            this.peer = peer;
            this.startup = startup;
            this.packet = packet;
        }

        @Override
        public Channel client() {
            return client;
        }

        @Override
        public Peer peer() {
            return peer;
        }

        @Override
        public StartupPacket.Startup startup() {
            return startup;
        }

        @Override
        public byte[] packet() {
            return packet;
        }

        @Override
        public ByteBuf handOver(ChannelHandler next, Overdue whenLate) {
            overdue = whenLate;
            ByteBuf rest = received;
            received = Unpooled.EMPTY_BUFFER;
            client.pipeline().replace(Doorway.this, "client", next);
            return rest;
        }

        @Override
        public void settled() {
            Doorway.this.settled();
        }

        @Override
        public void refuse(String sqlState, String message) {
            Doorway.this.refuse(client, sqlState, message);
        }
    }

    // ---- the end

    private void late(ChannelHandlerContext context) {
        Arrival.Overdue told = overdue;
        if (told != null) {
            told.late("57014", TOO_LATE);
        } else if (stage == Stage.HANDSHAKE) {
            close(context);
        } else {
            refuse(context.channel(), "57014", TOO_LATE);
        }
    }

    private void refuse(Channel client, String sqlState, String message) {
        stage = Stage.CLOSING;
        settled();
        client.writeAndFlush(
                        Unpooled.wrappedBuffer(
                                new MessageWriter()
                                        .error("FATAL", sqlState, message)
                                        .toByteArray()))
                .addListener(ChannelFutureListener.CLOSE);
    }

    private void close(ChannelHandlerContext context) {
        stage = Stage.CLOSING;
        context.close();
    }

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
        if (stage == Stage.READING && tlsRefused) {
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
        close(context);
    }
}

package io.quern.proxy.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.quern.proxy.auth.Authenticator;
import io.quern.proxy.backend.Credentials;
import io.quern.proxy.wire.Frontend;
import io.quern.proxy.wire.MessageWriter;
import io.quern.proxy.wire.NegotiateProtocolVersion;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Conducts the login of a client that Quern itself lets in. While an answer is being judged nothing
 * more is read; what the client sent behind it waits for whoever serves the client.
 */
// a failed write or close ends the channel, and its handler hears of that
@SuppressWarnings("FutureReturnValueIgnored")
final class LoginDesk extends ChannelInboundHandlerAdapter implements Authenticator.Hearer {
    private static final Logger LOG = LoggerFactory.getLogger(LoginDesk.class);
    private static final int HEADER = 5;

    /** The longest answer to an authentication request, as in PostgreSQL. */
    private static final int LONGEST_ANSWER = 65_535;

    /** What becomes of a client that was let in. */
    @FunctionalInterface
    interface Next {
        /**
         * It is in: the handler is to be replaced, and AuthenticationOk to be sent.
         *
         * @param rest what it sent behind its last answer, the callee's from now on
         */
        void admitted(LoginDesk desk, Credentials credentials, ByteBuf rest);
    }

    private final Arrival arrival;
    private final Authenticator authenticator;
    private final Next next;
    private final Runnable failed;
    private ByteBuf received = Unpooled.EMPTY_BUFFER;
    private Authenticator.@Nullable Login login;
    private boolean asked;
    private boolean over;

    /**
     * @param failed told of each refusal, for the count
     */
    LoginDesk(Arrival arrival, Authenticator authenticator, Next next, Runnable failed) {
        this.arrival = arrival;
        this.authenticator = authenticator;
        this.next = next;
        this.failed = failed;
    }

    /** Takes the client over from the door. */
    void open() {
        received = arrival.handOver(this, this::refused);
        Channel client = arrival.client();
        NegotiateProtocolVersion.answering(arrival.startup())
                .ifPresent(
                        lower -> {
                            MessageWriter out = new MessageWriter();
                            lower.writeTo(out);
                            send(out);
                        });
        login = authenticator.begin(arrival.peer(), arrival.startup(), client.eventLoop(), this);
        read();
    }

    @Override
    public void send(MessageWriter messages) {
        if (over) {
            return;
        }
        asked = true;
        Channel client = arrival.client();
        client.writeAndFlush(
                client.alloc()
                        .buffer(messages.length())
                        .writeBytes(messages.bytes(), 0, messages.length()));
        client.config().setAutoRead(true);
        read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        received =
                ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(
                        context.alloc(), received, (ByteBuf) message);
        read();
    }

    private void read() {
        Authenticator.Login running = login;
        if (over || !asked || running == null || received.readableBytes() < HEADER) {
            return;
        }
        int at = received.readerIndex();
        byte type = received.getByte(at);
        int length = received.getInt(at + 1);
        if (type == Frontend.TERMINATE) {
            arrival.client().close();
            return;
        }
        if (type != Frontend.PASSWORD) {
            refused("08P01", "expected an answer to authentication");
            return;
        }
        if (length < 4 || length - 4 > LONGEST_ANSWER) {
            refused("08P01", "invalid length of an answer to authentication");
            return;
        }
        if (received.readableBytes() < 1 + length) {
            return;
        }
        byte[] body = new byte[length - 4];
        received.skipBytes(HEADER);
        received.readBytes(body);
        asked = false;
        arrival.client().config().setAutoRead(false);
        running.received(body);
    }

    @Override
    public void admitted(Credentials credentials) {
        if (over) {
            return;
        }
        over = true;
        ByteBuf rest = received;
        received = Unpooled.EMPTY_BUFFER;
        next.admitted(this, credentials, rest);
    }

    @Override
    public void refused(String sqlState, String message) {
        if (over) {
            return;
        }
        over = true;
        failed.run();
        arrival.settled();
        Authenticator.Login running = login;
        if (running != null) {
            running.abandoned();
        }
        LOG.debug("A login was refused: {}", sqlState);
        arrival.client()
                .writeAndFlush(
                        Unpooled.wrappedBuffer(
                                new MessageWriter()
                                        .error("FATAL", sqlState, message)
                                        .toByteArray()))
                .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        over = true;
        arrival.settled();
        Authenticator.Login running = login;
        if (running != null) {
            running.abandoned();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        received.release();
        received = Unpooled.EMPTY_BUFFER;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("A connection broke during its login: {}", cause.getClass().getName());
        context.close();
    }
}

package io.quern.proxy.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.quern.proxy.auth.LoginWatch;
import io.quern.proxy.backend.Stopping;
import io.quern.proxy.console.Operations;
import io.quern.proxy.session.Effects;
import io.quern.proxy.session.Profile;
import io.quern.proxy.session.Session;
import io.quern.proxy.session.SessionLost;
import io.quern.proxy.timing.ServerClock;
import io.quern.proxy.wire.Backend;
import io.quern.proxy.wire.FrameScanner;
import io.quern.proxy.wire.Frontend;
import io.quern.proxy.wire.MessageWriter;
import io.quern.proxy.wire.ProtocolViolation;
import io.quern.proxy.wire.StartupPacket;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Moves bytes between one client and its upstream connection, both on one event loop.
 *
 * <p>What was read is written to the other side as slices of the same buffers and flushed once per
 * batch. Each side is read only while the other can be written, so a slow reader stops the sender
 * instead of filling memory. Whoever closes closes the other, after what is on its way was written.
 */
// a failed write or close ends the channel, and its handler hears of that
@SuppressWarnings("FutureReturnValueIgnored")
final class Relay implements Connected {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    /** The longest process number and cancel key, in bytes. */
    private static final int LONGEST_KEY = 4 + 256;

    private final House house;
    private final Channel client;
    private final Channel upstream;
    private final Caller caller;
    private final StartupPacket.Startup startup;
    private final Runnable settled;
    private final ServerClock clock = new ServerClock(System::nanoTime);
    private final LoginWatch login = new LoginWatch();
    private final FrameScanner requests = new FrameScanner(new RequestSink());
    private final FrameScanner answers = new FrameScanner(new AnswerSink());
    private @Nullable Session session;
    private boolean toFlushClient;
    private boolean toFlushUpstream;
    private byte @Nullable [] cancelKey;
    private boolean clientSaidGoodbye;
    private boolean over;

    /**
     * @param settled run once the client is authenticated or gone
     */
    Relay(
            House house,
            Channel client,
            Channel upstream,
            Caller caller,
            StartupPacket.Startup startup,
            Runnable settled) {
        this.house = house;
        this.client = client;
        this.upstream = upstream;
        this.caller = caller;
        this.startup = startup;
        this.settled = settled;
    }

    ChannelHandler clientSide() {
        return new Side(true);
    }

    /**
     * Starts with the client's start-up packet and what it sent behind it; takes ownership of both.
     */
    void start(ByteBuf packet, ByteBuf rest) {
        house.connected().add(this);
        upstream.pipeline().addLast("upstream", new Side(false));
        upstream.write(packet, upstream.voidPromise());
        upstream.flush();
        if (!upstream.isActive()) {
            rest.release();
            serverGone();
            return;
        }
        fromClient(rest);
        flush();
        balance();
    }

    private void fromClient(ByteBuf bytes) {
        caller.touched();
        clock.tick();
        scan(requests, bytes);
        Session tracked = session;
        if (tracked != null && tracked.saturated()) {
            balance();
        }
    }

    private void fromServer(ByteBuf bytes) {
        clock.tick();
        Session before = session;
        boolean saturated = before != null && before.saturated();
        scan(answers, bytes);
        Session tracked = session;
        if (tracked != null && !over) {
            tracked.settle(requests.betweenFrames());
            if (saturated) {
                balance();
            }
        }
    }

    private void scan(FrameScanner scanner, ByteBuf bytes) {
        try {
            if (!over) {
                scanner.scan(bytes);
            }
        } catch (ProtocolViolation violation) {
            fail("08P01", violation.getMessage());
        } catch (SessionLost lost) {
            LOG.warn("A session was ended: {}", lost.getMessage());
            fail("08P01", "the upstream's answers are out of order");
        } catch (RuntimeException bug) {
            LOG.error("A session was ended by a fault in Quern", bug);
            fail("XX000", "internal error in Quern");
        } finally {
            bytes.release();
        }
    }

    /** Each side is read only while the other can be written. */
    private void balance() {
        boolean clientReads = client.isWritable();
        if (clientReads) {
            clock.go();
        } else {
            clock.stop();
        }
        upstream.config().setAutoRead(clientReads);
        Session tracked = session;
        boolean saturated = tracked != null && tracked.saturated();
        client.config().setAutoRead(upstream.isWritable() && !saturated);
    }

    private void flush() {
        if (toFlushClient) {
            toFlushClient = false;
            client.flush();
        }
        if (toFlushUpstream) {
            toFlushUpstream = false;
            upstream.flush();
        }
    }

    private void toClient(ByteBuf bytes) {
        toFlushClient = true;
        client.write(bytes, client.voidPromise());
    }

    private void toUpstream(ByteBuf bytes) {
        toFlushUpstream = true;
        upstream.write(bytes, upstream.voidPromise());
    }

    // ---- the end

    /**
     * Ends both sides, telling the client why if that can be put between two messages. On the event
     * loop.
     */
    void fail(String sqlState, @Nullable String message) {
        if (over) {
            return;
        }
        MessageWriter out = new MessageWriter();
        if (answers.betweenFrames()) {
            toClient(copy(client, out.error("FATAL", sqlState, message == null ? "" : message)));
        }
        end();
    }

    private Sites.Site site() {
        return house.site(startup.database());
    }

    // ---- for operators

    @Override
    public void end(String sqlState, String message) {
        client.eventLoop().execute(() -> fail(sqlState, message));
    }

    @Override
    public long id() {
        return caller.id();
    }

    @Override
    public boolean inTransaction() {
        Session tracked = session;
        return tracked != null && (tracked.busy() || tracked.transactionStatus() != 'I');
    }

    @Override
    public Operations.Client glance() {
        Session tracked = session;
        String state =
                tracked == null
                        ? startup.replication() ? "replication" : "login"
                        : tracked.busy()
                                ? "active"
                                : tracked.transactionStatus() == 'I' ? "idle" : "in transaction";
        return caller.glance("pass-through", state, "", Instant.now());
    }

    private void serverGone() {
        Session tracked = session;
        boolean explained = tracked != null && tracked.serverSaidGoodbye();
        boolean loginRefused = tracked == null && client.isActive() && !login.authenticated();
        if (explained || loginRefused || clientSaidGoodbye || !client.isActive()) {
            end();
        } else {
            fail(
                    "08006",
                    "the upstream " + site().connector().upstream() + " closed the connection");
        }
    }

    private void end() {
        if (over) {
            return;
        }
        over = true;
        settled.run();
        house.connected().remove(this);
        client.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        client.config().setAutoRead(true);
        Session tracked = session;
        byte[] key = cancelKey;
        boolean told = requests.betweenFrames() && !requests.scanning();
        if (!clientSaidGoodbye && tracked != null && tracked.busy() && key != null) {
            if (told && tracked.running()) {
                Stopping.begin(upstream, () -> cancel(key), house.loginTimeout());
                return;
            }
            cancel(key);
        }
        ByteBuf goodbye =
                told ? copy(upstream, new MessageWriter().terminate()) : Unpooled.EMPTY_BUFFER;
        ChannelFuture last = upstream.writeAndFlush(goodbye);
        last.addListener(ChannelFutureListener.CLOSE);
        if (!last.isDone()) {
            // a server that does not read would keep the connection, and what waits for it
            upstream.eventLoop()
                    .schedule(
                            () -> upstream.close(),
                            house.loginTimeout().toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    private void cancel(byte[] key) {
        MessageWriter out = new MessageWriter();
        out.int32(key.length + 8).int32(StartupPacket.CANCEL).raw(key, 0, key.length);
        site().connector().cancel(upstream.eventLoop(), out.toByteArray(), house.loginTimeout());
    }

    private static ByteBuf copy(Channel channel, MessageWriter messages) {
        return channel.alloc()
                .buffer(messages.length())
                .writeBytes(messages.bytes(), 0, messages.length());
    }

    // ---- between the channels and the session

    private void authenticated() {
        settled.run();
        if (!startup.replication()) {
            session =
                    new Session(
                            Session.Lodging.OWN,
                            startup.database(),
                            startup.user(),
                            Profile.NONE,
                            house.ownNames(),
                            house.gate(),
                            house.watcher(),
                            clock,
                            new Outside(),
                            house.mishaps());
        }
    }

    private final class Outside implements Effects {
        @Override
        public void toServer(MessageWriter messages) {
            ByteBuf bytes = copy(upstream, messages);
            if (requests.scanning()) {
                requests.emit(bytes);
            } else {
                toUpstream(bytes);
            }
        }

        @Override
        public void toClient(MessageWriter messages) {
            answers.emit(copy(client, messages));
        }

        @Override
        public void end(String sqlState, String message) {
            fail(sqlState, message);
        }

        @Override
        public void catalogChanged() {
            house.signals().catalogChanged(startup.database());
        }

        @Override
        public void refuse(long suggestion, String reason) {
            house.refuse(suggestion, reason);
        }
    }

    private final class RequestSink implements FrameScanner.Sink {
        @Override
        public int begin(byte type, int bodyLength) {
            clientSaidGoodbye |= type == Frontend.TERMINATE;
            Session tracked = session;
            if (tracked != null) {
                return tracked.requestBegins(type, bodyLength);
            }
            return login.authenticated() ? 0 : login.requestBegins(type, bodyLength);
        }

        @Override
        public int look(byte type, byte[] bytes, int offset, int length, int bodyLength) {
            Session tracked = session;
            return tracked == null
                    ? FrameScanner.PASS
                    : tracked.request(type, bytes, offset, length, bodyLength);
        }

        @Override
        public void forward(ByteBuf bytes) {
            toUpstream(bytes);
        }
    }

    private final class AnswerSink implements FrameScanner.Sink {
        @Override
        public int begin(byte type, int bodyLength) {
            if (type == Backend.BACKEND_KEY_DATA) {
                return Math.min(bodyLength, LONGEST_KEY);
            }
            Session tracked = session;
            if (tracked != null) {
                return tracked.answerBegins(type, bodyLength);
            }
            return login.authenticated() ? 0 : login.answerBegins(type, bodyLength);
        }

        @Override
        public int look(byte type, byte[] bytes, int offset, int length, int bodyLength) {
            if (type == Backend.BACKEND_KEY_DATA) {
                cancelKey = Arrays.copyOfRange(bytes, offset, offset + length);
                return FrameScanner.PASS;
            }
            Session tracked = session;
            if (tracked != null) {
                return tracked.answer(type, bytes, offset, length, bodyLength);
            }
            MessageWriter instead = new MessageWriter();
            int verdict = login.answer(bytes, offset, length, bodyLength, instead);
            if (verdict != FrameScanner.PASS) {
                answers.emit(copy(client, instead));
            }
            if (login.authenticated()) {
                authenticated();
            }
            return verdict;
        }

        @Override
        public void forward(ByteBuf bytes) {
            toClient(bytes);
        }
    }

    /** The handler at the end of either channel's pipeline. */
    private final class Side extends ChannelInboundHandlerAdapter {
        private final boolean ofClient;

        Side(boolean ofClient) {
            this.ofClient = ofClient;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (ofClient) {
                fromClient((ByteBuf) message);
            } else {
                fromServer((ByteBuf) message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (!over) {
                balance();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (ofClient) {
                end();
            } else {
                serverGone();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("A connection broke: {}", cause.getClass().getName());
            context.close();
        }
    }
}

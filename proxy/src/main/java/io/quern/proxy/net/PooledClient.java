package io.quern.proxy.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.quern.proxy.backend.Backends;
import io.quern.proxy.backend.Backends.Condition;
import io.quern.proxy.backend.Credentials;
import io.quern.proxy.backend.Occupant;
import io.quern.proxy.backend.PoolKey;
import io.quern.proxy.backend.PooledBackend;
import io.quern.proxy.console.Operations;
import io.quern.proxy.session.Effects;
import io.quern.proxy.session.Session;
import io.quern.proxy.session.SessionLost;
import io.quern.proxy.timing.ServerClock;
import io.quern.proxy.wire.Backend;
import io.quern.proxy.wire.FrameScanner;
import io.quern.proxy.wire.Frontend;
import io.quern.proxy.wire.MessageWriter;
import io.quern.proxy.wire.ProtocolViolation;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;

/**
 * A client that borrows its backends: one for as long as it stays, or one for each transaction.
 *
 * <p>What it sends while it has no backend waits here, a bounded amount, and a backend is asked for
 * only when a whole message is there, so that nobody holds one by sending slowly. All happens on
 * the client's event loop; a backend is lent there.
 */
// a failed write or close ends the channel, and its handler hears of that
@SuppressWarnings("FutureReturnValueIgnored")
final class PooledClient extends ChannelInboundHandlerAdapter
        implements Connected, Backends.Borrower, Occupant {
    private static final Logger LOG = LoggerFactory.getLogger(PooledClient.class);
    private static final int HEADER = 5;

    /** What is worth a backend even if it is not a whole message. */
    private static final int MUCH = 16 * 1024;

    private final House house;
    private final Channel client;
    private final Runnable settled;
    private final PoolKey key;
    private final Backends backends;
    private final Credentials credentials;
    private final Caller caller;
    private final Session.Lodging lodging;
    private final Session session;
    private final ServerClock clock = new ServerClock(System::nanoTime);
    private final FrameScanner requests = new FrameScanner(new RequestSink());
    private final FrameScanner answers = new FrameScanner(new AnswerSink());
    private final byte[] cancelKey;
    private ByteBuf pending;
    private @Nullable PooledBackend backend;
    private Backends.@Nullable Wish wish;
    private boolean borrowing;
    private boolean welcomed;
    private boolean toFlushClient;
    private boolean toFlushUpstream;

    /** The client cancelled what had no backend yet: its messages are skipped to the next Sync. */
    private boolean refusing;

    private boolean over;

    /**
     * @param settled run once the client is welcomed or gone
     * @param rest what the client sent behind its login; this owns it
     */
    PooledClient(
            House house,
            Channel client,
            Caller caller,
            PoolKey key,
            Backends backends,
            Credentials credentials,
            Session.Lodging lodging,
            Runnable settled,
            ByteBuf rest) {
        this.house = house;
        this.client = client;
        this.caller = caller;
        this.key = key;
        this.backends = backends;
        this.credentials = credentials;
        this.lodging = lodging;
        this.settled = settled;
        this.pending = rest;
        if (!rest.isReadable()) {
            // many clients do nothing for long: none keeps a buffer for it
            pending = replaced(Unpooled.EMPTY_BUFFER);
        }
        this.cancelKey = house.cancelKeys().key(caller.minor());
        this.session =
                new Session(
                        lodging,
                        caller.database(),
                        caller.user(),
                        caller.settings(),
                        house.ownNames(),
                        house.gate(),
                        house.watcher(),
                        clock,
                        new Outside(),
                        house.mishaps());
    }

    /** Borrows the first backend: the client is welcomed when it is there. */
    void start() {
        house.connected().add(this);
        house.cancelKeys().give(process(), cancelKey, this::cancelled);
        borrow();
    }

    private int process() {
        return (int) caller.id();
    }

    // ---- from the client

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (over) {
            bytes.release();
            return;
        }
        pending =
                pending.isReadable()
                        ? ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(
                                context.alloc(), pending, bytes)
                        : replaced(bytes);
        caller.touched();
        pump();
    }

    private ByteBuf replaced(ByteBuf bytes) {
        pending.release();
        return bytes;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        flush();
    }

    /** Deals with what waits, as far as it can be dealt with now. */
    private void pump() {
        if (refusing) {
            clock.tick();
            scan(requests, pending);
        }
        if (over || refusing || !(pending.isReadable() || requests.waiting())) {
            return;
        }
        if (backend == null) {
            borrowIfWorth();
        }
        if (over || !session.ready() || !welcomed) {
            if (backend != null) {
                client.config().setAutoRead(false);
            }
            return;
        }
        clock.tick();
        scan(requests, pending);
        if (!pending.isReadable()) {
            pending = replaced(Unpooled.EMPTY_BUFFER);
        }
        settle();
        if (requests.waiting() || session.saturated()) {
            balance();
        }
    }

    private void borrowIfWorth() {
        int readable = pending.readableBytes();
        if (requests.empty() && readable < MUCH) {
            if (readable < HEADER) {
                return;
            }
            int at = pending.readerIndex();
            if (pending.getByte(at) == Frontend.TERMINATE) {
                end();
                return;
            }
            if (!FrameScanner.plausible(pending.getByte(at), pending.getInt(at + 1))) {
                fail("08P01", "invalid message");
                return;
            }
            if (pending.getInt(at + 1) >= readable) {
                return;
            }
        }
        borrow();
    }

    private void borrow() {
        if (wish != null || borrowing) {
            return;
        }
        borrowing = true;
        Backends.Wish made = backends.borrow(key, credentials, client.eventLoop(), this);
        if (borrowing && !over) {
            wish = made;
            client.config().setAutoRead(false);
        }
        borrowing = false;
    }

    @Override
    public void lent(PooledBackend lent) {
        boolean atOnce = borrowing;
        borrowing = false;
        wish = null;
        if (over) {
            backends.giveBack(lent, Condition.CLEAN);
            return;
        }
        backend = lent;
        lent.occupy(this);
        session.attach(lent.state());
        if (!client.isWritable()) {
            lent.channel().config().setAutoRead(false);
        }
        if (atOnce && welcomed) {
            return;
        }
        arrived();
        flush();
    }

    /** The backend has the client's settings, or is on its way to. */
    private void arrived() {
        if (over || !session.ready()) {
            return;
        }
        if (!welcomed) {
            welcome();
        }
        pump();
        settle();
        // last: what waited before may not do so any more
        balance();
    }

    private void welcome() {
        welcomed = true;
        settled.run();
        MessageWriter out = new MessageWriter();
        out.begin(Backend.AUTHENTICATION).int32(0).end();
        session.welcome(out);
        out.begin(Backend.BACKEND_KEY_DATA)
                .int32(process())
                .raw(cancelKey, 0, cancelKey.length)
                .end();
        out.begin(Backend.READY_FOR_QUERY).int8('I').end();
        toClient(copy(client, out));
    }

    @Override
    public void refused(String sqlState, String message) {
        borrowing = false;
        wish = null;
        fail(sqlState, message);
    }

    // ---- from the backend

    @Override
    public void received(ByteBuf bytes) {
        clock.tick();
        boolean held = session.saturated() || requests.waiting();
        boolean ready = session.ready();
        scan(answers, bytes);
        bytes.release();
        if (over) {
            return;
        }
        if (!ready) {
            arrived();
        }
        if (requests.waiting()) {
            pump();
        }
        settle();
        if (held) {
            balance();
        }
    }

    @Override
    public void drained() {
        flush();
    }

    /** All that came is dealt with: answers of Quern's own, errands, and the backend may go. */
    private void settle() {
        if (over || !session.ready() || !answers.betweenFrames()) {
            return;
        }
        session.makeUp();
        if (session.clientSaidGoodbye() && !session.busy()) {
            // as a server does, which some clients wait for
            end();
            return;
        }
        if (backend != null) {
            session.settle(requests.betweenFrames());
            if (session.leaving() && answers.empty() && requests.betweenFrames()) {
                leave();
            }
        }
    }

    private void leave() {
        PooledBackend leaving = backend;
        if (leaving == null) {
            return;
        }
        flush();
        Condition condition = session.clean() ? Condition.CLEAN : Condition.BROKEN;
        backend = null;
        session.detach();
        backends.giveBack(leaving, condition);
        // what the backend's writability held up nobody would set free
        client.config().setAutoRead(true);
        if (pending.isReadable() || requests.waiting()) {
            client.eventLoop().execute(this::resume);
        }
    }

    private void resume() {
        pump();
        flush();
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
        }
    }

    // ---- flow

    /** Each side is read only while the other can be written. */
    private void balance() {
        PooledBackend working = backend;
        boolean clientReads = client.isWritable();
        if (clientReads) {
            clock.go();
        } else {
            clock.stop();
        }
        if (working == null) {
            return;
        }
        working.channel().config().setAutoRead(clientReads);
        client.config()
                .setAutoRead(
                        working.channel().isWritable()
                                && !session.saturated()
                                && !requests.waiting());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        writabilityChanged();
    }

    @Override
    public void writabilityChanged() {
        if (!over) {
            balance();
        }
    }

    private void flush() {
        if (toFlushClient) {
            toFlushClient = false;
            client.flush();
        }
        PooledBackend working = backend;
        if (toFlushUpstream && working != null) {
            toFlushUpstream = false;
            working.channel().flush();
        }
    }

    private void toClient(ByteBuf bytes) {
        toFlushClient = true;
        client.write(bytes, client.voidPromise());
    }

    private void toUpstream(ByteBuf bytes) {
        PooledBackend working = backend;
        if (working == null) {
            bytes.release();
            return;
        }
        toFlushUpstream = true;
        working.channel().write(bytes, working.channel().voidPromise());
    }

    private static ByteBuf copy(Channel channel, MessageWriter messages) {
        return channel.alloc()
                .buffer(messages.length())
                .writeBytes(messages.bytes(), 0, messages.length());
    }

    // ---- cancelling

    /** The client hears that it is done only when it can hit nothing the client sends later. */
    private Future<?> cancelled() {
        Promise<Void> dealtWith = client.eventLoop().newPromise();
        client.eventLoop().execute(() -> cancel().addListener(done -> dealtWith.setSuccess(null)));
        return dealtWith;
    }

    private Future<Void> cancel() {
        PooledBackend working = backend;
        Backends.Wish waiting = wish;
        if (working != null && session.ready()) {
            if (session.busy()) {
                return working.cancel();
            }
        } else if (welcomed && working != null) {
            // it is being given the client's settings, and must not be disturbed at that
            refuse();
        } else if (welcomed && waiting != null && waiting.withdraw()) {
            wish = null;
            refuse();
        }
        return client.eventLoop().newSucceededFuture(null);
    }

    /** The client cancelled what it has just sent, before any of it went upstream. */
    private void refuse() {
        if (refusing) {
            return;
        }
        refusing = true;
        client.config().setAutoRead(true);
        toClient(
                copy(
                        client,
                        new MessageWriter()
                                .error(
                                        "ERROR",
                                        "57014",
                                        "canceling statement due to user request")));
        resume();
    }

    /** Skips a message of what was cancelled before it had a backend. */
    private int skip(byte type) {
        if (type == Frontend.QUERY || type == Frontend.FUNCTION_CALL || type == Frontend.SYNC) {
            refusing = false;
            toClient(
                    copy(
                            client,
                            new MessageWriter().begin(Backend.READY_FOR_QUERY).int8('I').end()));
        }
        return FrameScanner.DROP;
    }

    // ---- the end

    /** Ends the session, telling the client why if that can be put between two messages. */
    void fail(String sqlState, @Nullable String message) {
        if (over) {
            return;
        }
        if (answers.betweenFrames()) {
            toClient(
                    copy(
                            client,
                            new MessageWriter()
                                    .error("FATAL", sqlState, message == null ? "" : message)));
        }
        end();
    }

    @Override
    public void end(String sqlState, String message) {
        client.eventLoop().execute(() -> fail(sqlState, message));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
    }

    @Override
    public void gone() {
        backend = null;
        if (session.serverSaidGoodbye()) {
            end();
        } else {
            fail(
                    "08006",
                    "the upstream "
                            + house.site(caller.database()).connector().upstream()
                            + " closed the connection");
        }
    }

    private void end() {
        if (over) {
            return;
        }
        over = true;
        settled.run();
        house.connected().remove(this);
        house.cancelKeys().forget(process());
        Backends.Wish waiting = wish;
        if (waiting != null) {
            waiting.withdraw();
        }
        PooledBackend working = backend;
        if (working != null) {
            backend = null;
            working.channel().flush();
            Condition condition = condition();
            if (condition == Condition.BROKEN && session.busy()) {
                working.cancel();
            }
            backends.giveBack(working, condition);
        }
        client.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        client.config().setAutoRead(true);
        pending = replaced(Unpooled.EMPTY_BUFFER);
    }

    private Condition condition() {
        boolean told = requests.betweenFrames() && !requests.scanning();
        if (!told || !answers.empty() || !session.clean()) {
            return told && session.running() ? Condition.RUNNING : Condition.BROKEN;
        }
        if (session.indelible()) {
            return Condition.BROKEN;
        }
        boolean nothingLeft = lodging == Session.Lodging.TRANSACTION && session.leaving();
        return nothingLeft ? Condition.CLEAN : Condition.USED;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("A connection broke: {}", cause.getClass().getName());
        context.close();
    }

    // ---- for operators

    @Override
    public long id() {
        return caller.id();
    }

    @Override
    public boolean inTransaction() {
        return backend != null && (session.busy() || session.transactionStatus() != 'I');
    }

    @Override
    public Operations.Client glance() {
        String state =
                !welcomed
                        ? "login"
                        : wish != null
                                ? "waiting"
                                : backend == null
                                        ? "idle"
                                        : session.busy()
                                                ? "active"
                                                : session.transactionStatus() == 'I'
                                                        ? "idle"
                                                        : "in transaction";
        String mode = lodging == Session.Lodging.TRANSACTION ? "transaction" : "session";
        return caller.glance(mode, state, session.pinned(), Instant.now());
    }

    // ---- between the channels and the session

    private final class Outside implements Effects {
        @Override
        public void toServer(MessageWriter messages) {
            PooledBackend working = backend;
            if (working == null) {
                return;
            }
            ByteBuf bytes = copy(working.channel(), messages);
            if (requests.scanning()) {
                requests.emit(bytes);
            } else {
                toUpstream(bytes);
            }
        }

        @Override
        public void toClient(MessageWriter messages) {
            ByteBuf bytes = copy(client, messages);
            if (answers.scanning()) {
                answers.emit(bytes);
            } else {
                PooledClient.this.toClient(bytes);
            }
        }

        @Override
        public void end(String sqlState, String message) {
            fail(sqlState, message);
        }

        @Override
        public void catalogChanged() {
            house.signals().catalogChanged(caller.database());
        }

        @Override
        public void refuse(long suggestion, String reason) {
            house.refuse(suggestion, reason);
        }
    }

    private final class RequestSink implements FrameScanner.Sink {
        @Override
        public int begin(byte type, int bodyLength) {
            if (refusing) {
                return skip(type);
            }
            return session.ready() ? session.requestBegins(type, bodyLength) : FrameScanner.WAIT;
        }

        @Override
        public int look(byte type, byte[] bytes, int offset, int length, int bodyLength) {
            return session.request(type, bytes, offset, length, bodyLength);
        }

        @Override
        public void forward(ByteBuf bytes) {
            toUpstream(bytes);
        }
    }

    private final class AnswerSink implements FrameScanner.Sink {
        @Override
        public int begin(byte type, int bodyLength) {
            return session.answerBegins(type, bodyLength);
        }

        @Override
        public int look(byte type, byte[] bytes, int offset, int length, int bodyLength) {
            return session.answer(type, bytes, offset, length, bodyLength);
        }

        @Override
        public void forward(ByteBuf bytes) {
            toClient(bytes);
        }
    }
}

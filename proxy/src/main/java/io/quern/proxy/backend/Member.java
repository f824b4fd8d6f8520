package io.quern.proxy.backend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.quern.proxy.session.BackendState;
import io.quern.proxy.wire.Backend;
import io.quern.proxy.wire.ErrorFields;
import io.quern.proxy.wire.MessageReader;
import io.quern.proxy.wire.MessageWriter;
import io.quern.proxy.wire.ProtocolViolation;

import org.jspecify.annotations.Nullable;

import java.util.function.Consumer;

/**
 * A backend of a pool. While it is lent, its bytes go to the occupant; else it reads what comes
 * itself, runs errands of the pool's, and closes when it hears what it does not expect.
 */
// a failed write or close ends the channel, and its handler hears of that
@SuppressWarnings("FutureReturnValueIgnored")
final class Member extends ChannelInboundHandlerAdapter implements PooledBackend, Inbox.Reader {

    /** What it is doing. */
    enum State {
        IDLE,
        LENT,
        /** On an errand: discarded, asked for a sign of life, waiting for a cancel request. */
        BUSY,
        /** On its way to another event loop. */
        MOVING,
        CLOSED
    }

    /** A simple query of the pool's own. */
    private record Errand(Future<?> deadline, boolean mayFail, Runnable then) {}

    private static final byte[] NOTHING = {};
    private static final byte[] DISCARD = "DISCARD ALL".getBytes(UTF_8);

    final LoggedIn session;
    final int generation;
    final long born;

    /** When it is too old, and for how long it may idle; jittered. */
    final long expires;

    final long mayIdle;
    private final Pool pool;
    private final Inbox inbox = new Inbox(this);
    private BackendState backendState;
    private volatile State state = State.BUSY;
    private volatile long lastUse;
    private @Nullable Occupant occupant;
    private @Nullable Errand errand;
    private @Nullable Runnable finished;
    private boolean leaving;
    private boolean cancelled;
    private int cancelsUnderWay;
    private @Nullable Runnable whenCancelled;

    /** Whether somebody in the line counts on it. */
    boolean promised;

    Member(Pool pool, LoggedIn session, int generation, long now, long expires, long mayIdle) {
        this.pool = pool;
        this.session = session;
        this.generation = generation;
        this.born = now;
        this.lastUse = now;
        this.expires = expires;
        this.mayIdle = mayIdle;
        this.backendState = session.state().loggedIn();
    }

    /** Begins to listen; on the event loop. */
    void begin() {
        Channel channel = channel();
        channel.pipeline().addLast("pooled", this);
        channel.closeFuture()
                .addListener(
                        closed -> {
                            state = State.CLOSED;
                            pool.lost(this);
                        });
        channel.config().setAutoRead(true);
    }

    @Override
    public PoolKey key() {
        return pool.key();
    }

    @Override
    public Channel channel() {
        return session.channel();
    }

    @Override
    public BackendState state() {
        return backendState;
    }

    State doing() {
        return state;
    }

    /** When it last became idle, or was lent. */
    long lastUse() {
        return lastUse;
    }

    /** Whether its connection ended without Quern's doing. */
    boolean left() {
        return !leaving;
    }

    Pool pool() {
        return pool;
    }

    // ---- lent

    void lend() {
        state = State.LENT;
    }

    @Override
    public void occupy(Occupant newcomer) {
        occupant = newcomer;
        if (!channel().isActive()) {
            channel().eventLoop().execute(newcomer::gone);
        }
    }

    /**
     * The occupant is out.
     *
     * @return false if there is nothing to be had any more
     */
    boolean vacate(long now) {
        if (state == State.CLOSED || !channel().isActive()) {
            occupant = null;
            return false;
        }
        if (state != State.LENT) {
            throw new IllegalStateException("a backend was given back that was not lent");
        }
        occupant = null;
        lastUse = now;
        if (!channel().config().isAutoRead()) {
            channel().config().setAutoRead(true);
        }
        return true;
    }

    void idle() {
        state = State.IDLE;
    }

    /** It has just shown that it lives. */
    void touch(long now) {
        lastUse = now;
    }

    @Override
    public Future<Void> cancel() {
        if (session.cancelKey().length == 0 || !channel().isActive()) {
            return channel().eventLoop().newSucceededFuture(null);
        }
        cancelled = true;
        cancelsUnderWay++;
        return pool.opener()
                .cancel(session, channel().eventLoop())
                .addListener(
                        done -> {
                            cancelsUnderWay--;
                            Runnable waiting = whenCancelled;
                            if (cancelsUnderWay == 0 && waiting != null) {
                                whenCancelled = null;
                                waiting.run();
                            }
                        });
    }

    /** Whether a cancel request may still hit it. */
    boolean cancelled() {
        return cancelled;
    }

    // ---- errands

    /**
     * Lets cancel requests under way hit nobody: waits for them, and then for a sign of life, which
     * may be the error that a late one makes.
     */
    void settle(Runnable then) {
        state = State.BUSY;
        cancelled = false;
        if (cancelsUnderWay > 0) {
            whenCancelled = () -> send(NOTHING, true, then);
        } else {
            send(NOTHING, true, then);
        }
    }

    /** Asks for a sign of life; closed if there is none. */
    void check(Runnable then) {
        send(NOTHING, false, then);
    }

    /** Forgets all that a client did to the session; closed if that fails. */
    void discard(Runnable then) {
        backendState = backendState.discarded(pool.settings().statements());
        send(DISCARD, false, then);
    }

    private void send(byte[] sql, boolean mayFail, Runnable then) {
        Channel channel = channel();
        if (!channel.isActive()) {
            return;
        }
        state = State.BUSY;
        errand =
                new Errand(
                        channel.eventLoop()
                                .schedule(
                                        () -> close("it did not answer in time"),
                                        pool.settings().discardTimeout().toMillis(),
                                        MILLISECONDS),
                        mayFail,
                        then);
        channel.writeAndFlush(Unpooled.wrappedBuffer(new MessageWriter().query(sql).toByteArray()));
    }

    // ---- the channel

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        Occupant listening = occupant;
        if (listening != null) {
            listening.received(bytes);
            return;
        }
        if (leaving) {
            bytes.release();
            return;
        }
        try {
            inbox.read(bytes);
        } catch (ProtocolViolation violation) {
            close(violation.getMessage());
        }
        Runnable done = finished;
        if (done != null && inbox.whole() && !leaving) {
            finished = null;
            done.run();
        }
    }

    /** Whether it stands between two messages, so that somebody may have it. */
    boolean whole() {
        return inbox.whole();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        Occupant listening = occupant;
        if (listening != null) {
            listening.drained();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        Occupant listening = occupant;
        if (listening != null) {
            listening.writabilityChanged();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Occupant listening = occupant;
        occupant = null;
        if (listening != null) {
            listening.gone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    @Override
    public void message(byte type, byte[] bytes, int offset, int length) {
        switch (type) {
            case Backend.PARAMETER_STATUS -> {
                MessageReader in = new MessageReader().over(bytes, offset, length);
                backendState.reported(in.string(), in.string());
            }
            case Backend.NOTICE_RESPONSE -> {}
            case Backend.ERROR_RESPONSE -> failed(bytes, offset, length);
            case Backend.READY_FOR_QUERY -> ready(bytes[offset]);
            case Backend.EMPTY_QUERY_RESPONSE,
                    Backend.COMMAND_COMPLETE,
                    Backend.NOTIFICATION_RESPONSE -> {
                if (errand == null) {
                    close("it spoke without being asked");
                }
            }
            default -> close("it spoke without being asked");
        }
    }

    private void failed(byte[] bytes, int offset, int length) {
        String sqlState = ErrorFields.sqlState(bytes, offset, length);
        Errand running = errand;
        if (ErrorFields.fatal(bytes, offset, length)) {
            pool.expelled(sqlState);
            channel().close();
        } else if (running == null || !running.mayFail()) {
            close("it answered " + sqlState);
        }
    }

    private void ready(byte status) {
        Errand running = errand;
        if (running == null || status != 'I') {
            close("it is not idle as it should be");
            return;
        }
        running.deadline().cancel(false);
        errand = null;
        finished = running.then();
    }

    // ---- the end

    /** Closes with a good-bye; on the event loop. */
    void retire() {
        if (!leaving) {
            leaving = true;
            state = State.CLOSED;
            UpstreamLogins.leave(channel());
            Future<?> late =
                    channel()
                            .eventLoop()
                            .schedule(
                                    () -> channel().close(),
                                    pool.settings().loginTimeout().toMillis(),
                                    MILLISECONDS);
            channel().closeFuture().addListener(closed -> late.cancel(false));
        }
    }

    /** Cancels what runs, and closes. */
    void stop() {
        leaving = true;
        state = State.BUSY;
        Stopping.begin(
                channel(),
                () -> pool.opener().cancel(session, channel().eventLoop()),
                pool.settings().discardTimeout());
    }

    /** Closes without a word. */
    void close() {
        leaving = true;
        channel().close();
    }

    private void close(@Nullable String why) {
        if (!leaving) {
            pool.dropped(why == null ? "" : why);
            close();
        }
    }

    // ---- from loop to loop

    /**
     * Goes to another event loop.
     *
     * @param arrived told there, with false if the connection was lost on the way
     */
    void move(EventLoop target, Consumer<Boolean> arrived) {
        state = State.MOVING;
        Channel channel = channel();
        channel.deregister()
                .addListener(
                        out -> {
                            if (!out.isSuccess()) {
                                channel.close();
                                target.execute(() -> arrived.accept(false));
                                return;
                            }
                            target.register(channel)
                                    .addListener(
                                            in -> {
                                                if (!in.isSuccess()) {
                                                    channel.close();
                                                }
                                                arrived.accept(
                                                        in.isSuccess() && channel.isActive());
                                            });
                        });
    }
}

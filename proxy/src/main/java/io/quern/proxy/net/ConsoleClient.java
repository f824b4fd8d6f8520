package io.quern.proxy.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import io.quern.proxy.console.Console;
import io.quern.proxy.console.ConsoleSession;
import io.quern.proxy.console.Operations;
import io.quern.proxy.wire.FrameScanner;
import io.quern.proxy.wire.MessageWriter;
import io.quern.proxy.wire.ProtocolViolation;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Arrays;

/** A client of the admin console. */
// a failed write or close ends the channel, and its handler hears of that
@SuppressWarnings("FutureReturnValueIgnored")
final class ConsoleClient extends ChannelInboundHandlerAdapter
        implements Connected, Console.Reply, FrameScanner.Sink {
    /** The longest command, in bytes. */
    private static final int LONGEST = 128 * 1024;

    private static final byte[] NOTHING = {};

    private final House house;
    private final Channel client;
    private final Caller caller;
    private final FrameScanner scanner = new FrameScanner(this);
    private @Nullable ConsoleSession session;

    ConsoleClient(House house, Channel client, Caller caller) {
        this.house = house;
        this.client = client;
        this.caller = caller;
    }

    /**
     * Opens the console for a client that logged in.
     *
     * @param rest what it sent behind its login; this owns it
     */
    void start(Console console, ByteBuf rest) {
        byte[] key = house.cancelKeys().key(caller.minor());
        int process = (int) caller.id();
        console.open(caller.user(), process, key, client.eventLoop(), this)
                .ifPresent(
                        opened -> {
                            session = opened;
                            house.connected().add(this);
                            house.cancelKeys().give(process, key, () -> cancelled(opened));
                            client.config().setAutoRead(true);
                            read(rest.retain());
                        });
        rest.release();
    }

    private Future<?> cancelled(ConsoleSession opened) {
        opened.cancel();
        return client.eventLoop().newSucceededFuture(null);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        caller.touched();
        read((ByteBuf) message);
    }

    private void read(ByteBuf bytes) {
        try {
            scanner.scan(bytes);
        } catch (ProtocolViolation violation) {
            fail("08P01", String.valueOf(violation.getMessage()));
        } finally {
            bytes.release();
        }
    }

    @Override
    public int begin(byte type, int bodyLength) {
        if (bodyLength > LONGEST) {
            throw new ProtocolViolation("a command is too long");
        }
        if (bodyLength == 0) {
            take(type, NOTHING);
            return FrameScanner.DROP;
        }
        return bodyLength;
    }

    @Override
    public int look(byte type, byte[] bytes, int offset, int length, int bodyLength) {
        take(type, Arrays.copyOfRange(bytes, offset, offset + length));
        return length;
    }

    private void take(byte type, byte[] body) {
        ConsoleSession open = session;
        if (open != null) {
            open.received(type, body);
        }
    }

    @Override
    public void forward(ByteBuf bytes) {
        bytes.release();
    }

    // ---- the way back

    @Override
    public void send(MessageWriter messages) {
        client.writeAndFlush(
                client.alloc()
                        .buffer(messages.length())
                        .writeBytes(messages.bytes(), 0, messages.length()));
    }

    @Override
    public void reading(boolean wanted) {
        client.config().setAutoRead(wanted && client.isWritable());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        client.config().setAutoRead(client.isWritable());
    }

    @Override
    public void close() {
        client.writeAndFlush(client.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
    }

    private void fail(String sqlState, String message) {
        send(new MessageWriter().error("FATAL", sqlState, message));
        close();
    }

    // ---- as others are

    @Override
    public long id() {
        return caller.id();
    }

    @Override
    public Operations.Client glance() {
        return caller.glance("console", "idle", "", Instant.now());
    }

    @Override
    public void end(String sqlState, String message) {
        client.eventLoop()
                .execute(
                        () -> {
                            ConsoleSession open = session;
                            if (open == null) {
                                fail(sqlState, message);
                            } else {
                                open.endSoon(sqlState, message);
                            }
                        });
    }

    @Override
    public boolean guest() {
        return false;
    }

    @Override
    public boolean inTransaction() {
        return false;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ConsoleSession open = session;
        if (open != null) {
            open.closed();
        }
        house.connected().remove(this);
        house.cancelKeys().forget((int) caller.id());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}

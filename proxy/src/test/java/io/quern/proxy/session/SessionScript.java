package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.quern.advisor.Execution;
import io.quern.advisor.Sighting;
import io.quern.advisor.Watcher;
import io.quern.proxy.timing.ServerClock;
import io.quern.proxy.tuning.ScriptedGate;
import io.quern.proxy.wire.FrameScanner;
import io.quern.proxy.wire.MessageWriter;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A session between two byte streams that a test writes, with a hand-set clock. */
final class SessionScript {
    final ScriptedGate gate = new ScriptedGate();
    final Mishaps mishaps = new Mishaps();
    final List<Execution> executions = new ArrayList<>();
    final List<String> refusals = new ArrayList<>();
    final ByteArrayOutputStream toServer = new ByteArrayOutputStream();
    final ByteArrayOutputStream toClient = new ByteArrayOutputStream();
    final Session session;
    long nanos;
    int catalogChanges;

    private final ServerClock clock = new ServerClock(() -> nanos);
    private final FrameScanner requests;
    private final FrameScanner answers;

    /** Bytes of the client that had to wait, and all behind them. */
    final ByteBuf waiting = Unpooled.buffer();

    SessionScript() {
        this(Session.Lodging.OWN);
    }

    SessionScript(Session.Lodging lodging) {
        Watcher watcher =
                new Watcher() {
                    @Override
                    public boolean executed(Execution execution) {
                        return executions.add(execution);
                    }

                    @Override
                    public boolean sighted(Sighting sighting) {
                        return true;
                    }
                };
        Outside outside = new Outside();
        session =
                new Session(
                        lodging,
                        "db",
                        "me",
                        Profile.NONE,
                        "__quern_t_",
                        gate,
                        watcher,
                        clock,
                        outside,
                        mishaps);
        requests = new FrameScanner(new Requested());
        answers = new FrameScanner(new Answered());
    }

    /** Lets the session reach its first ReadyForQuery on a server that reports its search path. */
    SessionScript started() {
        server(
                out -> {
                    out.begin((byte) 'S')
                            .string("search_path".getBytes(US_ASCII))
                            .string("public".getBytes(US_ASCII))
                            .end();
                    out.begin((byte) 'Z').int8('I').end();
                });
        toClient.reset();
        return this;
    }

    /** Lets the session reach its first ReadyForQuery on a server that reports nothing. */
    SessionScript startedSilently() {
        server(out -> out.begin((byte) 'Z').int8('I').end());
        toClient.reset();
        return this;
    }

    void client(Consumer<MessageWriter> messages) {
        clientBytes(written(messages));
    }

    void server(Consumer<MessageWriter> messages) {
        serverBytes(written(messages));
    }

    void clientBytes(byte[] bytes) {
        waiting.writeBytes(bytes);
        pump();
    }

    void serverBytes(byte[] bytes) {
        clock.tick();
        answers.scan(Unpooled.wrappedBuffer(bytes));
        if (requests.waiting()) {
            pump();
        }
        settle();
    }

    /** Moves to a backend, and goes on with what waits. */
    void attach(BackendState backend) {
        session.attach(backend);
        pump();
    }

    /** Leaves the backend if nothing keeps the session there. */
    boolean detach() {
        boolean leaves = session.leaving() && answers.empty() && requests.betweenFrames();
        if (leaves) {
            session.detach();
        }
        return leaves;
    }

    private void pump() {
        if (session.ready()) {
            clock.tick();
            requests.scan(waiting);
            waiting.discardReadBytes();
            settle();
        }
    }

    private void settle() {
        if (session.ready() && answers.betweenFrames()) {
            session.makeUp();
            session.settle(requests.betweenFrames());
        }
    }

    /** Whether the client waits for a backend, or for what one is to answer. */
    boolean wants() {
        return waiting.isReadable() || requests.waiting();
    }

    static byte[] written(Consumer<MessageWriter> messages) {
        MessageWriter out = new MessageWriter();
        messages.accept(out);
        return out.toByteArray();
    }

    /** The types of the messages in a stream, as one word; the stream is emptied. */
    static String types(ByteArrayOutputStream stream) {
        byte[] bytes = stream.toByteArray();
        stream.reset();
        StringBuilder types = new StringBuilder();
        for (int at = 0; at < bytes.length; ) {
            types.append((char) bytes[at]);
            at += 1 + Unpooled.wrappedBuffer(bytes).getInt(at + 1);
        }
        return types.toString();
    }

    private static void drain(ByteBuf bytes, ByteArrayOutputStream into) {
        byte[] copy = new byte[bytes.readableBytes()];
        bytes.readBytes(copy);
        bytes.release();
        into.writeBytes(copy);
    }

    private final class Outside implements Effects {
        @Override
        public void toServer(MessageWriter messages) {
            ByteBuf bytes = Unpooled.copiedBuffer(messages.toByteArray());
            if (requests.scanning()) {
                requests.emit(bytes);
            } else {
                drain(bytes, toServer);
            }
        }

        @Override
        public void toClient(MessageWriter messages) {
            ByteBuf bytes = Unpooled.copiedBuffer(messages.toByteArray());
            if (answers.scanning()) {
                answers.emit(bytes);
            } else {
                drain(bytes, toClient);
            }
        }

        @Override
        public void end(String sqlState, String message) {
            throw new AssertionError(sqlState + ": " + message);
        }

        @Override
        public void catalogChanged() {
            catalogChanges++;
        }

        @Override
        public void refuse(long suggestion, String reason) {
            refusals.add(suggestion + ": " + reason);
        }
    }

    private final class Requested implements FrameScanner.Sink {
        @Override
        public int begin(byte type, int bodyLength) {
            return session.requestBegins(type, bodyLength);
        }

        @Override
        public int look(byte type, byte[] bytes, int offset, int length, int bodyLength) {
            return session.request(type, bytes, offset, length, bodyLength);
        }

        @Override
        public void forward(ByteBuf bytes) {
            drain(bytes, toServer);
        }
    }

    private final class Answered implements FrameScanner.Sink {
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
            drain(bytes, toClient);
        }
    }
}

package io.quern.bench.jmh;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.quern.advisor.history.History;
import io.quern.advisor.history.HistoryLimits;
import io.quern.proxy.session.BackendState;
import io.quern.proxy.session.Effects;
import io.quern.proxy.session.Mishaps;
import io.quern.proxy.session.Profile;
import io.quern.proxy.session.Session;
import io.quern.proxy.timing.ServerClock;
import io.quern.proxy.tuning.CachingGate;
import io.quern.proxy.wire.FrameScanner;
import io.quern.proxy.wire.MessageWriter;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import java.util.function.Consumer;

/**
 * One statement of pgbench -S on its way through scanners and session, both directions, watching
 * and deciding on: from the bytes as they are read to the slices that would be written. No socket.
 */
@State(Scope.Thread)
public class Exchange {
    private static final byte[] NAME = "P0_1".getBytes(US_ASCII);
    private static final byte[] UNNAMED = {};
    private static final byte[] SQL =
            "SELECT abalance FROM pgbench_accounts WHERE aid = $1".getBytes(US_ASCII);
    private static final byte[] SIMPLE =
            "SELECT abalance FROM pgbench_accounts WHERE aid = 527".getBytes(US_ASCII);

    private final History history = new History(HistoryLimits.DEFAULT);
    private final ServerClock clock = new ServerClock(System::nanoTime);
    private final Session.Lodging lodging;
    private final Session session;
    private final BackendState backend = new BackendState();
    private final FrameScanner requests = new FrameScanner(new Requested());
    private final FrameScanner answers = new FrameScanner(new Answered());

    private final ByteBuf bind = written(out -> bound(out, NAME));
    private final ByteBuf bindAnswer = written(Exchange::answer);
    private final ByteBuf parse =
            written(out -> bound(out.parse(UNNAMED, SQL, new int[0]), UNNAMED));
    private final ByteBuf parseAnswer =
            written(
                    out -> {
                        out.begin((byte) '1').end();
                        answer(out);
                    });
    private final ByteBuf query = written(out -> out.query(SIMPLE));
    private final ByteBuf queryAnswer =
            written(
                    out -> {
                        description(out);
                        row(out);
                    });

    /** A session with a backend of its own. */
    public Exchange() {
        this(Session.Lodging.OWN);
    }

    Exchange(Session.Lodging lodging) {
        this.lodging = lodging;
        this.session =
                new Session(
                        lodging,
                        "bench",
                        "bench",
                        Profile.NONE,
                        "__quern_0123456789ab_",
                        new CachingGate(
                                new Deciding.Nothing(), history, Runnable::run, 1, 64L << 20),
                        history,
                        clock,
                        new Unheard(),
                        new Mishaps());
    }

    private static ByteBuf written(Consumer<MessageWriter> messages) {
        MessageWriter out = new MessageWriter();
        messages.accept(out);
        return Unpooled.directBuffer().writeBytes(out.toByteArray());
    }

    /** Bind with one parameter, Describe of the portal, Execute, Sync: as libpq sends them. */
    private static void bound(MessageWriter out, byte[] name) {
        out.begin((byte) 'B').int8(0).string(name).int16(0).int16(1).int32(3);
        out.int8('5').int8('2').int8('7').int16(1).int16(0).end();
        out.begin((byte) 'D').int8('P').int8(0).end();
        out.execute(UNNAMED).sync();
    }

    private static void answer(MessageWriter out) {
        out.begin((byte) '2').end();
        description(out);
        row(out);
    }

    private static void description(MessageWriter out) {
        out.begin((byte) 'T').int16(1).string("abalance".getBytes(US_ASCII));
        out.int32(16_384).int16(3).int32(23).int16(4).int32(-1).int16(0).end();
    }

    private static void row(MessageWriter out) {
        out.begin((byte) 'D').int16(1).int32(1).int8('0').end();
        out.begin((byte) 'C').string("SELECT 1".getBytes(US_ASCII)).end();
        out.begin((byte) 'Z').int8('I').end();
    }

    /** Logs in and prepares the statement. */
    @Setup
    public void start() {
        history.start();
        backend.reported("search_path", "public");
        if (lodging == Session.Lodging.OWN) {
            server(
                    written(
                            out -> {
                                out.begin((byte) 'S')
                                        .string("search_path".getBytes(US_ASCII))
                                        .string("public".getBytes(US_ASCII))
                                        .end();
                                out.begin((byte) 'Z').int8('I').end();
                            }));
        }
        client(written(out -> out.parse(NAME, SQL, new int[0]).sync()));
        server(
                written(
                        out -> {
                            out.begin((byte) '1').end();
                            out.begin((byte) 'Z').int8('I').end();
                        }));
    }

    /** Tracking must not have been lost, or the figures mean nothing. */
    @TearDown(Level.Iteration)
    public void check() {
        if (session.opaque() || session.busy()) {
            throw new IllegalStateException("the exchange went wrong");
        }
    }

    @TearDown
    public void stop() {
        history.close();
    }

    @Benchmark
    public void prepared() {
        client(bind);
        server(bindAnswer);
    }

    @Benchmark
    public void extended() {
        client(parse);
        server(parseAnswer);
    }

    @Benchmark
    public void simple() {
        client(query);
        server(queryAnswer);
    }

    private void client(ByteBuf bytes) {
        clock.tick();
        if (!session.ready()) {
            session.attach(backend);
        }
        requests.scan(bytes.readerIndex(0));
    }

    private void server(ByteBuf bytes) {
        clock.tick();
        answers.scan(bytes.readerIndex(0));
        session.makeUp();
        session.settle(requests.betweenFrames());
        if (session.leaving()) {
            session.detach();
        }
    }

    /** Nothing here is treated, so nothing is heard. */
    private static final class Unheard implements Effects {
        @Override
        public void end(String sqlState, String message) {
            throw new IllegalStateException(message);
        }

        @Override
        public void toServer(MessageWriter messages) {}

        @Override
        public void toClient(MessageWriter messages) {}

        @Override
        public void catalogChanged() {}

        @Override
        public void refuse(long suggestion, String reason) {}
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
            bytes.release();
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
            bytes.release();
        }
    }
}

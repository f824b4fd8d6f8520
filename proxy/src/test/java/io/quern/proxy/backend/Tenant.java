package io.quern.proxy.backend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.quern.proxy.wire.MessageWriter;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Borrows a backend and talks to it from a test's own thread; waits for at most ten seconds. */
@SuppressWarnings("FutureReturnValueIgnored")
final class Tenant implements Backends.Borrower, Occupant {
    private static final long PATIENCE = 10;

    private final Backends backends;
    private final CompletableFuture<PooledBackend> answer = new CompletableFuture<>();
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private volatile boolean gone;
    private Backends.Wish wish = () -> false;

    private Tenant(Backends backends) {
        this.backends = backends;
    }

    static Tenant ask(Backends backends, PoolKey key, Credentials with, EventLoop loop) {
        Tenant tenant = new Tenant(backends);
        tenant.wish =
                loop.inEventLoop()
                        ? backends.borrow(key, with, loop, tenant)
                        : CompletableFuture.supplyAsync(
                                        () -> backends.borrow(key, with, loop, tenant), loop)
                                .join();
        return tenant;
    }

    Backends.Wish wish() {
        return wish;
    }

    boolean answered() {
        return answer.isDone();
    }

    boolean left() {
        return gone;
    }

    PooledBackend backend() throws Exception {
        return answer.get(PATIENCE, TimeUnit.SECONDS);
    }

    /** SQLSTATE and message of the refusal. */
    String refusal() throws Exception {
        return answer.handle((backend, refused) -> refused == null ? "" : refused.getMessage())
                .get(PATIENCE, TimeUnit.SECONDS);
    }

    /** What a simple query is answered, up to ReadyForQuery, as type and body of each message. */
    String query(String sql) throws Exception {
        send(sql);
        return reply();
    }

    void send(String sql) throws Exception {
        backend()
                .channel()
                .writeAndFlush(
                        Unpooled.wrappedBuffer(
                                new MessageWriter().query(sql.getBytes(UTF_8)).toByteArray()));
    }

    String reply() throws Exception {
        StringBuilder all = new StringBuilder();
        while (true) {
            String message = messages.poll(PATIENCE, TimeUnit.SECONDS);
            if (message == null) {
                throw new IllegalStateException("no ReadyForQuery after " + all);
            }
            all.append(message).append('\n');
            if (message.startsWith("Z")) {
                return all.toString();
            }
        }
    }

    /** The one value that a query answers. */
    String value(String sql) throws Exception {
        for (String line : query(sql).split("\n", -1)) {
            if (line.startsWith("D")) {
                return line.substring(7);
            }
        }
        throw new IllegalStateException("no row");
    }

    void giveBack(Backends.Condition condition) throws Exception {
        PooledBackend backend = backend();
        EventLoop loop = backend.channel().eventLoop();
        if (loop.inEventLoop()) {
            backends.giveBack(backend, condition);
        } else {
            loop.submit(() -> backends.giveBack(backend, condition)).sync();
        }
    }

    @Override
    public void lent(PooledBackend backend) {
        backend.occupy(this);
        answer.complete(backend);
    }

    @Override
    public void refused(String sqlState, String message) {
        answer.completeExceptionally(new IllegalStateException(sqlState + " " + message));
    }

    @Override
    public void received(ByteBuf bytes) {
        partial.append(bytes.toString(ISO_8859_1));
        bytes.release();
        while (partial.length() >= 5) {
            int length = 0;
            for (int i = 1; i < 5; i++) {
                length = length << 8 | partial.charAt(i);
            }
            if (partial.length() < length + 1) {
                return;
            }
            messages.add((partial.charAt(0) + partial.substring(5, length + 1)).replace('\0', '|'));
            partial.delete(0, length + 1);
        }
    }

    @Override
    public void drained() {}

    @Override
    public void writabilityChanged() {}

    @Override
    public void gone() {
        gone = true;
    }
}

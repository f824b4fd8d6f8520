package io.quern.bench.soak;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The line between Quern and its server, which can be made to fail: held (bytes wait, nobody is
 * told) or cut (all connections end, new ones are turned away). Thread-safe.
 */
final class Line implements AutoCloseable {
    private static final int BUFFER = 64 * 1024;

    private final int serverPort;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean held;
    private volatile boolean cut;

    Line(int serverPort) throws IOException {
        this.serverPort = serverPort;
        this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("line").start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** From now on bytes wait, in both directions. */
    void hold() {
        setHeld(true);
    }

    /** Ends all connections and turns new ones away. */
    void cut() {
        cut = true;
        setHeld(false);
        sockets.forEach(Line::end);
    }

    /** All is well again. */
    void mend() {
        cut = false;
        setHeld(false);
    }

    private void setHeld(boolean value) {
        lock.lock();
        try {
            held = value;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket near = listener.accept();
                if (cut) {
                    end(near);
                } else {
                    connect(near);
                }
            } catch (IOException e) {
                // the listener was closed, or the server is away: the next one may be luckier
            }
        }
    }

    private void connect(Socket near) throws IOException {
        Socket far;
        try {
            far = new Socket(InetAddress.getLoopbackAddress(), serverPort);
        } catch (IOException e) {
            end(near);
            throw e;
        }
        near.setTcpNoDelay(true);
        far.setTcpNoDelay(true);
        sockets.add(near);
        sockets.add(far);
        Thread.ofVirtual().start(() -> carry(near, far));
        Thread.ofVirtual().start(() -> carry(far, near));
    }

    private void carry(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int count;
            while ((count = in.read(buffer)) >= 0) {
                awaitFree();
                out.write(buffer, 0, count);
            }
        } catch (IOException | InterruptedException e) {
            // either side has gone: the other goes as well
        } finally {
            end(from);
            end(to);
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private void awaitFree() throws InterruptedException {
        lock.lock();
        try {
            while (held) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is of no more use either way
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}

package io.quern.optimizer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A TCP relay on a port of its own that a test can cut and mend, or make swallow what it gets. */
public final class Relay implements AutoCloseable {
    private final String host;
    private final int target;
    private final int port;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile ServerSocket listener;
    private volatile boolean swallowing;

    /** A relay to a port, open. */
    public Relay(String host, int target) throws IOException {
        this.host = host;
        this.target = target;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        port = listener.getLocalPort();
        accept(listener);
    }

    public int port() {
        return port;
    }

    /** Refuses connections and breaks those there are. */
    public void cut() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    /**
     * Whether bytes vanish without a word, in both directions: connections look as if they were
     * there, and new ones are accepted.
     */
    public void swallow(boolean now) {
        swallowing = now;
    }

    /** Listens again on the same port. */
    public void mend() throws IOException {
        listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        accept(listener);
    }

    @Override
    public void close() throws IOException {
        cut();
    }

    private void accept(ServerSocket on) {
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                while (true) {
                                    Socket client = on.accept();
                                    Socket server = new Socket(host, target);
                                    sockets.add(client);
                                    sockets.add(server);
                                    pump(client, server);
                                    pump(server, client);
                                }
                            } catch (IOException e) {
                                // cut
                            }
                        });
    }

    private void pump(Socket from, Socket to) {
        Thread.ofVirtual()
                .start(
                        () -> {
                            try (from;
                                    to) {
                                byte[] buffer = new byte[64 * 1024];
                                int count;
                                while ((count = from.getInputStream().read(buffer)) >= 0) {
                                    if (!swallowing) {
                                        to.getOutputStream().write(buffer, 0, count);
                                    }
                                }
                            } catch (IOException e) {
                                // the other side went
                            }
                        });
    }
}

package io.quern.proxy.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.proxy.wire.MessageWriter;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Serves a console over plain sockets to whoever says a user's name: for real clients. */
final class ConsoleHarness implements AutoCloseable {
    private static final int CANCEL = 80_877_102;
    private static final int PROTOCOL_3 = 196_608;

    final FakeOperations operations = new FakeOperations();
    final FakeDesk desk = new FakeDesk();
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<Integer, ConsoleSession> sessions = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final Console console =
            ConsoleFixture.console(operations, desk, workers, () -> Set.of("boss"));

    ConsoleHarness() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        workers.execute(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                workers.execute(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket;
                ExecutorService loop = Executors.newSingleThreadExecutor()) {
            DataInputStream in =
                    new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            Optional<ConsoleSession> opened = greet(socket, in, loop);
            if (opened.isEmpty()) {
                return;
            }
            ConsoleSession session = opened.get();
            try {
                while (true) {
                    byte type = in.readByte();
                    byte[] body = in.readNBytes(in.readInt() - 4);
                    loop.execute(() -> session.received(type, body));
                }
            } catch (IOException e) {
                loop.execute(session::closed);
            }
        } catch (IOException e) {
            // gone before it was greeted
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            sockets.remove(socket);
        }
    }

    private Optional<ConsoleSession> greet(Socket socket, DataInputStream in, ExecutorService loop)
            throws Exception {
        while (true) {
            byte[] packet = in.readNBytes(in.readInt() - 4);
            int code =
                    (packet[0] & 0xFF) << 24
                            | (packet[1] & 0xFF) << 16
                            | (packet[2] & 0xFF) << 8
                            | (packet[3] & 0xFF);
            if (code == CANCEL) {
                ConsoleSession running = sessions.get((packet[6] & 0xFF) << 8 | (packet[7] & 0xFF));
                if (running != null) {
                    running.cancel();
                }
                return Optional.empty();
            }
            if (code == PROTOCOL_3) {
                String[] parameters = new String(packet, 4, packet.length - 4, UTF_8).split("\0");
                return loop.submit(() -> open(parameters, socket, loop)).get();
            }
            // neither TLS nor GSSAPI
            socket.getOutputStream().write('N');
        }
    }

    private Optional<ConsoleSession> open(String[] parameters, Socket socket, ExecutorService loop)
            throws IOException {
        String user = "";
        for (int i = 0; i + 1 < parameters.length; i += 2) {
            user = parameters[i].equals("user") ? parameters[i + 1] : user;
        }
        OutputStream out = socket.getOutputStream();
        int id = ids.incrementAndGet();
        Console.Reply reply =
                new Console.Reply() {
                    @Override
                    public void send(MessageWriter messages) {
                        try {
                            out.write(messages.bytes(), 0, messages.length());
                        } catch (IOException e) {
                            close();
                        }
                    }

                    @Override
                    public void reading(boolean wanted) {
                        // a socket's thread reads on; the session keeps what comes early
                    }

                    @Override
                    public void close() {
                        try {
                            socket.close();
                        } catch (IOException e) {
                            // gone already
                        }
                    }
                };
        Optional<ConsoleSession> session = console.open(user, id, new byte[4], loop, reply);
        session.ifPresent(opened -> sessions.put(id, opened));
        return session;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        workers.shutdownNow();
    }
}

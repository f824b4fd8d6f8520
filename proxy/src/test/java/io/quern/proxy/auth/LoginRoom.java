package io.quern.proxy.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.proxy.backend.Credentials;
import io.quern.proxy.wire.Backend;
import io.quern.proxy.wire.MessageWriter;
import io.quern.proxy.wire.StartupPacket;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A port of loopback at which real drivers log in through an {@link Authenticator}. Once in, every
 * statement of theirs succeeds and does nothing.
 */
final class LoginRoom implements AutoCloseable {
    /** What each client that got in brought along. */
    final BlockingQueue<Credentials> admitted = new LinkedBlockingQueue<>();

    private final Authenticator authenticator;
    private final ServerSocket door;
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();

    LoginRoom(Authenticator authenticator) throws IOException {
        this.authenticator = authenticator;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        clients.execute(this::receive);
    }

    int port() {
        return door.getLocalPort();
    }

    private void receive() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                clients.execute(() -> serve(client));
            } catch (SocketException closed) {
                return;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                ExecutorService loop = Executors.newSingleThreadExecutor()) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            if (logIn(startup(in, out), client, in, out, loop)) {
                MessageWriter welcome = new MessageWriter();
                welcome.begin(Backend.AUTHENTICATION).int32(0).end();
                status(welcome, "server_version", "18.0");
                status(welcome, "client_encoding", "UTF8");
                status(welcome, "standard_conforming_strings", "on");
                status(welcome, "integer_datetimes", "on");
                status(welcome, "DateStyle", "ISO, MDY");
                welcome.begin(Backend.BACKEND_KEY_DATA).int32(1).int32(2).end();
                out.write(ready(welcome).toByteArray());
                obey(in, out);
            }
        } catch (EOFException | SocketException | InterruptedException left) {
            // a client at the end of its test, or this room
        } catch (IOException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static StartupPacket.Startup startup(DataInputStream in, OutputStream out)
            throws IOException {
        while (true) {
            int length = in.readInt();
            MessageWriter packet = new MessageWriter().int32(length);
            byte[] rest = in.readNBytes(length - 4);
            packet.raw(rest, 0, rest.length);
            if (StartupPacket.decode(packet.toByteArray())
                    instanceof StartupPacket.Startup startup) {
                return startup;
            }
            out.write('N');
        }
    }

    private boolean logIn(
            StartupPacket.Startup startup,
            Socket client,
            DataInputStream in,
            OutputStream out,
            ExecutorService loop)
            throws IOException, InterruptedException, ExecutionException {
        BlockingQueue<Optional<Boolean>> steps = new LinkedBlockingQueue<>();
        Peer peer = new Peer(client.getInetAddress(), false, Optional.empty(), Optional.empty());
        Authenticator.Login login =
                CompletableFuture.supplyAsync(
                                () ->
                                        authenticator.begin(
                                                peer, startup, loop, new Heard(out, steps)),
                                loop)
                        .get();
        Optional<Boolean> end = steps.take();
        while (end.isEmpty()) {
            if (in.readByte() != 'p') {
                throw new EOFException();
            }
            byte[] body = in.readNBytes(in.readInt() - 4);
            loop.execute(() -> login.received(body));
            end = steps.take();
        }
        return end.get();
    }

    private final class Heard implements Authenticator.Hearer {
        private final OutputStream out;
        private final BlockingQueue<Optional<Boolean>> steps;

        Heard(OutputStream out, BlockingQueue<Optional<Boolean>> steps) {
            this.out = out;
            this.steps = steps;
        }

        @Override
        public void send(MessageWriter messages) {
            write(messages);
            // SASLFinal waits for no answer
            boolean last = messages.bytes()[8] == 12;
            if (!last) {
                steps.add(Optional.empty());
            }
        }

        @Override
        public void admitted(Credentials credentials) {
            admitted.add(credentials);
            steps.add(Optional.of(true));
        }

        @Override
        public void refused(String sqlState, String message) {
            write(new MessageWriter().error("FATAL", sqlState, message));
            steps.add(Optional.of(false));
        }

        private void write(MessageWriter messages) {
            try {
                out.write(messages.toByteArray());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static void obey(DataInputStream in, OutputStream out) throws IOException {
        MessageWriter answers = new MessageWriter();
        while (true) {
            byte type = in.readByte();
            in.skipNBytes(in.readInt() - 4);
            switch (type) {
                case 'Q' -> ready(done(answers));
                case 'P' -> answers.begin(Backend.PARSE_COMPLETE).end();
                case 'B' -> answers.begin(Backend.BIND_COMPLETE).end();
                case 'D' -> answers.begin(Backend.NO_DATA).end();
                case 'E' -> done(answers);
                case 'S' -> ready(answers);
                default -> {
                    return;
                }
            }
            out.write(answers.toByteArray());
            answers.clear();
        }
    }

    private static MessageWriter done(MessageWriter out) {
        return out.begin(Backend.COMMAND_COMPLETE).string("SET".getBytes(UTF_8)).end();
    }

    private static MessageWriter ready(MessageWriter out) {
        return out.begin(Backend.READY_FOR_QUERY).int8('I').end();
    }

    private static void status(MessageWriter out, String name, String value) {
        out.begin(Backend.PARAMETER_STATUS)
                .string(name.getBytes(UTF_8))
                .string(value.getBytes(UTF_8))
                .end();
    }

    @Override
    public void close() throws IOException {
        door.close();
        clients.shutdownNow();
    }
}

package io.quern.proxy.backend;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.proxy.wire.MessageWriter;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server that lets in whoever answers as scripted, and answers every query by CommandComplete, or
 * by the error set for it. Everything it hears is recorded.
 */
final class ToyUpstream implements AutoCloseable {
    private final ServerSocket listener;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final Map<String, String> errors = new ConcurrentHashMap<>();
    private volatile Map<String, String> parameters = Map.of();
    private volatile byte[] question = {};
    private volatile String refusal = "";

    ToyUpstream() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    Host host() {
        return new Host("127.0.0.1", listener.getLocalPort());
    }

    /** What it reports of itself at each login from now on. */
    ToyUpstream reports(Map<String, String> reported) {
        parameters = reported;
        return this;
    }

    /** The body of an authentication request that precedes AuthenticationOk. */
    ToyUpstream asks(int kind, byte... rest) {
        question = new MessageWriter().int32(kind).raw(rest, 0, rest.length).toByteArray();
        return this;
    }

    /** Refuses logins with an SQLSTATE; empty: no more. */
    ToyUpstream refuses(String sqlState) {
        refusal = sqlState;
        return this;
    }

    /** Answers a query by an error. */
    ToyUpstream fails(String sql, String sqlState) {
        errors.put(sql, sqlState);
        return this;
    }

    /** Type and text of every message, in the order they came; start-up packets as {@code !}. */
    List<String> heard() {
        return heard;
    }

    /** Sends something to every client there is. */
    void say(MessageWriter messages) throws IOException {
        for (Socket socket : sockets) {
            socket.getOutputStream().write(messages.toByteArray());
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            String startup = new String(in.readNBytes(in.readInt() - 4), UTF_8);
            heard.add("!" + startup.replace('\0', '|'));
            MessageWriter out = new MessageWriter();
            if (!refusal.isEmpty()) {
                out.error("FATAL", refusal, "the toy says no");
                socket.getOutputStream().write(out.toByteArray());
                return;
            }
            if (question.length > 0) {
                out.begin((byte) 'R').raw(question, 0, question.length).end();
                socket.getOutputStream().write(out.toByteArray());
                out.clear();
                heard.add(message(in));
            }
            out.begin((byte) 'R').int32(0).end();
            parameters.forEach(
                    (name, value) ->
                            out.begin((byte) 'S')
                                    .string(name.getBytes(UTF_8))
                                    .string(value.getBytes(UTF_8))
                                    .end());
            out.begin((byte) 'K').int32(4711).int32(42).end();
            out.begin((byte) 'Z').int8('I').end();
            socket.getOutputStream().write(out.toByteArray());
            sockets.add(socket);
            while (true) {
                String message = message(in);
                heard.add(message);
                answer(socket, message.substring(1).replace("|", ""));
            }
        } catch (IOException gone) {
            // the client left, or the test is over
        } finally {
            sockets.remove(socket);
        }
    }

    private void answer(Socket socket, String sql) throws IOException {
        MessageWriter out = new MessageWriter();
        String error = errors.get(sql);
        if (error != null) {
            out.error("ERROR", error, "as scripted");
        } else if (sql.isEmpty()) {
            out.begin((byte) 'I').end();
        } else {
            out.begin((byte) 'C').string("DONE".getBytes(UTF_8)).end();
        }
        out.begin((byte) 'Z').int8('I').end();
        socket.getOutputStream().write(out.toByteArray());
    }

    private static String message(DataInputStream in) throws IOException {
        char type = (char) in.readUnsignedByte();
        String body = new String(in.readNBytes(in.readInt() - 4), UTF_8);
        return type + body.replace('\0', '|');
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}

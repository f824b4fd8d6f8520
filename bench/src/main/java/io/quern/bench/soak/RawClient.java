package io.quern.bench.soak;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.exception.ScramException;

import io.quern.bench.process.TestServer;
import io.quern.proxy.wire.MessageWriter;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;

/** A client that can do what no driver does. Not thread-safe. */
public final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 30_000;
    private static final int VERSION_3_0 = 3 << 16;
    private static final int OK = 0;
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;
    private static final int SASL_FINAL = 12;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    /** Connects to a port of 127.0.0.1 and says nothing yet. */
    public RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** Logs in and reads up to the first ReadyForQuery. */
    public RawClient login(String user, String password) throws IOException {
        MessageWriter body = new MessageWriter();
        body.int32(VERSION_3_0);
        body.string(bytes("user")).string(bytes(user));
        body.string(bytes("database")).string(bytes(TestServer.DATABASE)).int8(0);
        MessageWriter packet = new MessageWriter().int32(body.length() + 4);
        send(packet.raw(body.bytes(), 0, body.length()).toByteArray());
        try {
            authenticate(password);
        } catch (ScramException e) {
            throw new IOException("the login went wrong", e);
        }
        await((byte) 'Z');
        return this;
    }

    private void authenticate(String password) throws IOException, ScramException {
        ScramClient scram = null;
        while (true) {
            Message message = await((byte) 'R');
            int kind = message.int32(0);
            switch (kind) {
                case OK -> {
                    return;
                }
                case SASL -> {
                    scram =
                            ScramClient.builder()
                                    .advertisedMechanisms(List.of("SCRAM-SHA-256"))
                                    .username("*")
                                    .password(password.toCharArray())
                                    .build();
                    byte[] first = bytes(scram.clientFirstMessage().toString());
                    MessageWriter answer = new MessageWriter();
                    answer.begin((byte) 'p').string(bytes("SCRAM-SHA-256")).int32(first.length);
                    send(answer.raw(first, 0, first.length).end().toByteArray());
                }
                case SASL_CONTINUE -> {
                    ScramClient started = requireNonNull(scram);
                    started.serverFirstMessage(message.text(4));
                    byte[] last = bytes(started.clientFinalMessage().toString());
                    MessageWriter answer = new MessageWriter().begin((byte) 'p');
                    send(answer.raw(last, 0, last.length).end().toByteArray());
                }
                case SASL_FINAL -> requireNonNull(scram).serverFinalMessage(message.text(4));
                default -> throw new IOException("asked for authentication of kind " + kind);
            }
        }
    }

    /** Sends bytes as they are. */
    public void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** Sends a simple query. */
    public void query(String sql) throws IOException {
        send(new MessageWriter().query(bytes(sql)).toByteArray());
    }

    /**
     * Reads messages up to one of this type.
     *
     * @throws Refusal at an ErrorResponse
     */
    public Message await(byte type) throws IOException {
        while (true) {
            byte got = in.readByte();
            int length = in.readInt() - 4;
            if (length < 0) {
                throw new IOException("a message of " + length + " bytes");
            }
            byte[] body = new byte[length];
            in.readFully(body);
            if (got == 'E' && type != 'E') {
                throw new Refusal(sqlState(body));
            }
            if (got == type) {
                return new Message(body);
            }
        }
    }

    /** Reads and drops up to so many bytes; how many there were, -1 at the end. */
    public int swallow(byte[] buffer) throws IOException {
        return in.read(buffer);
    }

    /** Waits for the other side to close; what it says before is the error's SQLSTATE, if any. */
    public String awaitEnd() throws IOException {
        String state = "";
        try {
            while (true) {
                state = sqlState(await((byte) 'E').body);
            }
        } catch (EOFException | SocketException end) {
            return state;
        }
    }

    /** Ends the connection without a word, as a killed process would. */
    public void vanish() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String sqlState(byte[] body) {
        int at = 0;
        while (at < body.length && body[at] != 0) {
            int end = at + 1;
            while (end < body.length && body[end] != 0) {
                end++;
            }
            if (body[at] == 'C') {
                return new String(body, at + 1, end - at - 1, UTF_8);
            }
            at = end + 1;
        }
        return "";
    }

    /** The body of one message. */
    public static final class Message {
        private final byte[] body;

        private Message(byte[] body) {
            this.body = body;
        }

        int int32(int at) {
            return (body[at] & 0xff) << 24
                    | (body[at + 1] & 0xff) << 16
                    | (body[at + 2] & 0xff) << 8
                    | (body[at + 3] & 0xff);
        }

        String text(int from) {
            return new String(body, from, body.length - from, UTF_8);
        }
    }

    /** The other side said no. */
    public static final class Refusal extends IOException {
        private static final long serialVersionUID = 1;

        Refusal(String sqlState) {
            super(sqlState);
        }
    }
}

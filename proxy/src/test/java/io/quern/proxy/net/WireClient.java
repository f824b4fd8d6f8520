package io.quern.proxy.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.proxy.wire.MessageWriter;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A client that speaks the protocol message by message, so that a test can say exactly what goes
 * over the wire, correct or not. Reads block for at most ten seconds.
 */
public final class WireClient implements AutoCloseable {
    static final int PROTOCOL_3_0 = 196_608;
    static final int PROTOCOL_3_2 = 196_610;

    private static final int OK = 0;
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;
    private static final int SASL_FINAL = 12;

    private final Socket socket;
    private final DataInputStream in;

    /**
     * One message of the server.
     *
     * @param body one char for each byte
     */
    public record Message(char type, String body) {

        /** The body as text, zeros shown as {@code |}. */
        public String text() {
            return new String(body.getBytes(ISO_8859_1), UTF_8).replace('\0', '|');
        }

        /** The values of a DataRow, sent as text; null for NULL. */
        public List<String> values() {
            List<String> values = new ArrayList<>();
            for (int at = 2; at < body.length(); ) {
                int length = body.charAt(at + 2) << 8 | body.charAt(at + 3);
                boolean none = body.charAt(at) == 0xFF;
                values.add(none ? null : body.substring(at + 4, at + 4 + length));
                at += 4 + (none ? 0 : length);
            }
            return values;
        }

        @Override
        public String toString() {
            return type + ":" + text();
        }
    }

    public WireClient(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** Over a connection that is there already, for instance one with TLS. */
    public WireClient(Socket connected) throws IOException {
        socket = connected;
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    /** Connects and logs in by SCRAM-SHA-256, or without a password if none is asked for. */
    public static WireClient login(int port, String user, String password, String database)
            throws IOException {
        WireClient client = new WireClient(port);
        client.startup(user, database);
        client.authenticate(password);
        List<Message> answers = client.untilReady();
        if (answers.getLast().type() != 'Z') {
            throw new IOException("not let in: " + answers);
        }
        return client;
    }

    /** Answers the server's questions until it is content. */
    public void authenticate(String password) throws IOException {
        answerUntil(OK, password);
    }

    /** Answers the server's questions until it has proved itself, which is before it is content. */
    public void proveMyself(String password) throws IOException {
        answerUntil(SASL_FINAL, password);
    }

    private void answerUntil(int last, String password) throws IOException {
        ScramAnswers scram = new ScramAnswers(password);
        int kind;
        do {
            Message asked = read();
            kind = asked.type() == 'R' ? asked.body().charAt(3) : -1;
            switch (kind) {
                case OK, SASL_FINAL -> {}
                case SASL -> {
                    byte[] first = scram.first().getBytes(UTF_8);
                    send(
                            out ->
                                    out.begin((byte) 'p')
                                            .string("SCRAM-SHA-256".getBytes(UTF_8))
                                            .int32(first.length)
                                            .raw(first, 0, first.length)
                                            .end());
                }
                case SASL_CONTINUE -> {
                    byte[] answer = scram.last(asked.body().substring(4)).getBytes(UTF_8);
                    send(out -> out.begin((byte) 'p').raw(answer, 0, answer.length).end());
                }
                default -> throw new IOException("not let in: " + asked);
            }
        } while (kind != last);
    }

    public void startup(String user, String database) throws IOException {
        startup(PROTOCOL_3_0, "user", user, "database", database);
    }

    /** Opens a session of a version of the protocol with parameters, names and values in turn. */
    public void startup(int protocol, String... parameters) throws IOException {
        MessageWriter body = new MessageWriter();
        body.int32(protocol);
        for (String word : parameters) {
            body.string(word.getBytes(UTF_8));
        }
        body.int8(0);
        MessageWriter packet = new MessageWriter();
        packet.int32(body.length() + 4).raw(body.bytes(), 0, body.length());
        raw(packet.toByteArray());
    }

    /** Sends messages in one write. */
    public void send(Consumer<MessageWriter> messages) throws IOException {
        MessageWriter out = new MessageWriter();
        messages.accept(out);
        raw(out.toByteArray());
    }

    public void raw(byte... bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Sends a simple query and reads all that answers it. */
    public List<Message> query(String sql) throws IOException {
        send(out -> out.query(sql.getBytes(UTF_8)));
        return untilReady();
    }

    /** The next message. */
    public Message read() throws IOException {
        char type = (char) in.readUnsignedByte();
        byte[] body = new byte[in.readInt() - 4];
        in.readFully(body);
        return new Message(type, new String(body, ISO_8859_1));
    }

    /** Reads the next message away; its type. */
    public char skip() throws IOException {
        char type = (char) in.readUnsignedByte();
        in.skipNBytes(in.readInt() - 4);
        return type;
    }

    public int readByte() throws IOException {
        return in.read();
    }

    /** All messages up to a ReadyForQuery, or to the end of the connection. */
    public List<Message> untilReady() throws IOException {
        List<Message> all = new ArrayList<>();
        try {
            do {
                all.add(read());
            } while (all.getLast().type() != 'Z');
        } catch (EOFException closed) {
            return all;
        }
        return all;
    }

    /** The only value that a query gives. */
    public String value(String sql) throws IOException {
        List<Message> answers = query(sql);
        return answers.stream()
                .filter(m -> m.type() == 'D')
                .findFirst()
                .orElseThrow(() -> new IOException("no row: " + answers))
                .values()
                .getFirst();
    }

    /** The types of messages, as one word. */
    public static String types(List<Message> messages) {
        StringBuilder word = new StringBuilder();
        messages.forEach(m -> word.append(m.type()));
        return word.toString();
    }

    /** Everything up to the end of the connection. */
    public byte[] untilClosed() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        in.transferTo(all);
        return all.toByteArray();
    }

    /** Sends no more, but still reads. */
    public void shutDownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Breaks the connection, as a killed machine does: what was sent and not read yet is lost. */
    public void vanish() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

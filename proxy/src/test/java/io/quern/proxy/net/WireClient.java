package io.quern.proxy.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.proxy.wire.MessageWriter;

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
        in = new DataInputStream(socket.getInputStream());
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
        ScramAnswers scram = new ScramAnswers(password);
        while (true) {
            Message asked = read();
            int kind = asked.type() == 'R' ? asked.body().charAt(3) : -1;
            String rest = kind >= 0 ? asked.body().substring(4) : "";
            switch (kind) {
                case 0 -> {
                    return;
                }
                case 10 -> {
                    byte[] first = scram.first().getBytes(UTF_8);
                    send(
                            out ->
                                    out.begin((byte) 'p')
                                            .string("SCRAM-SHA-256".getBytes(UTF_8))
                                            .int32(first.length)
                                            .raw(first, 0, first.length)
                                            .end());
                }
                case 11 -> {
                    byte[] last = scram.last(rest).getBytes(UTF_8);
                    send(out -> out.begin((byte) 'p').raw(last, 0, last.length).end());
                }
                case 12 -> {}
                default -> throw new IOException("not let in: " + asked);
            }
        }
    }

    public void startup(String user, String database) throws IOException {
        MessageWriter body = new MessageWriter();
        body.int32(196_608);
        for (String word : List.of("user", user, "database", database)) {
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

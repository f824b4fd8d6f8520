package io.quern.proxy.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a client may open a connection with: packets that have a length but no type byte. */
public sealed interface StartupPacket {

    /** Packets longer than this are refused before they are read, as PostgreSQL does. */
    int MAXIMUM = 10_000;

    /** The code of a {@link CancelRequest}; the process number and its key follow. */
    int CANCEL = 80_877_102;

    /** The longest cancel key, in bytes. */
    int LONGEST_KEY = 256;

    /** Asks for TLS. */
    record SslRequest() implements StartupPacket {}

    /** Asks for GSSAPI encryption. */
    record GssEncRequest() implements StartupPacket {}

    /**
     * Asks to cancel what another connection runs.
     *
     * @param process the number that connection was given
     * @param key read-only; 4 bytes in protocol 3.0, up to {@link #LONGEST_KEY} since 3.2
     */
    record CancelRequest(int process, ByteBuffer key) implements StartupPacket {
        public CancelRequest {
            requireNonNull(key, "key");
        }
    }

    /** A version of the protocol that neither Quern nor any PostgreSQL of today speaks. */
    record Unsupported(int major, int minor) implements StartupPacket {}

    /**
     * Opens a session.
     *
     * @param minor minor version of protocol 3
     * @param parameters in the order sent; {@code _pq_.} options included
     */
    record Startup(int minor, Map<String, String> parameters) implements StartupPacket {
        public Startup {
            requireNonNull(parameters, "parameters");
        }

        public String user() {
            return parameters.getOrDefault("user", "");
        }

        /** The database asked for; PostgreSQL falls back on the user's name. */
        public String database() {
            String database = parameters.getOrDefault("database", "");
            return database.isEmpty() ? user() : database;
        }

        /** The packet that opens the same session in a database of another name. */
        public byte[] withDatabase(String name) {
            MessageWriter out = new MessageWriter().int32(0).int32(3 << 16 | minor);
            Map<String, String> all = new LinkedHashMap<>(parameters);
            all.put("database", name);
            all.forEach(
                    (key, value) -> out.string(key.getBytes(UTF_8)).string(value.getBytes(UTF_8)));
            byte[] packet = out.int8(0).toByteArray();
            ByteBuffer.wrap(packet).putInt(packet.length);
            return packet;
        }

        /** Whether this is a replication connection, whose messages are not for Quern to read. */
        public boolean replication() {
            return switch (parameters.getOrDefault("replication", "")) {
                case "", "0", "f", "n", "false", "off", "no" -> false;
                default -> true;
            };
        }
    }

    /** Whether a packet may have this whole length, which its first four bytes tell. */
    static boolean possible(int length) {
        return length >= 8 && length <= MAXIMUM;
    }

    /**
     * Reads a whole packet.
     *
     * @throws ProtocolViolation if it is none of PostgreSQL's
     */
    static StartupPacket decode(byte[] packet) {
        MessageReader in = new MessageReader().over(packet, 0, packet.length);
        if (!possible(in.int32())) {
            throw new ProtocolViolation("invalid length of startup packet");
        }
        int code = in.int32();
        return switch (code) {
            case 80_877_103 -> new SslRequest();
            case 80_877_104 -> new GssEncRequest();
            case CANCEL -> cancel(packet, in);
            default ->
                    code >>> 16 == 3
                            ? startup(code, in)
                            : new Unsupported(code >>> 16, code & 0xFFFF);
        };
    }

    private static CancelRequest cancel(byte[] packet, MessageReader in) {
        int process = in.int32();
        if (in.remaining() < 1 || in.remaining() > LONGEST_KEY) {
            throw new ProtocolViolation("invalid length of query cancel key");
        }
        ByteBuffer key = ByteBuffer.wrap(packet, in.position(), in.remaining());
        return new CancelRequest(process, key.slice().asReadOnlyBuffer());
    }

    private static Startup startup(int code, MessageReader in) {
        Map<String, String> parameters = new LinkedHashMap<>();
        while (true) {
            String name = in.string();
            if (name.isEmpty()) {
                break;
            }
            parameters.put(name, in.string());
        }
        if (in.remaining() != 0) {
            throw new ProtocolViolation(
                    "invalid startup packet layout: expected terminator as last byte");
        }
        return new Startup(code & 0xFFFF, parameters);
    }
}

package io.quern.proxy.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** Writes messages one behind the other into a growing array; reused. */
public final class MessageWriter {
    private static final byte[] NOTHING = {};
    private static final int SMALLEST = 256;

    /** One huge message must not leave its array behind. */
    private static final int KEPT = 32 * 1024;

    private byte[] bytes = NOTHING;
    private int length;
    private int frame;

    /** The array that holds the messages; only the first {@link #length} bytes count. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    /** Forgets all messages. */
    public MessageWriter clear() {
        length = 0;
        if (bytes.length > KEPT) {
            bytes = NOTHING;
        }
        return this;
    }

    /** Parse of a text under a name. */
    public MessageWriter parse(byte[] name, byte[] sql, int[] parameterTypes) {
        begin(Frontend.PARSE).string(name).string(sql).int16(parameterTypes.length);
        for (int type : parameterTypes) {
            int32(type);
        }
        return end();
    }

    /** Bind without parameters, results as text. */
    public MessageWriter bind(byte[] portal, byte[] statement) {
        return begin(Frontend.BIND)
                .string(portal)
                .string(statement)
                .int16(0)
                .int16(0)
                .int16(0)
                .end();
    }

    /** Bind of parameters as text, results as text. */
    public MessageWriter bind(byte[] portal, byte[] statement, byte[][] parameters) {
        begin(Frontend.BIND).string(portal).string(statement).int16(0).int16(parameters.length);
        for (byte[] parameter : parameters) {
            int32(parameter.length).raw(parameter, 0, parameter.length);
        }
        return int16(0).end();
    }

    /**
     * The head of a Bind whose remaining bytes follow from elsewhere.
     *
     * @param portal holds the portal's name
     * @param rest how many bytes of body follow
     */
    public MessageWriter bindHead(
            byte[] portal, int portalOffset, int portalLength, byte[] statement, int rest) {
        begin(Frontend.BIND).raw(portal, portalOffset, portalLength).int8(0).string(statement);
        return endWith(rest);
    }

    public MessageWriter describeStatement(byte[] name) {
        return begin(Frontend.DESCRIBE).int8('S').string(name).end();
    }

    public MessageWriter execute(byte[] portal) {
        return begin(Frontend.EXECUTE).string(portal).int32(0).end();
    }

    public MessageWriter closeStatement(byte[] name) {
        return begin(Frontend.CLOSE).int8('S').string(name).end();
    }

    public MessageWriter closePortal(byte[] name) {
        return begin(Frontend.CLOSE).int8('P').string(name).end();
    }

    /**
     * The head of a message whose body begins with a name, and whose remaining bytes follow from
     * elsewhere.
     *
     * @param kind a byte in front of the name; negative if there is none
     * @param rest how many bytes of body follow
     */
    public MessageWriter nameHead(byte type, int kind, byte[] name, int rest) {
        begin(type);
        if (kind >= 0) {
            int8(kind);
        }
        string(name);
        return endWith(rest);
    }

    public MessageWriter flush() {
        return begin(Frontend.FLUSH).end();
    }

    public MessageWriter parameterStatus(String name, String value) {
        return begin(Backend.PARAMETER_STATUS)
                .string(name.getBytes(UTF_8))
                .string(value.getBytes(UTF_8))
                .end();
    }

    public MessageWriter sync() {
        return begin(Frontend.SYNC).end();
    }

    public MessageWriter query(byte[] sql) {
        return begin(Frontend.QUERY).string(sql).end();
    }

    public MessageWriter terminate() {
        return begin(Frontend.TERMINATE).end();
    }

    /** An ErrorResponse with severity, SQLSTATE and message. */
    public MessageWriter error(String severity, String sqlState, String message) {
        begin(Backend.ERROR_RESPONSE);
        int8('S').string(severity.getBytes(UTF_8));
        int8('V').string(severity.getBytes(UTF_8));
        int8('C').string(sqlState.getBytes(UTF_8));
        int8('M').string(message.getBytes(UTF_8));
        return int8(0).end();
    }

    /** Begins a message of any type; {@link #end} completes it. */
    public MessageWriter begin(byte type) {
        room(5);
        bytes[length] = type;
        frame = length + 1;
        length += 5;
        return this;
    }

    public MessageWriter end() {
        return endWith(0);
    }

    private MessageWriter endWith(int rest) {
        put(frame, length - frame + rest);
        return this;
    }

    public MessageWriter int8(int value) {
        room(1);
        bytes[length++] = (byte) value;
        return this;
    }

    public MessageWriter int16(int value) {
        return int8(value >>> 8).int8(value);
    }

    public MessageWriter int32(int value) {
        room(4);
        put(length, value);
        length += 4;
        return this;
    }

    /** A string that holds no zero, and its terminating zero. */
    public MessageWriter string(byte[] value) {
        return raw(value, 0, value.length).int8(0);
    }

    public MessageWriter raw(byte[] source, int offset, int count) {
        room(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
        return this;
    }

    private void put(int at, int value) {
        bytes[at] = (byte) (value >>> 24);
        bytes[at + 1] = (byte) (value >>> 16);
        bytes[at + 2] = (byte) (value >>> 8);
        bytes[at + 3] = (byte) value;
    }

    private void room(int count) {
        if (bytes.length - length < count) {
            int enough = Math.max(bytes.length * 2, length + count);
            bytes = Arrays.copyOf(bytes, Math.max(SMALLEST, enough));
        }
    }
}

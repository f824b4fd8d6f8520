package io.quern.proxy.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.proxy.wire.Backend;
import io.quern.proxy.wire.MessageWriter;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Writes the messages a console answers with. */
final class AnswerWriter {
    private static final int KEPT = 64 * 1024;
    private MessageWriter out = new MessageWriter();

    /** What was written since {@link #clear}. */
    MessageWriter messages() {
        return out;
    }

    /** Forgets what was written, and the memory too if it was much. */
    void clear() {
        out = out.bytes().length > KEPT ? new MessageWriter() : out.clear();
    }

    void authenticationOk() {
        out.begin(Backend.AUTHENTICATION).int32(0).end();
    }

    void keyData(int processId, byte[] secret) {
        out.begin(Backend.BACKEND_KEY_DATA).int32(processId).raw(secret, 0, secret.length).end();
    }

    void parameter(String name, String value) {
        out.begin(Backend.PARAMETER_STATUS).string(bytes(name)).string(bytes(value)).end();
    }

    void ready(byte status) {
        out.begin(Backend.READY_FOR_QUERY).int8(status).end();
    }

    /** A message without a body. */
    void bare(byte type) {
        out.begin(type).end();
    }

    void parameterTypes(List<Integer> types) {
        out.begin(Backend.PARAMETER_DESCRIPTION).int16(types.size());
        types.forEach(out::int32);
        out.end();
    }

    /** RowDescription, or NoData if there are no columns. */
    void columns(List<Column> columns, Formats formats) {
        if (columns.isEmpty()) {
            bare(Backend.NO_DATA);
            return;
        }
        out.begin(Backend.ROW_DESCRIPTION).int16(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            out.string(bytes(column.name()))
                    .int32(0)
                    .int16(0)
                    .int32(column.type().oid())
                    .int16(column.type().size())
                    .int32(-1)
                    .int16(formats.binary(i) ? 1 : 0);
        }
        out.end();
    }

    void row(List<Column> columns, List<@Nullable Object> values, Formats formats) {
        out.begin(Backend.DATA_ROW).int16(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            Object value = values.get(i);
            if (value == null) {
                out.int32(-1);
                continue;
            }
            ColumnType type = columns.get(i).type();
            if (!type.holds(value)) {
                throw new IllegalStateException(
                        "column " + columns.get(i).name() + " is no " + type);
            }
            byte[] bytes = formats.binary(i) ? type.binary(value) : type.text(value);
            out.int32(bytes.length).raw(bytes, 0, bytes.length);
        }
        out.end();
    }

    void complete(String tag) {
        out.begin(Backend.COMMAND_COMPLETE).string(bytes(tag)).end();
    }

    void notice(String line) {
        fields(Backend.NOTICE_RESPONSE, "NOTICE", "00000", line, "");
    }

    void error(Refusal refusal) {
        fields(
                Backend.ERROR_RESPONSE,
                "ERROR",
                refusal.sqlState(),
                refusal.message(),
                refusal.hint());
    }

    void fatal(String sqlState, String message) {
        fields(Backend.ERROR_RESPONSE, "FATAL", sqlState, message, "");
    }

    private void fields(byte type, String severity, String state, String message, String hint) {
        out.begin(type);
        field('S', severity);
        field('V', severity);
        field('C', state);
        field('M', message);
        if (!hint.isEmpty()) {
            field('H', hint);
        }
        out.int8(0).end();
    }

    private void field(char code, String value) {
        out.int8(code).string(bytes(value));
    }

    /** No string of the protocol holds a zero. */
    private static byte[] bytes(String value) {
        return value.replace('\0', ' ').getBytes(UTF_8);
    }
}

package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.quern.proxy.wire.MessageWriter;

import java.util.HashSet;
import java.util.Set;

/**
 * Answers messages as PostgreSQL does, as far as order and errors go: after an error it skips to
 * the next Sync, statements exist from Parse to Close, and a text that holds {@code bad} fails.
 */
final class ToyServer {
    private final Set<String> statements = new HashSet<>();
    private final Set<String> failing = new HashSet<>();
    private String portal = "";
    private boolean skipping;

    byte[] answer(byte[] messages) {
        MessageWriter out = new MessageWriter();
        ByteBuf in = Unpooled.wrappedBuffer(messages);
        while (in.isReadable()) {
            byte type = in.readByte();
            ByteBuf body = in.readSlice(in.readInt() - 4);
            if (type == 'S') {
                skipping = false;
                ready(out);
            } else if (!skipping) {
                one(type, body, out);
            }
        }
        return out.toByteArray();
    }

    private void one(byte type, ByteBuf body, MessageWriter out) {
        switch (type) {
            case 'Q' -> query(string(body), out);
            case 'P' -> parse(string(body), string(body), out);
            case 'B' -> bind(body, out);
            case 'D' -> {
                body.readByte();
                describe(string(body), out);
            }
            case 'E' -> execute(out);
            case 'C' -> {
                body.readByte();
                statements.remove(string(body));
                out.begin((byte) '3').end();
            }
            default -> {}
        }
    }

    private void query(String sql, MessageWriter out) {
        if (sql.contains("bad")) {
            out.error("ERROR", "42601", "bad");
        } else {
            row(out);
            complete(out);
        }
        ready(out);
    }

    private void parse(String name, String sql, MessageWriter out) {
        if (!name.isEmpty() && statements.contains(name)) {
            fail(out, "42P05");
            return;
        }
        statements.add(name);
        failing.remove(name);
        if (sql.contains("bad")) {
            failing.add(name);
        }
        out.begin((byte) '1').end();
    }

    private void bind(ByteBuf body, MessageWriter out) {
        string(body);
        String name = string(body);
        if (!statements.contains(name)) {
            fail(out, "26000");
            return;
        }
        portal = name;
        out.begin((byte) '2').end();
    }

    private void describe(String name, MessageWriter out) {
        if (!statements.contains(name)) {
            fail(out, "26000");
            return;
        }
        out.begin((byte) 't').int16(0).end();
        out.begin((byte) 'T').int16(0).end();
    }

    private void execute(MessageWriter out) {
        if (failing.contains(portal)) {
            fail(out, "22012");
        } else {
            row(out);
            complete(out);
        }
    }

    private static void row(MessageWriter out) {
        out.begin((byte) 'D').int16(5);
        for (String value : new String[] {"me", "public", "", "read committed", "f"}) {
            out.int32(value.length()).raw(value.getBytes(US_ASCII), 0, value.length());
        }
        out.end();
    }

    private static void complete(MessageWriter out) {
        out.begin((byte) 'C').string("SELECT 1".getBytes(US_ASCII)).end();
    }

    private static void ready(MessageWriter out) {
        out.begin((byte) 'Z').int8('I').end();
    }

    private void fail(MessageWriter out, String sqlState) {
        skipping = true;
        out.error("ERROR", sqlState, "failed");
    }

    private static String string(ByteBuf body) {
        int length = body.bytesBefore((byte) 0);
        String value = body.toString(body.readerIndex(), length, US_ASCII);
        body.skipBytes(length + 1);
        return value;
    }
}

package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.quern.proxy.wire.MessageWriter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Answers messages as PostgreSQL does, as far as order and errors go: after an error it skips to
 * the next Sync, statements exist from Parse to Close, and a text that holds {@code bad} fails.
 */
final class ToyServer {
    private final Set<String> statements = new HashSet<>();
    private final Set<String> failing = new HashSet<>();
    private final Set<String> setters = new HashSet<>();
    private final Set<String> restorers = new HashSet<>();
    private final Map<String, String> portals = new HashMap<>();
    private final Map<String, List<String>> parameters = new HashMap<>();
    private final Map<String, String> settings = new TreeMap<>();
    private boolean skipping;

    /** What was bound and executed under settings, as {@code B} or {@code E} and the settings. */
    final List<String> steered = new ArrayList<>();

    byte[] answer(byte[] messages) {
        MessageWriter out = new MessageWriter();
        ByteBuf in = Unpooled.wrappedBuffer(messages);
        while (in.isReadable()) {
            byte type = in.readByte();
            ByteBuf body = in.readSlice(in.readInt() - 4);
            if (type == 'S') {
                skipping = false;
                settings.clear();
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
            case 'E' -> execute(string(body), out);
            case 'C' -> {
                boolean statement = body.readByte() == 'S';
                String name = string(body);
                if (statement) {
                    statements.remove(name);
                } else {
                    portals.remove(name);
                }
                out.begin((byte) '3').end();
            }
            default -> {}
        }
    }

    private void query(String sql, MessageWriter out) {
        if (sql.contains("bad")) {
            out.error("ERROR", "42601", "bad");
        } else {
            for (String one : sql.split(";")) {
                if (!one.isBlank()) {
                    row(out);
                    complete(out);
                }
            }
        }
        settings.clear();
        ready(out);
    }

    private void parse(String name, String sql, MessageWriter out) {
        if (!name.isEmpty() && statements.contains(name)) {
            fail(out, "42P05");
            return;
        }
        statements.add(name);
        failing.remove(name);
        setters.remove(name);
        restorers.remove(name);
        if (sql.contains("set_config($2")) {
            setters.add(name);
        } else if (sql.contains("set_config($1")) {
            restorers.add(name);
        }
        if (sql.contains("bad")) {
            failing.add(name);
        }
        out.begin((byte) '1').end();
    }

    private void bind(ByteBuf body, MessageWriter out) {
        String portal = string(body);
        String name = string(body);
        if (!statements.contains(name) || (!portal.isEmpty() && portals.containsKey(portal))) {
            fail(out, "26000");
            return;
        }
        portals.put(portal, name);
        body.skipBytes(2);
        List<String> values = new ArrayList<>();
        for (int i = body.readShort(); i > 0; i--) {
            int length = body.readInt();
            values.add(body.readCharSequence(length, US_ASCII).toString());
        }
        parameters.put(portal, values);
        if (!settings.isEmpty() && !restorers.contains(name) && !setters.contains(name)) {
            steered.add("B " + settings);
        }
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

    private void execute(String portal, MessageWriter out) {
        String statement = portals.getOrDefault(portal, "");
        List<String> values = parameters.getOrDefault(portal, List.of());
        if (setters.contains(statement)) {
            settings.put(values.get(1), values.get(2));
        } else if (restorers.contains(statement)) {
            settings.remove(values.get(0));
        } else if (!settings.isEmpty()) {
            steered.add("E " + settings);
        }
        if (failing.contains(statement)) {
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

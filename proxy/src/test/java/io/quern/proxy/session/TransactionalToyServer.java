package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.quern.proxy.wire.MessageWriter;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Answers messages as PostgreSQL does, as far as order and errors go: after an error it skips to
 * the next Sync, statements exist from Parse to Close or DEALLOCATE, the unnamed one until a simple
 * query, a failed transaction refuses all but its end, and a text that holds {@code bad} fails when
 * it is executed, one that holds {@code wrong} when it is parsed.
 */
final class TransactionalToyServer {
    private static final String[] PLAIN = {"me", "public", "", "read committed", "f"};
    private static final String[] KEPT = {
        "me", "public", "", "read committed", "f", "none", "me", "f", "f", "f", "f", "f"
    };

    private final boolean echoes;
    private final Map<String, String> statements = new HashMap<>();
    private @Nullable String portal;
    private boolean skipping;
    private byte status = 'I';

    /** One whose rows do not tell which text was run. */
    TransactionalToyServer() {
        this(false);
    }

    /**
     * @param echoes whether a statement's row is its text
     */
    TransactionalToyServer(boolean echoes) {
        this.echoes = echoes;
    }

    /** The names of its prepared statements that begin so. */
    Set<String> names(String prefix) {
        Set<String> names = new TreeSet<>(statements.keySet());
        names.removeIf(name -> !name.startsWith(prefix));
        return names;
    }

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
        statements.remove("");
        portal = null;
        run(sql, out);
        skipping = false;
        ready(out);
    }

    private void parse(String name, String sql, MessageWriter out) {
        if (name.isEmpty()) {
            statements.remove(name);
        }
        // PostgreSQL sees a syntax error first: which of the two does not matter
        if (refused(sql, out)) {
            return;
        }
        if (sql.contains("wrong")) {
            fail(out, "42601", "syntax error");
        } else {
            if (statements.containsKey(name)) {
                fail(out, "42P05", "prepared statement \"" + name + "\" already exists");
                return;
            }
            statements.put(name, sql);
            out.begin((byte) '1').end();
        }
    }

    private void bind(ByteBuf body, MessageWriter out) {
        string(body);
        String sql = found(string(body), out);
        if (sql != null && !refused(sql, out)) {
            portal = sql;
            out.begin((byte) '2').end();
        }
    }

    private void describe(String name, MessageWriter out) {
        String sql = found(name, out);
        if (sql != null && !refused(sql, out)) {
            out.begin((byte) 't').int16(0).end();
            out.begin((byte) 'T').int16(0).end();
        }
    }

    private @Nullable String found(String name, MessageWriter out) {
        String sql = statements.get(name);
        if (sql == null) {
            fail(out, "26000", "prepared statement \"" + name + "\" does not exist");
        }
        return sql;
    }

    private void execute(MessageWriter out) {
        String sql = portal;
        if (sql == null) {
            fail(out, "34000", "portal \"\" does not exist");
        } else {
            run(sql, out);
        }
    }

    private boolean refused(String sql, MessageWriter out) {
        boolean refused = status == 'E' && !sql.equals("COMMIT") && !sql.equals("ROLLBACK");
        if (refused) {
            fail(out, "25P02", "current transaction is aborted");
        }
        return refused;
    }

    private void run(String sql, MessageWriter out) {
        if (refused(sql, out)) {
            return;
        }
        String[] words = sql.split(" ");
        String tag = words[0];
        switch (tag) {
            case "BEGIN" -> status = 'T';
            case "COMMIT", "ROLLBACK" -> status = 'I';
            case "DISCARD" -> statements.keySet().removeIf(name -> !name.isEmpty());
            case "DEALLOCATE" -> {
                String name = words[1].replace("\"", "");
                if (name.equals("ALL")) {
                    statements.keySet().removeIf(n -> !n.isEmpty());
                    tag = "DEALLOCATE ALL";
                } else if (statements.remove(name) == null) {
                    fail(out, "26000", "prepared statement \"" + name + "\" does not exist");
                    return;
                }
            }
            default -> {
                if (sql.contains("bad") || sql.contains("wrong")) {
                    fail(out, "22012", "failed");
                    return;
                }
                tag = "SELECT 1";
                row(sql, out);
            }
        }
        out.begin((byte) 'C')
                .string((tag.equals("DISCARD") ? "DISCARD ALL" : tag).getBytes(US_ASCII))
                .end();
    }

    private void row(String sql, MessageWriter out) {
        if (sql.startsWith("SELECT name, setting")) {
            return;
        }
        boolean asked = sql.startsWith("SELECT current_user");
        String[] values =
                asked && sql.contains("pg_my_temp_schema())")
                        ? KEPT
                        : asked || !echoes ? PLAIN : new String[] {sql};
        out.begin((byte) 'D').int16(values.length);
        for (String value : values) {
            out.int32(value.length()).raw(value.getBytes(US_ASCII), 0, value.length());
        }
        out.end();
    }

    private void ready(MessageWriter out) {
        if (status == 'I') {
            portal = null;
        }
        out.begin((byte) 'Z').int8(status).end();
    }

    private void fail(MessageWriter out, String sqlState, String message) {
        skipping = true;
        portal = null;
        status = (byte) (status == 'I' ? 'I' : 'E');
        out.error("ERROR", sqlState, message);
    }

    private static String string(ByteBuf body) {
        int length = body.bytesBefore((byte) 0);
        String value = body.toString(body.readerIndex(), length, US_ASCII);
        body.skipBytes(length + 1);
        return value;
    }
}

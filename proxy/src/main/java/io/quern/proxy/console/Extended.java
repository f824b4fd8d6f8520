package io.quern.proxy.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.proxy.wire.Backend;
import io.quern.proxy.wire.MessageReader;
import io.quern.proxy.wire.ProtocolViolation;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The statements and portals of one session. */
final class Extended {
    private static final int MAX_NAMED = 1000;

    /**
     * A statement.
     *
     * @param types of its parameters, as the client declared or the plan knows them
     */
    private record Prepared(Plan plan, List<Integer> types) {}

    private final Function<String, Plan> planner;
    private final AnswerWriter out;
    private final Map<String, Prepared> statements = new HashMap<>();
    private final Map<String, Portal> portals = new HashMap<>();

    Extended(Function<String, Plan> planner, AnswerWriter out) {
        this.planner = planner;
        this.out = out;
    }

    void parse(MessageReader in) {
        String name = in.string();
        String sql = in.string();
        List<Integer> declared = new ArrayList<>();
        for (int count = in.int16(); count > 0; count--) {
            declared.add(in.int32());
        }
        Plan plan = planner.apply(sql);
        List<Integer> types = new ArrayList<>(plan.parameters());
        for (int i = 0; i < types.size() && i < declared.size(); i++) {
            if (declared.get(i) != 0) {
                types.set(i, declared.get(i));
            }
        }
        if (!name.isEmpty() && statements.containsKey(name)) {
            throw new Refusal("42P05", "prepared statement already exists");
        }
        bounded(statements.size());
        statements.put(name, new Prepared(plan, types));
        out.bare(Backend.PARSE_COMPLETE);
    }

    void bind(MessageReader in) {
        String name = in.string();
        Prepared statement = statement(in.string());
        Formats given = Formats.read(in);
        int count = in.int16();
        List<@Nullable String> values = new ArrayList<>();
        if (count != statement.types().size() || !given.fit(count)) {
            throw new ProtocolViolation(
                    "bind message supplies "
                            + count
                            + " parameters, but the command requires "
                            + statement.types().size());
        }
        for (int i = 0; i < count; i++) {
            values.add(value(in, given.binary(i), statement.types().get(i)));
        }
        Formats wanted = Formats.read(in);
        if (!wanted.fit(statement.plan().columns().size())) {
            throw new ProtocolViolation("bind message has a wrong number of result formats");
        }
        if (!name.isEmpty() && portals.containsKey(name)) {
            throw new Refusal("42P03", "portal already exists");
        }
        bounded(portals.size());
        portals.put(name, new Portal(statement.plan(), values, wanted));
        out.bare(Backend.BIND_COMPLETE);
    }

    void describe(MessageReader in) {
        byte kind = in.int8();
        String name = in.string();
        switch (kind) {
            case 'S' -> {
                Prepared statement = statement(name);
                out.parameterTypes(statement.types());
                out.columns(statement.plan().columns(), Formats.TEXT);
            }
            case 'P' -> {
                Portal portal = portal(name);
                out.columns(portal.plan().columns(), portal.formats());
            }
            default -> throw new ProtocolViolation("invalid DESCRIBE message subtype");
        }
    }

    void close(MessageReader in) {
        byte kind = in.int8();
        String name = in.string();
        switch (kind) {
            case 'S' -> statements.remove(name);
            case 'P' -> portals.remove(name);
            default -> throw new ProtocolViolation("invalid CLOSE message subtype");
        }
        out.bare(Backend.CLOSE_COMPLETE);
    }

    Portal portal(String name) {
        Portal portal = portals.get(name);
        if (portal == null) {
            throw new Refusal("34000", "portal does not exist");
        }
        return portal;
    }

    /** Portals do not outlive their transaction. */
    void endTransaction() {
        portals.clear();
    }

    private Prepared statement(String name) {
        Prepared statement = statements.get(name);
        if (statement == null) {
            throw new Refusal("26000", "prepared statement does not exist");
        }
        return statement;
    }

    private static void bounded(int size) {
        if (size >= MAX_NAMED) {
            throw new Refusal("54000", "the console keeps at most " + MAX_NAMED + " of these");
        }
    }

    private static @Nullable String value(MessageReader in, boolean binary, int type) {
        int length = in.int32();
        if (length == -1) {
            return null;
        }
        if (length < 0 || length > in.remaining()) {
            throw new ProtocolViolation("a message is shorter than its fields");
        }
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = in.int8();
        }
        return binary ? fromBinary(bytes, type) : new String(bytes, UTF_8);
    }

    private static String fromBinary(byte[] bytes, int type) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        boolean whole = bytes.length == 2 || bytes.length == 4 || bytes.length == 8;
        return switch (type) {
            case 20, 21, 23 -> {
                if (!whole) {
                    throw new Refusal("22P03", "incorrect binary data format");
                }
                yield String.valueOf(
                        switch (bytes.length) {
                            case 2 -> buffer.getShort();
                            case 4 -> buffer.getInt();
                            default -> buffer.getLong();
                        });
            }
            default -> new String(bytes, UTF_8);
        };
    }
}

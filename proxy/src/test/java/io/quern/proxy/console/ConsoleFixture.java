package io.quern.proxy.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.proxy.wire.Frontend;
import io.quern.proxy.wire.MessageReader;
import io.quern.proxy.wire.MessageWriter;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A console over fakes, and one client of it whose answers are read as lines. */
final class ConsoleFixture implements Console.Reply {
    final FakeOperations operations = new FakeOperations();
    final FakeDesk desk = new FakeDesk();
    final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    final Deque<Runnable> work = new ArrayDeque<>();
    Set<String> admins = Set.of("boss");
    boolean reading = true;
    boolean closed;
    private final Console console;

    /** Work waits in {@link #work} until the test runs it. */
    ConsoleFixture() {
        console = console(operations, desk, work::add, () -> admins);
    }

    private ConsoleFixture(Executor workers) {
        console = console(operations, desk, workers, () -> admins);
    }

    static ConsoleFixture with(Executor workers) {
        return new ConsoleFixture(workers);
    }

    /** Work is done at once. */
    static ConsoleFixture direct() {
        return new ConsoleFixture(Runnable::run);
    }

    static Console console(
            Operations operations, FakeDesk desk, Executor workers, Supplier<Set<String>> admins) {
        return new Console(
                operations,
                desk,
                new Tallies(
                        Map.of(Figure.TREATED, () -> 41L, Figure.EXECUTED, () -> 1000L),
                        () -> Map.of("CHOOSE", 2L, "APPLY", 1L)),
                () -> List.of(new Setting("quern.pool.size", "20", true)),
                () ->
                        new ConsoleSettings(
                                admins.get(),
                                Set.of("looker"),
                                "0.1",
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(30)),
                workers,
                () -> FakeOperations.NOW);
    }

    Console console() {
        return console;
    }

    ConsoleSession open(String user) {
        return console.open(user, 42, new byte[] {1, 2, 3, 4}, Runnable::run, this).orElseThrow();
    }

    /** Opens a session and forgets its welcome. */
    ConsoleSession greeted(String user) {
        ConsoleSession session = open(user);
        sent.reset();
        return session;
    }

    /** The answers to a simple Query. */
    List<String> query(ConsoleSession session, String sql) {
        session.received(Frontend.QUERY, (sql + "\0").getBytes(UTF_8));
        return answers();
    }

    /** Sends the messages a writer makes, one by one. */
    void send(ConsoleSession session, Consumer<MessageWriter> messages) {
        MessageWriter out = new MessageWriter();
        messages.accept(out);
        MessageReader in = new MessageReader().over(out.bytes(), 0, out.length());
        while (in.remaining() > 0) {
            byte type = in.int8();
            byte[] body = new byte[in.int32() - 4];
            for (int i = 0; i < body.length; i++) {
                body[i] = in.int8();
            }
            session.received(type, body);
        }
    }

    /** What came since the last look, a line for each message. */
    List<String> answers() {
        byte[] bytes = sent.toByteArray();
        sent.reset();
        return lines(bytes);
    }

    static List<String> lines(byte[] bytes) {
        List<String> lines = new ArrayList<>();
        MessageReader in = new MessageReader().over(bytes, 0, bytes.length);
        while (in.remaining() > 0) {
            char type = (char) in.int8();
            int length = in.int32() - 4;
            MessageReader body = new MessageReader().over(bytes, in.position(), length);
            lines.add(line(type, body, bytes, in.position(), length));
            for (int i = 0; i < length; i++) {
                in.int8();
            }
        }
        return lines;
    }

    private static String line(char type, MessageReader body, byte[] bytes, int at, int length) {
        return switch (type) {
            case 'T' -> "T " + String.join("|", columns(body));
            case 'D' -> "D " + String.join("|", values(body));
            case 'C' -> "C " + body.string();
            case 'Z' -> "Z " + (char) body.int8();
            case 'E', 'N' -> type + " " + String.join(" ", fields(body));
            default ->
                    length == 0
                            ? String.valueOf(type)
                            : type + " " + HexFormat.of().formatHex(bytes, at, at + length);
        };
    }

    private static List<String> columns(MessageReader body) {
        List<String> columns = new ArrayList<>();
        for (int count = body.int16(); count > 0; count--) {
            String name = body.string();
            body.int32();
            body.int16();
            int oid = body.int32();
            body.int16();
            body.int32();
            columns.add(name + ":" + oid + (body.int16() == 1 ? "b" : ""));
        }
        return columns;
    }

    private static List<String> values(MessageReader body) {
        List<String> values = new ArrayList<>();
        for (int count = body.int16(); count > 0; count--) {
            int length = body.int32();
            byte[] bytes = new byte[Math.max(length, 0)];
            for (int i = 0; i < length; i++) {
                bytes[i] = body.int8();
            }
            values.add(length < 0 ? "∅" : new String(bytes, UTF_8));
        }
        return values;
    }

    private static List<String> fields(MessageReader body) {
        List<String> fields = new ArrayList<>();
        for (byte code = body.int8(); code != 0; code = body.int8()) {
            String value = body.string();
            if (code != 'S') {
                fields.add((char) code + ":" + value);
            }
        }
        return fields;
    }

    @Override
    public void send(MessageWriter messages) {
        sent.write(messages.bytes(), 0, messages.length());
    }

    @Override
    public void reading(boolean wanted) {
        reading = wanted;
    }

    @Override
    public void close() {
        closed = true;
    }
}

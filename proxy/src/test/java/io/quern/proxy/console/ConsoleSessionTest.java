package io.quern.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.proxy.wire.Frontend;
import io.quern.proxy.wire.MessageWriter;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

class ConsoleSessionTest {
    private static final int[] UNTYPED = {};

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }

    private static Consumer<MessageWriter> parse(String name, String sql, int... types) {
        return out -> out.parse(utf8(name), utf8(sql), types);
    }

    private static Consumer<MessageWriter> execute(String portal, int limit) {
        return out -> out.begin(Frontend.EXECUTE).string(utf8(portal)).int32(limit).end();
    }

    /** A Bind of the unnamed portal with one value and one result format. */
    private static Consumer<MessageWriter> bind(
            String statement, int format, byte[] value, int resultFormat) {
        return out ->
                out.begin(Frontend.BIND)
                        .string(utf8(""))
                        .string(utf8(statement))
                        .int16(1)
                        .int16(format)
                        .int16(1)
                        .int32(value.length)
                        .raw(value, 0, value.length)
                        .int16(1)
                        .int16(resultFormat)
                        .end();
    }

    // ---- the extended protocol

    @Test
    void a_statement_is_described_without_being_run() {
        ConsoleFixture fixture = ConsoleFixture.direct();
        ConsoleSession session = fixture.greeted("boss");
        fixture.send(
                session,
                out -> {
                    parse("s", "RELOAD").accept(out);
                    out.describeStatement(utf8("s")).sync();
                });
        assertThat(fixture.answers()).containsExactly("1", "t 0000", "T change:25", "Z I");
        assertThat(fixture.operations.done).isEmpty();
        fixture.send(
                session,
                out ->
                        out.bind(utf8(""), utf8("s"))
                                .execute(utf8(""))
                                .closeStatement(utf8("s"))
                                .sync());
        assertThat(fixture.answers())
                .containsExactly(
                        "2",
                        "D quern.pool.size: 20 → 40",
                        "D quern.listen: needs a restart",
                        "C SHOW",
                        "3",
                        "Z I");
    }

    @Test
    void an_action_has_no_columns() {
        ConsoleFixture fixture = ConsoleFixture.direct();
        ConsoleSession session = fixture.greeted("boss");
        fixture.send(
                session,
                out -> {
                    parse("", "PAUSE $1").accept(out);
                    out.describeStatement(utf8("")).sync();
                });
        assertThat(fixture.answers()).containsExactly("1", "t 000100000019", "n", "Z I");
    }

    @Test
    void values_are_taken_as_text_and_as_binary() {
        ConsoleFixture fixture = ConsoleFixture.direct();
        ConsoleSession session = fixture.greeted("boss");
        fixture.send(
                session,
                out -> {
                    parse("", "KILL $1", UNTYPED).accept(out);
                    out.describeStatement(utf8(""));
                    bind("", 0, utf8("3"), 0).accept(out);
                    execute("", 0).accept(out);
                    parse("", "KILL $1", 23).accept(out);
                    bind("", 1, new byte[] {0, 0, 0, 7}, 0).accept(out);
                    execute("", 0).accept(out);
                    out.sync();
                });
        assertThat(fixture.answers())
                .containsExactly(
                        "1", "t 000100000014", "n", "2", "C KILL", "1", "2", "C KILL", "Z I");
        assertThat(fixture.operations.done).containsExactly("kill 3", "kill 7");
        fixture.send(
                session,
                out -> {
                    parse("", "KILL $1", UNTYPED).accept(out);
                    bind("", 0, utf8("three"), 0).accept(out);
                    execute("", 0).accept(out);
                    out.sync();
                });
        assertThat(fixture.answers())
                .containsExactly(
                        "1", "2", "E V:ERROR C:42601 M:usage: KILL id H:" + Refusal.HINT, "Z I");
    }

    @Test
    void binary_results_are_given_to_those_who_ask() {
        ConsoleFixture fixture = ConsoleFixture.direct();
        ConsoleSession session = fixture.greeted("boss");
        fixture.send(
                session,
                out -> {
                    parse("", "SHOW VERSION").accept(out);
                    out.begin(Frontend.BIND)
                            .string(utf8(""))
                            .string(utf8(""))
                            .int16(0)
                            .int16(0)
                            .int16(2)
                            .int16(0)
                            .int16(1)
                            .end();
                    out.begin(Frontend.DESCRIBE).int8('P').string(utf8("")).end();
                    out.execute(utf8("")).sync();
                });
        byte[] sent = fixture.sent.toByteArray();
        assertThat(fixture.answers()).contains("T version:25|started:1184b");
        // microseconds from 2000-01-01 to 2026-11-22T10:11:12.345678Z
        long micros = 848_657_472_345_678L;
        assertThat(sent)
                .containsSequence(
                        new MessageWriter()
                                .int32(8)
                                .int32((int) (micros >> 32))
                                .int32((int) micros)
                                .toByteArray());
    }

    @Test
    void rows_come_in_portions_when_asked_so() {
        ConsoleFixture fixture = ConsoleFixture.direct();
        ConsoleSession session = fixture.greeted("boss");
        fixture.send(
                session,
                out -> {
                    parse("", "SHOW MISHAPS").accept(out);
                    out.bind(utf8("p"), utf8(""));
                    execute("p", 1).accept(out);
                    execute("p", 1).accept(out);
                    execute("p", 1).accept(out);
                    out.sync();
                });
        assertThat(fixture.answers())
                .containsExactly(
                        "1", "2", "D APPLY|1", "s", "D CHOOSE|2", "C SHOW", "C SHOW", "Z I");
        fixture.send(session, execute("p", 0).andThen(MessageWriter::sync));
        assertThat(fixture.answers())
                .containsExactly("E V:ERROR C:34000 M:portal does not exist", "Z I");
    }

    @Test
    void after_an_error_all_up_to_sync_is_skipped() {
        ConsoleFixture fixture = ConsoleFixture.direct();
        ConsoleSession session = fixture.greeted("looker");
        fixture.send(
                session,
                out -> {
                    parse("", "PAUSE").accept(out);
                    out.bind(utf8(""), utf8("")).execute(utf8("")).query(utf8("SHOW POOLS")).sync();
                    out.query(utf8("SELECT 1"));
                });
        assertThat(fixture.answers())
                .containsExactly(
                        "E V:ERROR C:42501 M:PAUSE is for the console's admins",
                        "Z I",
                        "T ?column?:23",
                        "D 1",
                        "C SELECT 1",
                        "Z I");
    }

    @Test
    void names_are_bounded() {
        ConsoleFixture fixture = ConsoleFixture.direct();
        ConsoleSession session = fixture.greeted("looker");
        for (int i = 0; i < 1000; i++) {
            fixture.send(session, parse("s" + i, "SHOW POOLS"));
        }
        fixture.answers();
        fixture.send(session, parse("one more", "SHOW POOLS").andThen(MessageWriter::sync));
        assertThat(fixture.answers().getFirst()).startsWith("E V:ERROR C:54000");
    }

    // ---- what does not belong here

    @Test
    void unknown_messages_end_the_session() {
        ConsoleFixture fixture = ConsoleFixture.direct();
        ConsoleSession session = fixture.greeted("boss");
        session.received((byte) 'y', new byte[0]);
        assertThat(fixture.answers())
                .containsExactly("E V:FATAL C:08P01 M:invalid frontend message type 121");
        assertThat(fixture.closed).isTrue();
        session.received(Frontend.QUERY, utf8("SHOW POOLS\0"));
        assertThat(fixture.answers()).isEmpty();
    }

    @Test
    void broken_messages_and_function_calls_are_refused() {
        ConsoleFixture fixture = ConsoleFixture.direct();
        ConsoleSession session = fixture.greeted("boss");
        session.received(Frontend.QUERY, utf8("no end"));
        session.received(Frontend.FUNCTION_CALL, new byte[20]);
        session.received(Frontend.QUERY, new byte[100_000]);
        assertThat(fixture.answers())
                .containsExactly(
                        "E V:ERROR C:08P01 M:a string has no end",
                        "Z I",
                        "E V:ERROR C:0A000 M:the console has no functions to call H:"
                                + Refusal.HINT,
                        "Z I",
                        "E V:ERROR C:54000 M:a command is longer than 65536 bytes",
                        "Z I");
    }

    @Test
    void terminate_closes() {
        ConsoleFixture fixture = ConsoleFixture.direct();
        fixture.send(fixture.greeted("boss"), MessageWriter::terminate);
        assertThat(fixture.closed).isTrue();
        assertThat(fixture.answers()).isEmpty();
    }

    // ---- while something takes its time

    @Test
    void messages_wait_for_the_command_before_them() {
        ConsoleFixture fixture = new ConsoleFixture();
        ConsoleSession session = fixture.greeted("boss");
        assertThat(fixture.query(session, "SHOW VERSION")).isEmpty();
        assertThat(fixture.reading).isFalse();
        assertThat(fixture.query(session, "SELECT 1")).isEmpty();
        assertThat(fixture.query(session, "SHOW MISHAPS")).isEmpty();
        assertThat(fixture.work).hasSize(1);
        fixture.work.remove().run();
        assertThat(fixture.answers())
                .startsWith("T version:25|started:1184")
                .containsSubsequence("C SHOW", "Z I", "T ?column?:23", "C SELECT 1", "Z I")
                .doesNotContain("D APPLY|1");
        assertThat(fixture.reading).isFalse();
        fixture.work.remove().run();
        assertThat(fixture.answers()).contains("D APPLY|1", "Z I");
        assertThat(fixture.reading).isTrue();
    }

    @Test
    void too_much_waiting_ends_the_session() {
        ConsoleFixture fixture = new ConsoleFixture();
        ConsoleSession session = fixture.greeted("boss");
        fixture.query(session, "SHOW VERSION");
        for (int i = 0; i < 30; i++) {
            session.received(Frontend.QUERY, new byte[10_000]);
        }
        assertThat(fixture.answers()).singleElement().asString().startsWith("E V:FATAL C:54000");
        assertThat(fixture.closed).isTrue();
        fixture.work.remove().run();
        assertThat(fixture.answers()).isEmpty();
    }

    @Test
    void a_worker_that_takes_nothing_more_is_told() {
        ConsoleFixture fixture =
                ConsoleFixture.with(
                        task -> {
                            throw new RejectedExecutionException();
                        });
        assertThat(fixture.query(fixture.greeted("boss"), "SHOW POOLS"))
                .containsExactly("E V:ERROR C:57P01 M:Quern is stopping", "Z I");
        assertThat(fixture.reading).isTrue();
    }

    @Test
    void a_pause_that_is_cancelled_is_undone() throws Exception {
        assertThat(pauseTakenBack(ConsoleSession::cancel))
                .containsExactly(
                        "E V:ERROR C:57014 M:canceling statement due to user request", "Z I");
    }

    @Test
    void a_pause_whose_client_is_gone_is_undone() throws Exception {
        assertThat(pauseTakenBack(ConsoleSession::closed)).isEmpty();
    }

    @Test
    void a_pause_whose_client_says_good_bye_is_undone() throws Exception {
        assertThat(pauseTakenBack(session -> session.received(Frontend.TERMINATE, new byte[0])))
                .isEmpty();
    }

    private static List<String> pauseTakenBack(Consumer<ConsoleSession> how) throws Exception {
        LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
        try (ExecutorService worker = Executors.newSingleThreadExecutor()) {
            ConsoleFixture fixture = ConsoleFixture.with(worker);
            fixture.operations.busy = true;
            ConsoleSession session =
                    fixture.console()
                            .open("boss", 1, new byte[4], loop::add, fixture)
                            .orElseThrow();
            fixture.answers();
            fixture.query(session, "PAUSE shop");
            fixture.operations.pausing.await();
            assertThat(fixture.reading).isTrue();
            how.accept(session);
            loop.take().run();
            assertThat(fixture.operations.done).containsExactly("pause shop", "resume shop");
            assertThat(worker.submit(Thread::interrupted).get()).isFalse();
            return fixture.answers();
        }
    }

    @Test
    void what_cannot_be_taken_back_goes_on() {
        ConsoleFixture fixture = new ConsoleFixture();
        ConsoleSession session = fixture.greeted("boss");
        fixture.query(session, "OFF");
        session.cancel();
        fixture.work.remove().run();
        assertThat(fixture.desk.killed).isTrue();
        assertThat(fixture.answers()).containsExactly("C OFF", "Z I");
    }

    // ---- anything at all

    private static final String[] TEXTS = {
        "SHOW POOLS",
        "show help;",
        "SELECT 1",
        "BEGIN",
        "COMMIT",
        "KILL $1",
        "KILL 7",
        "PAUSE",
        "OFF",
        "",
        ";",
        "SET a = b",
        "nonsense",
        "SHOW VERSION; SHOW VERSION",
        "'",
        "SELECT ,",
        "$",
        "SELECT a(",
        "SELECT current_setting('x')",
        "SHOW TEMPLATES $1",
        "é\uD83D",
        "$1",
        "SET x"
    };
    private static final byte[] TYPES = utf8("QPBDECSHFdcfQPBEDSS");

    /** Every Query that is not skipped and every Sync is answered by one ReadyForQuery. */
    @Property(tries = 500)
    void whatever_comes_is_answered(@ForAll long seed) {
        Random random = new Random(seed);
        ConsoleFixture fixture = ConsoleFixture.direct();
        ConsoleSession session = fixture.greeted(random.nextBoolean() ? "boss" : "looker");
        for (int i = 0; i < 30 && !fixture.closed; i++) {
            byte type = TYPES[random.nextInt(TYPES.length)];
            session.received(type, body(type, random));
            List<String> answers = fixture.answers();
            long ready = answers.stream().filter(line -> line.startsWith("Z ")).count();
            boolean asks =
                    type == Frontend.SYNC
                            || type == Frontend.QUERY
                            || type == Frontend.FUNCTION_CALL;
            assertThat(ready).as("seed %s, %s", seed, answers).isLessThanOrEqualTo(asks ? 1 : 0);
            if (type == Frontend.SYNC) {
                assertThat(ready).as("seed %s", seed).isEqualTo(1);
                session.received(Frontend.QUERY, utf8("SELECT 1\0"));
                assertThat(fixture.answers()).as("seed %s", seed).contains("D 1").hasSize(4);
            }
            if (asks && ready == 0) {
                assertThat(answers).as("skipped, seed %s", seed).isEmpty();
            }
        }
    }

    private static byte[] body(byte type, Random random) {
        if (random.nextInt(4) == 0) {
            byte[] garbage = new byte[random.nextInt(40)];
            random.nextBytes(garbage);
            return garbage;
        }
        String name = random.nextInt(3) == 0 ? "s" : "";
        String sql = TEXTS[random.nextInt(TEXTS.length)];
        MessageWriter out = new MessageWriter();
        switch (type) {
            case Frontend.QUERY -> out.string(utf8(sql));
            case Frontend.PARSE -> out.string(utf8(name)).string(utf8(sql)).int16(0);
            case Frontend.BIND -> {
                out.string(utf8(name)).string(utf8(name)).int16(0);
                out.int16(random.nextInt(2));
                out.int32(random.nextInt(4) - 2).int16(random.nextInt(3)).int16(0);
            }
            case Frontend.DESCRIBE, Frontend.CLOSE ->
                    out.int8(random.nextBoolean() ? 'S' : 'P').string(utf8(name));
            case Frontend.EXECUTE -> out.string(utf8(name)).int32(random.nextInt(4) - 1);
            default -> {}
        }
        return out.toByteArray();
    }
}

package io.quern.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quern.advisor.Execution;
import io.quern.proxy.tuning.SessionKey;
import io.quern.proxy.wire.MessageWriter;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

class SessionTest {
    private static final int[] NO_TYPES = {};
    private static final byte[] NONE = {};

    private static byte[] b(String text) {
        return text.getBytes(US_ASCII);
    }

    private static Consumer<MessageWriter> run(String name) {
        return out -> out.bind(NONE, b(name)).execute(NONE).sync();
    }

    /** Lets a toy server answer all that was sent; its answers' types as the client sees them. */
    private static String exchange(SessionScript script, ToyServer server) {
        while (script.toServer.size() > 0) {
            byte[] sent = script.toServer.toByteArray();
            script.toServer.reset();
            script.serverBytes(server.answer(sent));
        }
        return SessionScript.types(script.toClient);
    }

    @Test
    void aTreatmentIsAskedForPreparedAndDrawnWithoutTheClientNoticing() {
        SessionScript script = new SessionScript().started();
        ToyServer server = new ToyServer();
        script.gate.treat(3, "SELECT a", "SELECT b");
        script.client(out -> out.parse(b("s"), b("SELECT a"), NO_TYPES).sync());
        assertThat(exchange(script, server)).isEqualTo("1Z");
        for (Execution.Arm arm :
                new Execution.Arm[] {
                    Execution.Arm.NONE, Execution.Arm.NONE, Execution.Arm.TREATMENT
                }) {
            script.client(run("s"));
            assertThat(exchange(script, server)).isEqualTo("2DCZ");
            assertThat(script.executions.getLast().arm()).isEqualTo(arm);
        }
        script.client(run("s"));
        assertThat(new String(script.toServer.toByteArray(), US_ASCII)).contains("__quern_t_3");
    }

    /** A literal keeps the value it was parsed with; a variant parsed later would read another. */
    @Test
    void aStatementParsedUnderAnotherDateStyleKeepsItsOriginal() {
        SessionScript script = new SessionScript().started();
        ToyServer server = new ToyServer();
        script.gate.treat(3, "SELECT a", "SELECT b");
        script.client(out -> out.parse(b("s"), b("SELECT a"), NO_TYPES).sync());
        exchange(script, server);
        for (int i = 0; i < 3; i++) {
            script.client(run("s"));
            exchange(script, server);
        }
        assertThat(script.executions.getLast().arm()).isEqualTo(Execution.Arm.TREATMENT);
        script.server(
                out -> out.begin((byte) 'S').string(b("DateStyle")).string(b("ISO, DMY")).end());
        exchange(script, server);
        for (int i = 0; i < 4; i++) {
            script.client(run("s"));
            exchange(script, server);
            assertThat(script.executions.getLast().arm()).isEqualTo(Execution.Arm.NONE);
        }
        script.client(out -> out.parse(b("t"), b("SELECT a"), NO_TYPES).sync());
        exchange(script, server);
        for (int i = 0; i < 3; i++) {
            script.client(run("t"));
            exchange(script, server);
        }
        assertThat(script.executions.getLast().arm()).isEqualTo(Execution.Arm.TREATMENT);
    }

    @Test
    void aClientsOwnParseOfAnExistingNameDoesNotRedirectIt() {
        SessionScript script = new SessionScript().started();
        ToyServer server = new ToyServer();
        script.gate.treat(3, "SELECT a", "SELECT b");
        script.client(out -> out.parse(b("s"), b("SELECT x"), NO_TYPES).sync());
        exchange(script, server);
        script.client(out -> out.parse(b("s"), b("SELECT a"), NO_TYPES).sync());
        assertThat(exchange(script, server)).isEqualTo("EZ");
        for (int i = 0; i < 4; i++) {
            script.client(run("s"));
            exchange(script, server);
        }
        assertThat(script.executions).extracting(Execution::arm).containsOnly(Execution.Arm.NONE);
    }

    @Test
    void aBindBehindAParseThatMayYetFailIsNotTreated() {
        SessionScript script = new SessionScript().started();
        ToyServer server = new ToyServer();
        script.gate.treat(3, "SELECT a", "SELECT b");
        script.client(out -> out.parse(b("t"), b("SELECT a"), NO_TYPES).sync());
        exchange(script, server);
        for (int i = 0; i < 3; i++) {
            script.client(run("t"));
            exchange(script, server);
        }
        assertThat(script.executions.getLast().arm()).isEqualTo(Execution.Arm.TREATMENT);
        script.client(out -> out.parse(b("s"), b("SELECT x"), NO_TYPES).sync());
        exchange(script, server);
        script.client(out -> out.parse(b("s"), b("SELECT a"), NO_TYPES).sync());
        script.client(run("s"));
        assertThat(new String(script.toServer.toByteArray(), US_ASCII)).doesNotContain("__quern");
        assertThat(exchange(script, server)).isEqualTo("EZ2DCZ");
        script.client(
                out ->
                        out.parse(NONE, b("SELECT a"), NO_TYPES)
                                .bind(NONE, NONE)
                                .execute(NONE)
                                .sync());
        assertThat(new String(script.toServer.toByteArray(), US_ASCII)).contains("__quern");
    }

    @Test
    void aSearchPathThatIsNotReportedIsForgottenWhenItMayHaveChanged() {
        SessionScript script = new SessionScript().startedSilently();
        ToyServer server = new ToyServer();
        script.client(out -> out.query(b("SELECT a")));
        assertThat(exchange(script, server)).isEqualTo("DCZ");
        script.client(out -> out.query(b("SELECT a")));
        exchange(script, server);
        assertThat(script.gate.keys())
                .extracting(SessionKey::searchPath)
                .containsExactly("", "public");
        script.client(out -> out.query(b("SET search_path = other")));
        exchange(script, server);
        script.client(out -> out.query(b("SELECT a")));
        exchange(script, server);
        assertThat(script.gate.keys().getLast().searchPath()).isEmpty();
        script.client(out -> out.query(b("SELECT a")));
        exchange(script, server);
        assertThat(script.gate.keys().getLast().searchPath()).isEqualTo("public");
    }

    @Test
    void timeRunsFromBindToCompletionLessWhatTheExecutionBeforeTook() {
        SessionScript script = new SessionScript().started();
        script.client(out -> out.parse(b("s"), b("SELECT a"), NO_TYPES).sync());
        exchange(script, new ToyServer());
        script.nanos = 100;
        script.client(out -> out.bind(NONE, b("s")).execute(NONE).bind(NONE, b("s")).execute(NONE));
        script.nanos = 130;
        script.server(
                out -> out.begin((byte) '2').end().begin((byte) 'C').string(b("SELECT 4")).end());
        script.nanos = 135;
        script.server(
                out -> out.begin((byte) '2').end().begin((byte) 'C').string(b("SELECT 4")).end());
        assertThat(script.executions).extracting(Execution::elapsedNanos).containsExactly(30L, 5L);
        assertThat(script.executions).extracting(Execution::rows).containsExactly(4L, 4L);
    }

    @Test
    void settingsAreInForceAtBindAndTakenBackBeforeExecute() {
        SessionScript script = new SessionScript().started();
        ToyServer server = steered(script, false, Map.of("enable_seqscan", "off"));
        assertThat(server.steered).containsExactly("B {enable_seqscan=off}");
        server.steered.clear();
        script.client(
                out -> {
                    out.bind(NONE, b("s")).bind(NONE, b("t")).execute(NONE);
                    out.bind(b("p"), b("s")).describeStatement(b("s")).execute(b("p")).sync();
                });
        assertThat(exchange(script, server)).isEqualTo("22DC2tTDCZ");
        assertThat(server.steered)
                .containsExactly("B {enable_seqscan=off}", "B {enable_seqscan=off}");
        assertThat(script.mishaps.counts().values()).containsOnly(0L);
    }

    @Test
    void whatTheExecutorReadsStaysOnlyForAnExecuteDirectlyBehind() {
        SessionScript script = new SessionScript().started();
        ToyServer server = steered(script, true, Map.of("work_mem", "64MB"));
        assertThat(server.steered).containsExactly("B {work_mem=64MB}", "E {work_mem=64MB}");
        server.steered.clear();
        script.client(
                out -> {
                    out.bind(NONE, b("s")).bind(NONE, b("t")).execute(NONE);
                    out.bind(NONE, b("s")).begin((byte) 'E').string(NONE).int32(5).end().sync();
                });
        assertThat(exchange(script, server)).isEqualTo("22DC2DCZ");
        assertThat(server.steered).containsExactly("B {work_mem=64MB}", "B {work_mem=64MB}");
    }

    @Test
    void whatTheExecutorReadsIsRefusedWhereMoreMayRun() {
        SessionScript script = new SessionScript().started();
        ToyServer server = steered(script, false, Map.of("work_mem", "64MB"));
        assertThat(server.steered).isEmpty();
        assertThat(script.refusals).hasSize(1);
        assertThat(script.executions).extracting(Execution::arm).containsOnly(Execution.Arm.NONE);
    }

    /** A server with statements s, which is treated, and t; s has run treated. */
    private static ToyServer steered(
            SessionScript script, boolean executorSafe, Map<String, String> settings) {
        ToyServer server = new ToyServer();
        script.gate.steer(4, "SELECT e", "SELECT e", executorSafe, settings);
        script.client(out -> out.parse(b("s"), b("SELECT e"), NO_TYPES).sync());
        script.client(out -> out.parse(b("t"), b("SELECT t"), NO_TYPES).sync());
        exchange(script, server);
        for (int i = 0; i < 3; i++) {
            script.client(run("s"));
            assertThat(exchange(script, server)).isEqualTo("2DCZ");
        }
        return server;
    }

    @Test
    void aReplyThatFitsNothingTurnsTheSessionIntoPlainBytes() {
        SessionScript script = new SessionScript().started();
        script.server(out -> out.begin((byte) '1').end());
        assertThat(script.session.opaque()).isTrue();
        assertThat(SessionScript.types(script.toClient)).isEqualTo("1");
        assertThat(script.mishaps.count(Mishaps.Kind.TRACKING)).isEqualTo(1);
    }

    @Test
    void syncsSentAheadOfCopyAreNotAnswered() {
        SessionScript script = new SessionScript().started();
        script.client(
                out ->
                        out.parse(NONE, b("COPY t FROM STDIN"), NO_TYPES)
                                .bind(NONE, NONE)
                                .execute(NONE)
                                .sync());
        script.server(
                out -> {
                    out.begin((byte) '1').end().begin((byte) '2').end();
                    out.begin((byte) 'G').int8(0).int16(0).end();
                });
        script.client(out -> out.begin((byte) 'c').end().sync());
        script.server(
                out -> {
                    out.begin((byte) 'C').string(b("COPY 0")).end();
                    out.begin((byte) 'Z').int8('I').end();
                });
        script.client(out -> out.query(b("SELECT 1")));
        script.server(out -> out.begin((byte) 'T').int16(0).end());
        assertThat(script.session.opaque()).isFalse();
    }

    @Test
    void aCopyThatFailsIsFollowedWhetherItsSyncWasReadOrNot() {
        for (boolean answered : new boolean[] {true, false}) {
            SessionScript script = new SessionScript().started();
            script.client(
                    out ->
                            out.parse(NONE, b("COPY t FROM STDIN"), NO_TYPES)
                                    .bind(NONE, NONE)
                                    .execute(NONE)
                                    .sync());
            script.server(
                    out -> {
                        out.begin((byte) '1').end().begin((byte) '2').end();
                        out.begin((byte) 'G').int8(0).int16(0).end();
                    });
            script.client(out -> out.begin((byte) 'd').end().begin((byte) 'c').end().sync());
            script.server(out -> out.error("ERROR", "22P02", "no"));
            script.server(out -> out.begin((byte) 'Z').int8('I').end());
            if (answered) {
                script.server(out -> out.begin((byte) 'Z').int8('I').end());
            }
            script.gate.treat(3, "SELECT a", "SELECT b");
            ToyServer server = new ToyServer();
            script.toServer.reset();
            for (int i = 0; i < 4; i++) {
                script.client(out -> out.query(b("SELECT a")));
                exchange(script, server);
            }
            assertThat(script.session.opaque()).isFalse();
            assertThat(script.executions.getLast().arm()).isEqualTo(Execution.Arm.TREATMENT);
        }
    }

    @Property(tries = 300)
    void theClientSeesWhatItWouldSeeWithoutQuern(@ForAll long seed) {
        Random random = new Random(seed);
        SessionScript script = new SessionScript().started();
        script.gate.treat(1, "SELECT a", "SELECT b");
        // a query ends a Sync group that was left open, unless a variant fails before it is read
        boolean groupsEnd = random.nextBoolean();
        if (groupsEnd) {
            script.gate.treat(2, "SELECT c", "SELECT bad");
        }
        script.gate.steer(
                3, "SELECT e", "SELECT e", false, Map.of("enable_sort", "off", "geqo", "on"));
        script.gate.steer(4, "SELECT f", "SELECT g", true, Map.of("work_mem", "64MB"));
        script.gate.steer(5, "SELECT h", "SELECT h", true, Map.of("enable_hashjoin", "off"));
        ToyServer behind = new ToyServer();
        ToyServer direct = new ToyServer();
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int round = 0; round < 30; round++) {
            byte[] sent = SessionScript.written(out -> messages(random, groupsEnd, out));
            script.clientBytes(sent);
            expected.writeBytes(direct.answer(sent));
            if (random.nextInt(3) > 0) {
                settle(script, behind, random);
            }
        }
        byte[] last = SessionScript.written(MessageWriter::sync);
        script.clientBytes(last);
        expected.writeBytes(direct.answer(last));
        settle(script, behind, random);
        assertThat(script.session.opaque()).isFalse();
        // a variant that fails where the original does not is the one difference allowed
        if (script.executions.stream().noneMatch(e -> e.suggestion() == 2)) {
            assertThat(script.toClient.toByteArray()).isEqualTo(expected.toByteArray());
        }
        assertThat(types(script.toClient, 'Z')).isEqualTo(types(expected, 'Z'));
        assertThat(script.mishaps.count(Mishaps.Kind.STEER)).isZero();
        assertThat(behind.steered).doesNotContain("E {enable_sort=off, geqo=on}");
        assertThat(behind.steered).doesNotContain("E {enable_hashjoin=off}");
    }

    private static long types(ByteArrayOutputStream stream, char type) {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        copy.writeBytes(stream.toByteArray());
        return SessionScript.types(copy).chars().filter(c -> c == type).count();
    }

    private static void messages(Random random, boolean groupsEnd, MessageWriter out) {
        String[] texts = {
            "SELECT a", "SELECT c", "SELECT x", "SELECT bad", "SELECT e", "SELECT f", "SELECT h"
        };
        for (int i = random.nextInt(4); i >= 0; i--) {
            byte[] name = b(random.nextBoolean() ? "" : "s" + random.nextInt(3));
            byte[] text = b(texts[random.nextInt(texts.length)]);
            switch (random.nextInt(10)) {
                case 0 -> (groupsEnd ? out.sync() : out).query(text);
                case 1, 2 -> out.parse(name, text, NO_TYPES);
                case 3 -> out.closeStatement(name);
                case 4 -> out.describeStatement(name);
                case 5 -> out.bind(NONE, name);
                case 6 -> out.bind(NONE, name).describeStatement(name).execute(NONE);
                default -> out.bind(NONE, name).execute(NONE).sync();
            }
        }
    }

    /** The server answers, its bytes cut anywhere. */
    private static void settle(SessionScript script, ToyServer server, Random random) {
        while (script.toServer.size() > 0) {
            byte[] sent = script.toServer.toByteArray();
            script.toServer.reset();
            byte[] answers = server.answer(sent);
            int cut = random.nextInt(answers.length + 1);
            script.serverBytes(Arrays.copyOfRange(answers, 0, cut));
            script.serverBytes(Arrays.copyOfRange(answers, cut, answers.length));
        }
    }
}

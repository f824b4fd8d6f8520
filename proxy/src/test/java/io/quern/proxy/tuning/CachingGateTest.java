package io.quern.proxy.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import io.quern.advisor.Flag;
import io.quern.advisor.Treatment;
import io.quern.optimizer.Edit;
import io.quern.optimizer.Piece;
import io.quern.optimizer.SlotCheck;
import io.quern.proxy.tuning.KnownStatement.Kind;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

class CachingGateTest {

    private static final SessionKey KEY = key("public");
    private static final int[] UNTYPED = {};
    private static final String SQL = "SELECT a FROM t WHERE b = 1";

    private final FakeAdvisor advisor = new FakeAdvisor();
    private long now;
    private final CachingGate gate = gate(1 << 20, BytesHash.seeded());
    private final Flag flag = new Flag(7);
    private final Treatment treatment =
            new Treatment(
                    flag,
                    List.of(new Edit(1, 2, List.of(new Piece.Text("c")))),
                    List.of(),
                    List.of());

    private static SessionKey key(String searchPath) {
        return new SessionKey("db", "role", searchPath, "UTC", true, true);
    }

    private CachingGate gate(long maxBytes, BytesHash hash) {
        return new CachingGate(advisor, advisor, advisor, 1, maxBytes, hash, () -> now);
    }

    private KnownStatement see(String sql) {
        return see(gate, KEY, sql, UNTYPED);
    }

    private static KnownStatement see(CachingGate gate, SessionKey key, String sql, int[] types) {
        byte[] bytes = ("xx" + sql + "'").getBytes(StandardCharsets.UTF_8);
        return gate.recognise(key, bytes, 2, bytes.length - 3, types);
    }

    @Test
    void oneKnownStatementPerSessionKeyTypesAndSkeleton() {
        KnownStatement known = see(SQL);
        assertThat(see(SQL)).isSameAs(known);
        assertThat(see("select A from T -- x\nwhere b=22")).isSameAs(known);
        assertThat(see(gate, key("public"), SQL, new int[0])).isSameAs(known);
        Set<KnownStatement> others = new HashSet<>(List.of(known));
        assertThat(others.add(see(gate, key("other"), SQL, UNTYPED))).isTrue();
        assertThat(others.add(see(gate, KEY, SQL, new int[] {0}))).isTrue();
        assertThat(others.add(see(gate, KEY, SQL, new int[] {23}))).isTrue();
        assertThat(others.add(see("SELECT a FROM t WHERE b = '1'"))).isTrue();
        assertThat(others)
                .extracting(KnownStatement::fingerprint)
                .containsOnly(known.fingerprint());
        assertThat(known.kind()).isEqualTo(Kind.QUERY);
        assertThat(known.single()).isTrue();
    }

    @Test
    void offersEachStatementToTheWatcherOnce() {
        see(SQL);
        see(SQL);
        see("SELECT a FROM t WHERE b = 2");
        assertThat(advisor.sighted).hasSize(1);
        assertThat(advisor.sighted.getFirst().statement().sql()).isEqualTo(SQL);
        assertThat(gate.counts().introduced()).isEqualTo(1);
    }

    @Test
    void copiesWhatItKeeps() {
        int[] types = {23};
        byte[] bytes = SQL.getBytes(StandardCharsets.UTF_8);
        KnownStatement known = gate.recognise(KEY, bytes, 0, bytes.length, types);
        gate.recognise(KEY, bytes, 0, bytes.length, types);
        Arrays.fill(bytes, (byte) 'z');
        types[0] = 25;
        assertThat(see(gate, KEY, SQL, new int[] {23})).isSameAs(known);
        assertThat(see("z".repeat(bytes.length))).isNotSameAs(known);
    }

    @Test
    void collidingHashesNeverDecide() {
        CachingGate colliding = gate(1 << 20, (bytes, from, length) -> 42);
        KnownStatement a = see(colliding, KEY, "SELECT a", UNTYPED);
        Set<KnownStatement> all = new HashSet<>(List.of(a));
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 100; i++) {
                all.add(see(colliding, KEY, "SELECT a" + i, UNTYPED));
            }
        }
        assertThat(all).hasSize(101);
        assertThat(see(colliding, KEY, "SELECT a", UNTYPED)).isSameAs(a);
    }

    @Test
    void hitsAllocateNothing() {
        byte[] exact = SQL.getBytes(StandardCharsets.UTF_8);
        byte[] varying = "SELECT a FROM t WHERE b = 1000000".getBytes(StandardCharsets.UTF_8);
        advisor.answer = s -> Optional.of(treatment);
        flag.set(0.5);
        int sink = 0;
        for (int i = 0; i < 20_000; i++) {
            sink += hit(exact, varying, i);
            advisor.runQueued();
        }
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        long overhead = threads.getCurrentThreadAllocatedBytes() - before;
        before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 20_000; i < 120_000; i++) {
            sink += hit(exact, varying, i);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before - overhead;
        assertThat(allocated / 100_000).as("bytes per hit, after %d hits", sink).isZero();
    }

    private int hit(byte[] exact, byte[] varying, int i) {
        KnownStatement known = gate.recognise(KEY, exact, 0, exact.length, UNTYPED);
        int digits = i;
        for (int at = varying.length - 1; digits > 0; at--) {
            varying[at] = (byte) ('0' + digits % 10);
            digits /= 10;
        }
        KnownStatement same = gate.recognise(KEY, varying, 0, varying.length, UNTYPED);
        Treatment t = gate.treatment(known);
        return (known == same ? 1 : 0) + (t != null && gate.draw(t) ? 1 : 0);
    }

    @Test
    void treatsOnceResolved() {
        advisor.answer = s -> Optional.of(treatment);
        flag.set(1);
        KnownStatement known = see(SQL);
        assertThat(gate.treatment(known)).isNull();
        advisor.runQueued();
        assertThat(gate.treatment(known)).isSameAs(treatment);
        assertThat(advisor.resolved).isEqualTo(1);
    }

    @Test
    void killSwitchAndFlagActAtOnce() {
        advisor.answer = s -> Optional.of(treatment);
        flag.set(1);
        KnownStatement known = see(SQL);
        advisor.runQueued();
        flag.set(0);
        assertThat(gate.treatment(known)).isNull();
        assertThat(gate.draw(treatment)).isFalse();
        flag.set(1);
        assertThat(gate.treatment(known)).isSameAs(treatment);
        for (int i = 0; i < 1000; i++) {
            assertThat(gate.draw(treatment)).isTrue();
        }
        advisor.enabled = false;
        assertThat(gate.treatment(known)).isNull();
        assertThat(gate.draw(treatment)).isFalse();
    }

    @Test
    void drawsItsShare() {
        flag.set(0.25);
        int drawn = 0;
        for (int i = 0; i < 100_000; i++) {
            drawn += gate.draw(treatment) ? 1 : 0;
        }
        // eight standard deviations
        assertThat(drawn).isBetween(23_900, 26_100);
    }

    @Test
    void anotherGenerationAsksAgainOnce() {
        advisor.answer = s -> Optional.of(treatment);
        flag.set(1);
        KnownStatement known = see(SQL);
        advisor.runQueued();
        advisor.generation++;
        assertThat(gate.treatment(known)).isNull();
        assertThat(gate.treatment(known)).isNull();
        assertThat(advisor.queue).hasSize(1);
        advisor.runQueued();
        assertThat(gate.treatment(known)).isSameAs(treatment);
        assertThat(advisor.resolved).isEqualTo(2);
    }

    @Test
    void aChangeWhileResolvingMakesTheAnswerStale() {
        flag.set(1);
        advisor.answer =
                s -> {
                    advisor.generation++;
                    return Optional.of(treatment);
                };
        KnownStatement known = see(SQL);
        advisor.runQueued();
        advisor.answer = s -> Optional.empty();
        assertThat(gate.treatment(known)).isNull();
        advisor.runQueued();
        assertThat(gate.treatment(known)).isNull();
        assertThat(advisor.resolved).isEqualTo(2);
        assertThat(advisor.queue).isEmpty();
    }

    @Test
    void aThrowingAdvisorLeavesTheOriginal() {
        advisor.answer =
                s -> {
                    throw new IllegalStateException("secret");
                };
        KnownStatement known = see(SQL);
        advisor.runQueued();
        assertThat(gate.treatment(known)).isNull();
        assertThat(advisor.queue).as("not asked again before something changes").isEmpty();
        assertThat(gate.counts().failedResolves()).isEqualTo(1);
        advisor.answer = s -> Optional.of(treatment);
        flag.set(1);
        advisor.generation++;
        gate.treatment(known);
        advisor.runQueued();
        assertThat(gate.treatment(known)).isSameAs(treatment);
    }

    @Test
    void aFullQueueIsTriedAgainLater() {
        advisor.answer = s -> Optional.of(treatment);
        flag.set(1);
        advisor.full = true;
        KnownStatement known = see(SQL);
        advisor.full = false;
        assertThat(gate.treatment(known)).isNull();
        assertThat(advisor.queue).as("not at once").isEmpty();
        now += 1_000_000_000;
        assertThat(gate.treatment(known)).isNull();
        advisor.runQueued();
        assertThat(gate.treatment(known)).isSameAs(treatment);
        assertThat(gate.counts().deferredResolves()).isEqualTo(1);
    }

    @Test
    void asksOnlyForWhatMayBeTreated() {
        see("SELECT 1; SELECT 2");
        see("SET a = 1");
        see("SELECT 'unterminated");
        see(gate, key(""), SQL, UNTYPED);
        see(gate, new SessionKey("db", "r", "public", "", true, false), SQL, UNTYPED);
        assertThat(advisor.queue).isEmpty();
        advisor.enabled = false;
        see(SQL);
        assertThat(advisor.queue).isEmpty();
    }

    @Test
    void doesNotTrustOrShowTextALaterReaderMightMisread() {
        var escaping = new SessionKey("db", "r", "public", "", false, true);
        see(gate, escaping, "SELECT 'x\\' OR secret --'", UNTYPED);
        assertThat(advisor.sighted).isEmpty();
        byte[] latin = "SELECT 'é'".getBytes(StandardCharsets.ISO_8859_1);
        gate.recognise(KEY, latin, 0, latin.length, UNTYPED);
        assertThat(advisor.sighted).hasSize(1);
        assertThat(advisor.queue).isEmpty();
        KnownStatement better = see(gate, escaping, "SELECT 'x'", UNTYPED);
        assertThat(advisor.queue).as("a trustworthy text takes its place").hasSize(1);
        assertThat(see(gate, escaping, "SELECT 'y\\' OR'", UNTYPED)).isSameAs(better);
    }

    @Test
    void whatCannotBeLexedIsOpaque() {
        KnownStatement known = see("SELECT 'unterminated");
        assertThat(known.kind()).isEqualTo(Kind.OTHER);
        assertThat(known.single()).isFalse();
        assertThat(gate.treatment(known)).isNull();
        assertThat(advisor.sighted).isEmpty();
        assertThat(gate.counts().failures()).isZero();
    }

    @Test
    void longTextsAreNeitherKeptNorTreated() {
        String rows = "INSERT INTO t VALUES (1, 'x')" + ", (2, 'y')".repeat(8_000);
        KnownStatement known = see(rows);
        assertThat(known.kind()).isEqualTo(Kind.QUERY);
        assertThat(known.fingerprint())
                .isEqualTo(see("INSERT INTO t VALUES (1, 'x')").fingerprint());
        assertThat(see(rows)).isNotSameAs(known);
        assertThat(gate.treatment(known)).isNull();
        assertThat(advisor.sighted).hasSize(2);
        KnownStatement huge = see(rows.repeat(4));
        assertThat(huge.kind()).as("who knows what follows").isEqualTo(Kind.SETTING);
        assertThat(huge.single()).isFalse();
        assertThat(huge.traces()).isEqualTo(KnownStatement.Traces.LOCKS);
    }

    @Test
    void staysWithinItsBytesUnderEndlessDistinctSql() {
        long maxBytes = 200_000;
        CachingGate small = gate(maxBytes, BytesHash.seeded());
        KnownStatement hot = see(small, KEY, SQL, UNTYPED);
        int lost = 0;
        for (int i = 0; i < 20_000; i++) {
            String sql = "SELECT c" + i + " FROM t" + " ".repeat(i % 300);
            see(small, KEY, sql, UNTYPED);
            see(small, KEY, sql, UNTYPED);
            advisor.queue.clear();
            assertThat(small.bytes()).isLessThanOrEqualTo(maxBytes);
            KnownStatement again = see(small, KEY, SQL, UNTYPED);
            lost += again == hot ? 0 : 1;
            hot = again;
        }
        // a second chance is no promise: when every other statement was used twice as well, the
        // one at the head of the queue goes, whichever it is
        assertThat(lost).isLessThan(20);
        assertThat(small.bytes()).isGreaterThan(maxBytes / 4);
    }

    @Test
    void appliesEditsToThisTextsOwnTokens() {
        var rewrite =
                new Treatment(
                        flag,
                        List.of(
                                new Edit(
                                        3,
                                        11,
                                        List.of(
                                                new Piece.Text("ü >= "),
                                                new Piece.Source(10, 11)))),
                        List.of(new SlotCheck.Exactly(5, "'tag'")),
                        List.of());
        // tokens: SELECT x WHERE f ( 'tag' , ü ) = '…'
        assertThat(apply(rewrite, "SELECT x WHERE f('day', ü) = 'é'")).isNull();
        assertThat(apply(rewrite, "SELECT x WHERE f(E'tag', ü) = 'é'")).isNull();
        assertThat(apply(rewrite, "SELECT")).isNull();
        assertThat(apply(rewrite, "SELECT 'x")).isNull();
        assertThat(apply(rewrite, "SELECT x /* ? */ WHERE f('tag', ü) = 'é' -- ende"))
                .isEqualTo("SELECT x /* ? */ WHERE ü >= 'é' -- ende");
        assertThat(apply(rewrite, "select x where(f('tag',ü)='o''é'"))
                .as("other tokens: no such edit would be asked for, and it does not throw")
                .isNull();
    }

    private @Nullable String apply(Treatment rewrite, String sql) {
        byte[] bytes = ("xx" + sql + "x").getBytes(StandardCharsets.UTF_8);
        byte[] applied = gate.apply(rewrite, KEY, bytes, 2, bytes.length - 3);
        return applied == null ? null : new String(applied, StandardCharsets.UTF_8);
    }

    @Test
    void theOpenGateTreatsNothing() {
        byte[] bytes = SQL.getBytes(StandardCharsets.UTF_8);
        KnownStatement known = Gate.OPEN.recognise(KEY, bytes, 0, bytes.length, UNTYPED);
        assertThat(Gate.OPEN.treatment(known)).isNull();
        flag.set(1);
        assertThat(Gate.OPEN.draw(treatment)).isFalse();
        assertThat(Gate.OPEN.apply(treatment, KEY, bytes, 0, bytes.length)).isNull();
    }
}

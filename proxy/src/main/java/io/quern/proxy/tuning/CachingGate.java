package io.quern.proxy.tuning;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Sighting;
import io.quern.advisor.Treatment;
import io.quern.advisor.Treatments;
import io.quern.advisor.Watcher;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.SlotCheck;
import io.quern.optimizer.Statement;
import io.quern.optimizer.lex.Lexer;
import io.quern.proxy.tuning.KnownStatement.Kind;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * The gate: two caches in front of the advisor. The first, one per thread, knows exact texts; the
 * second, shared, knows skeletons, which the lexer makes of a text the first does not know. A
 * statement neither knows is introduced: its sighting is offered to the watcher once and, if it may
 * be treated at all, the advisor is asked on the resolver's threads. An answer counts only for the
 * generation that stood before the advisor was asked, so a change while it was thinking makes its
 * answer stale, never the reverse.
 *
 * <p>Fail open: whatever goes wrong here leaves the original.
 */
public final class CachingGate implements Gate {

    /** Longer texts are neither cached nor treated. */
    static final int MAX_CACHED = 64 * 1024;

    /** Longer texts are lexed in part, and taken for whatever the rest may hold. */
    static final int MAX_LEXED = 256 * 1024;

    private static final int MAX_PENDING = 1024;
    private static final int MAX_LONG_SIGHTED = 256;
    private static final long RETRY_NANOS = 100_000_000;
    private static final Logger log = LoggerFactory.getLogger(CachingGate.class);

    /**
     * Counts since the start.
     *
     * @param introduced statements not known before
     * @param failedResolves the advisor threw
     * @param deferredResolves the resolver's queue was full; asked again later
     * @param failures the gate itself failed and let the original through
     */
    public record Counts(
            long introduced, long failedResolves, long deferredResolves, long failures) {}

    private final Treatments treatments;
    private final Watcher watcher;
    private final Executor resolver;
    private final BytesHash hash;
    private final LongSupplier nanos;
    private final SkeletonCache skeletons;
    private final AtomicInteger loopsLeft;
    private final long exactBytes;
    private final ThreadLocal<Loop> loops = ThreadLocal.withInitial(this::newLoop);
    private final Set<Long> longSighted = ConcurrentHashMap.newKeySet();
    private final AtomicInteger pending = new AtomicInteger();
    private volatile long deferredUntil;
    private volatile boolean deferring;

    private final LongAdder introduced = new LongAdder();
    private final LongAdder failedResolves = new LongAdder();
    private final LongAdder deferredResolves = new LongAdder();
    private final LongAdder failures = new LongAdder();

    /** What one thread needs for itself. */
    private static final class Loop {
        final Lexer lexer = new Lexer();
        final SkeletonCache.Key question = new SkeletonCache.Key();
        final @Nullable ExactCache exact;

        Loop(@Nullable ExactCache exact) {
            this.exact = exact;
        }
    }

    /**
     * @param resolver runs what parses and asks the upstream; it should refuse ({@link
     *     java.util.concurrent.RejectedExecutionException}) rather than queue without bound, and
     *     never run on the caller's thread
     * @param loops how many threads get a cache of exact texts; others do without
     * @param maxBytes what all caches together may hold
     */
    public CachingGate(
            Treatments treatments, Watcher watcher, Executor resolver, int loops, long maxBytes) {
        this(treatments, watcher, resolver, loops, maxBytes, BytesHash.seeded(), System::nanoTime);
    }

    CachingGate(
            Treatments treatments,
            Watcher watcher,
            Executor resolver,
            int loops,
            long maxBytes,
            BytesHash hash,
            LongSupplier nanos) {
        this.treatments = requireNonNull(treatments, "treatments");
        this.watcher = requireNonNull(watcher, "watcher");
        this.resolver = requireNonNull(resolver, "resolver");
        this.hash = requireNonNull(hash, "hash");
        this.nanos = requireNonNull(nanos, "nanos");
        if (loops <= 0 || maxBytes <= 0) {
            throw new IllegalArgumentException("loops and maxBytes must be positive");
        }
        skeletons = new SkeletonCache(maxBytes / 2);
        loopsLeft = new AtomicInteger(loops);
        exactBytes = maxBytes / 2 / loops;
    }

    private Loop newLoop() {
        return new Loop(loopsLeft.getAndDecrement() > 0 ? new ExactCache(exactBytes) : null);
    }

    @Override
    public KnownStatement recognise(
            SessionKey key, byte[] sql, int offset, int length, int[] parameterTypes) {
        Loop loop = loops.get();
        try {
            return length > MAX_CACHED
                    ? tooLong(loop.lexer, key, sql, offset, length, parameterTypes)
                    : known(loop, key, sql, offset, length, parameterTypes);
        } catch (RuntimeException e) {
            failures.increment();
            return KnownStatement.OPAQUE;
        }
    }

    private KnownStatement known(
            Loop loop, SessionKey key, byte[] sql, int offset, int length, int[] types) {
        long h =
                (hash.hash(sql, offset, length) * 31 + key.hashCode()) * 31
                        + Arrays.hashCode(types);
        if (loop.exact != null) {
            KnownStatement hit = loop.exact.find(h, key, sql, offset, length, types);
            if (hit != null) {
                hit.use();
                return hit;
            }
        }
        KnownStatement known = bySkeleton(loop, key, sql, offset, length, types);
        if (loop.exact != null) {
            loop.exact.offer(h, key, sql, offset, length, types, known);
        }
        return known;
    }

    private KnownStatement bySkeleton(
            Loop loop, SessionKey key, byte[] sql, int offset, int length, int[] types) {
        Lexer lexer = loop.lexer;
        try {
            if (!lexer.lex(sql, offset, length, key.standardConformingStrings())) {
                return KnownStatement.OPAQUE;
            }
            byte[] skeleton = lexer.skeleton();
            int used = lexer.skeletonLength();
            loop.question.set(key, types, skeleton, used, hash.hash(skeleton, 0, used));
            KnownStatement known = skeletons.find(loop.question);
            if (known != null && !known.exact() && exact(key, sql, offset, length)) {
                skeletons.forget(loop.question);
                known = null;
            }
            if (known == null) {
                return introduce(loop, key, sql, offset, length, types);
            }
            known.use();
            return known;
        } finally {
            lexer.release();
            loop.question.clear();
        }
    }

    private static boolean exact(SessionKey key, byte[] sql, int offset, int length) {
        return SeenText.of(sql, offset, length, key.standardConformingStrings()).exact();
    }

    private KnownStatement introduce(
            Loop loop, SessionKey key, byte[] sql, int offset, int length, int[] types) {
        Lexer lexer = loop.lexer;
        Traits traits = Traits.of(lexer);
        boolean single = lexer.statements() == 1;
        var fingerprint = new Fingerprint(lexer.fingerprint());
        var text = SeenText.of(sql, offset, length, key.standardConformingStrings());
        Sighting sighting = text.showable() ? sighting(key, fingerprint, text.text(), types) : null;
        boolean treatable =
                single
                        && traits.kind() == Kind.QUERY
                        && key.treatable()
                        && !key.searchPath().isEmpty()
                        && text.exact();
        var mine =
                new KnownStatement(
                        fingerprint, traits, single, text.exact(), treatable ? sighting : null);
        KnownStatement known = skeletons.add(loop.question, mine);
        if (known == mine) {
            introduced.increment();
            if (sighting != null) {
                var _ = watcher.sighted(sighting);
            }
            if (treatments.enabled()) {
                requestResolve(known);
            }
        }
        return known;
    }

    private static Sighting sighting(
            SessionKey key, Fingerprint fingerprint, String sql, int[] types) {
        return new Sighting(
                key.database(),
                key.role(),
                key.searchPath(),
                key.timeZone(),
                fingerprint,
                new Statement(sql, Arrays.stream(types).boxed().toList()));
    }

    /** Bulk loads and the like: seen, counted, never cached nor treated. */
    private KnownStatement tooLong(
            Lexer lexer, SessionKey key, byte[] sql, int offset, int length, int[] types) {
        boolean conforming = key.standardConformingStrings();
        try {
            if (length > MAX_LEXED) {
                if (!lexer.lexPrefix(sql, offset, MAX_CACHED, conforming)) {
                    return KnownStatement.OPAQUE;
                }
                return new KnownStatement(
                        new Fingerprint(lexer.fingerprint()), Traits.UNREAD, false, true, null);
            }
            if (!lexer.lex(sql, offset, length, conforming)) {
                return KnownStatement.OPAQUE;
            }
            var fingerprint = new Fingerprint(lexer.fingerprint());
            if (longSighted.size() < MAX_LONG_SIGHTED && longSighted.add(fingerprint.value())) {
                var text = SeenText.of(sql, offset, length, conforming);
                if (text.showable()) {
                    var _ = watcher.sighted(sighting(key, fingerprint, text.text(), types));
                }
            }
            return new KnownStatement(
                    fingerprint, Traits.of(lexer), lexer.statements() == 1, true, null);
        } finally {
            lexer.release();
        }
    }

    @Override
    public @Nullable Treatment treatment(KnownStatement statement) {
        if (statement.sighting() == null || !treatments.enabled()) {
            return null;
        }
        KnownStatement.Resolution resolution = statement.resolution();
        if (resolution == null || resolution.generation() != treatments.generation()) {
            requestResolve(statement);
            return null;
        }
        Treatment treatment = resolution.treatment();
        return treatment != null && treatment.flag().share() > 0 ? treatment : null;
    }

    private void requestResolve(KnownStatement known) {
        if (known.sighting() == null || !known.beginResolving()) {
            return;
        }
        boolean early = deferring && nanos.getAsLong() - deferredUntil < 0;
        if (early || pending.incrementAndGet() > MAX_PENDING) {
            if (!early) {
                pending.decrementAndGet();
            }
            known.endResolving();
            return;
        }
        try {
            resolver.execute(() -> resolve(known));
            deferring = false;
        } catch (RuntimeException e) {
            // full or shut down; an exception for every execution would cost too much
            deferredUntil = nanos.getAsLong() + RETRY_NANOS;
            deferring = true;
            deferredResolves.increment();
            pending.decrementAndGet();
            known.endResolving();
        }
    }

    /** On a resolver thread. */
    private void resolve(KnownStatement known) {
        long before = treatments.generation();
        Treatment answer = null;
        try {
            answer = treatments.resolve(requireNonNull(known.sighting())).orElse(null);
        } catch (Exception | StackOverflowError | AssertionError e) {
            failedResolves.increment();
            // neither the message nor the cause: they may quote literals
            log.warn(
                    "No treatment for template {}: the advisor failed with {}",
                    known.fingerprint(),
                    e.getClass().getName());
        } finally {
            known.resolved(new KnownStatement.Resolution(before, answer));
            pending.decrementAndGet();
            known.endResolving();
        }
    }

    @Override
    public byte @Nullable [] apply(
            Treatment treatment, SessionKey key, byte[] sql, int offset, int length) {
        if (length > MAX_CACHED) {
            return null;
        }
        Lexer lexer = loops.get().lexer;
        try {
            if (!lexer.lex(sql, offset, length, key.standardConformingStrings())) {
                return null;
            }
            for (SlotCheck check : treatment.checks()) {
                if (!lexer.holds(check)) {
                    return null;
                }
            }
            return lexer.splice(treatment.edits());
        } catch (RuntimeException e) {
            failures.increment();
            return null;
        } finally {
            lexer.release();
        }
    }

    @Override
    public boolean draw(Treatment treatment) {
        return treatments.enabled()
                && ThreadLocalRandom.current().nextDouble() < treatment.flag().share();
    }

    /** What has happened since the start. */
    public Counts counts() {
        return new Counts(
                introduced.sum(), failedResolves.sum(), deferredResolves.sum(), failures.sum());
    }

    /** Bytes held by the shared cache and the calling thread's own. */
    long bytes() {
        ExactCache exact = loops.get().exact;
        return skeletons.bytes() + (exact == null ? 0 : exact.bytes());
    }
}

package io.quern.advisor.history;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Execution;
import io.quern.advisor.HistoryRow;
import io.quern.advisor.Sighting;
import io.quern.advisor.TemplateStats;
import io.quern.advisor.TrialResult.ArmSummary;
import io.quern.advisor.Watcher;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.Statement;
import io.quern.optimizer.Template;
import io.quern.optimizer.lex.SqlText;

import org.HdrHistogram.Histogram;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the proxy saw since it started: the templates, how they run, and the newest example of each.
 *
 * <p>Event loops offer to two bounded queues and go on; a full queue drops and counts. One daemon
 * thread empties the queues, keeps the sketches and calls the listeners. It polls (every 20 ms when
 * idle), so that no event loop ever pays for waking it. Executions and sightings may come in either
 * order: an execution of a template nobody has sighted yet waits for its text.
 *
 * <p>All is bounded by bytes. Some clients write every statement anew (an IN list of another length
 * each time, generated aliases), so templates never stop coming: when they occupy more than they
 * may, those that cost least in total go, a tenth of the space at once, so that a new template has
 * time to show what it costs. Templates under an experiment stay.
 *
 * <p>Thread-safe. Examples hold the user's literals and never leave memory.
 */
public final class History implements Watcher, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(History.class);
    private static final int BATCH = 1024;
    private static final long IDLE_NANOS = 20_000_000;

    private final HistoryLimits limits;
    private final Function<Statement, String> redaction;
    private final MpscAtomicArrayQueue<Execution> executions;
    private final MpscAtomicArrayQueue<Sighting> sightings;
    private final AtomicLong sightingBytes = new AtomicLong();
    private final List<Consumer<Execution>> listeners = new CopyOnWriteArrayList<>();
    private final LongAdder droppedExecutions = new LongAdder();
    private final LongAdder droppedSightings = new LongAdder();
    private final LongAdder listenerFailures = new LongAdder();

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Watched.Key, Watched> templates = new HashMap<>();
    private long bytes;
    private long evicted;

    /** What ran last will mostly run next. */
    private @Nullable Watched newest;

    private volatile boolean open = true;
    private @Nullable Thread consumer;

    /** A history that redacts with the PostgreSQL lexer. */
    public History(HistoryLimits limits) {
        this(limits, statement -> SqlText.of(statement.sql()).template().text());
    }

    /**
     * @param redaction a statement's text without literals; may throw, the text is hidden then
     */
    public History(HistoryLimits limits, Function<Statement, String> redaction) {
        this.limits = requireNonNull(limits, "limits");
        this.redaction = requireNonNull(redaction, "redaction");
        executions = new MpscAtomicArrayQueue<>(limits.executions());
        sightings = new MpscAtomicArrayQueue<>(limits.sightings());
    }

    /** Starts the consumer thread. */
    public synchronized void start() {
        if (consumer == null && open) {
            consumer = Thread.ofPlatform().name("quern-history").daemon().start(this::consume);
        }
    }

    /** Stops the consumer after what is queued; waits for it at most five seconds. */
    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            open = false;
            running = consumer;
        }
        if (running != null && running != Thread.currentThread()) {
            LockSupport.unpark(running);
            try {
                running.join(5000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean executed(Execution execution) {
        if (open && executions.offer(execution)) {
            return true;
        }
        droppedExecutions.increment();
        return false;
    }

    @Override
    public boolean sighted(Sighting sighting) {
        long size = size(sighting);
        if (open && sightingBytes.addAndGet(size) <= limits.sightingBytes()) {
            if (sightings.offer(sighting)) {
                return true;
            }
        } else if (!open) {
            droppedSightings.increment();
            return false;
        }
        sightingBytes.addAndGet(-size);
        droppedSightings.increment();
        return false;
    }

    /** Adds a listener, called on the consumer thread with every execution, in order. */
    public void onExecution(Consumer<Execution> listener) {
        listeners.add(requireNonNull(listener, "listener"));
    }

    /** The templates that cost most in total, most first. */
    public List<TemplateStats> top(int n) {
        return locked(
                () ->
                        templates.values().stream()
                                .sorted(Comparator.comparingDouble(Watched::totalMillis).reversed())
                                .limit(n)
                                .map(Watched::stats)
                                .toList());
    }

    /** How one template has been doing. */
    public Optional<TemplateStats> stats(String database, Fingerprint fingerprint) {
        return locked(() -> find(database, fingerprint).map(Watched::stats));
    }

    /** The newest statement of a template, literals included: for memory only. */
    public Optional<Sighting> example(String database, Fingerprint fingerprint) {
        return locked(() -> find(database, fingerprint).map(Watched::example));
    }

    /** Copies of the latencies, in microseconds, of the costliest templates of a database. */
    public Map<Template, Histogram> latencies(String database, int n) {
        return locked(
                () -> {
                    Map<Template, Histogram> copies = new HashMap<>();
                    templates.values().stream()
                            .filter(w -> w.key().database().equals(database))
                            .sorted(Comparator.comparingDouble(Watched::totalMillis).reversed())
                            .limit(n)
                            .forEach(w -> copies.put(w.template(), w.latencies()));
                    return copies;
                });
    }

    /** What was measured of a suggestion's two arms since the proxy started; absent: nothing. */
    public Map<Execution.Arm, ArmSummary> snapshotArms(long suggestion) {
        return locked(
                () -> {
                    Map<Execution.Arm, ArmSummary> arms = new EnumMap<>(Execution.Arm.class);
                    for (Watched watched : templates.values()) {
                        for (Execution.Arm arm : Execution.Arm.values()) {
                            Sketch sketch = watched.sketch(suggestion, arm);
                            if (suggestion != 0 && sketch != null) {
                                arms.put(arm, summary(sketch));
                            }
                        }
                    }
                    return arms;
                });
    }

    /** Takes out what was added since the last call, as rows of one bucket. */
    public List<HistoryRow> drainForFlush(Instant bucket) {
        return locked(
                () -> {
                    List<HistoryRow> rows = new ArrayList<>();
                    for (Watched watched : templates.values()) {
                        long before = watched.bytes();
                        watched.drain(bucket, rows);
                        bytes += watched.bytes() - before;
                    }
                    return rows;
                });
    }

    /** Executions dropped because the queue was full. */
    public long droppedExecutions() {
        return droppedExecutions.sum();
    }

    /** Sightings dropped because the queue was full. */
    public long droppedSightings() {
        return droppedSightings.sum();
    }

    /** Templates forgotten to make room. */
    public long evictedTemplates() {
        return locked(() -> evicted);
    }

    /** Times a listener threw. */
    public long listenerFailures() {
        return listenerFailures.sum();
    }

    /** What the templates occupy, estimated. */
    public long bytes() {
        return locked(() -> bytes);
    }

    private void consume() {
        List<Execution> batch = new ArrayList<>(BATCH);
        while (true) {
            boolean last = !open;
            int work = takeSightings();
            executions.drain(batch::add, BATCH);
            if (!batch.isEmpty()) {
                locked(
                        () -> {
                            batch.forEach(this::add);
                            return evictIfFull();
                        });
                batch.forEach(this::tellListeners);
                work += batch.size();
                batch.clear();
            }
            if (work == 0) {
                if (last) {
                    return;
                }
                LockSupport.parkNanos(IDLE_NANOS);
            }
        }
    }

    private int takeSightings() {
        int taken = 0;
        for (Sighting s; taken < BATCH && (s = sightings.poll()) != null; taken++) {
            Sighting sighting = s;
            sightingBytes.addAndGet(-size(sighting));
            Template template = new Template(sighting.fingerprint(), redacted(sighting));
            boolean keep = sighting.statement().sql().length() * 2L <= limits.exampleBytes();
            locked(
                    () -> {
                        Watched watched = watched(sighting.database(), sighting.fingerprint());
                        bytes += watched.sighted(template, keep ? sighting : null);
                        return evictIfFull();
                    });
        }
        return taken;
    }

    /** The text to show; a text that cannot be redacted is not shown at all. */
    private String redacted(Sighting sighting) {
        try {
            String text = redaction.apply(sighting.statement());
            if (text.isBlank()) {
                return "(an empty statement)";
            }
            return text.length() * 2L <= limits.exampleBytes()
                    ? text
                    : "(a statement too long to keep)";
        } catch (RuntimeException e) {
            return "(a statement that cannot be read)";
        }
    }

    private void add(Execution execution) {
        Watched watched = newest;
        if (watched == null || !watched.of(execution)) {
            watched = watched(execution.database(), execution.fingerprint());
            newest = watched;
        }
        bytes += watched.add(execution);
    }

    private Watched watched(String database, Fingerprint fingerprint) {
        return templates.computeIfAbsent(
                new Watched.Key(database, fingerprint),
                key -> {
                    Watched fresh = new Watched(key);
                    bytes += fresh.bytes();
                    return fresh;
                });
    }

    /** Returns how many templates went. */
    private int evictIfFull() {
        if (bytes <= limits.templateBytes()) {
            return 0;
        }
        long wanted = limits.templateBytes() / 10 * 9;
        int gone = 0;
        List<Watched> cheapestFirst =
                templates.values().stream()
                        .filter(w -> !w.underTrial())
                        .sorted(Comparator.comparingDouble(Watched::totalMillis))
                        .toList();
        for (Watched watched : cheapestFirst) {
            if (bytes <= wanted) {
                break;
            }
            templates.remove(watched.key());
            bytes -= watched.bytes();
            gone++;
        }
        newest = null;
        evicted += gone;
        return gone;
    }

    private void tellListeners(Execution execution) {
        for (Consumer<Execution> listener : listeners) {
            try {
                listener.accept(execution);
            } catch (RuntimeException e) {
                listenerFailures.increment();
                if (listenerFailures.sum() == 1) {
                    log.warn("A listener of executions failed; further failures are counted", e);
                }
            }
        }
    }

    private Optional<Watched> find(String database, Fingerprint fingerprint) {
        return Optional.ofNullable(templates.get(new Watched.Key(database, fingerprint)));
    }

    private static ArmSummary summary(Sketch sketch) {
        long n = Math.max(1, sketch.count());
        return new ArmSummary(
                sketch.count(),
                sketch.totalMillis() / n,
                sketch.latencies().getValueAtPercentile(50) / 1e3,
                sketch.latencies().getValueAtPercentile(95) / 1e3,
                sketch.latencies().getValueAtPercentile(99) / 1e3,
                sketch.errors(),
                (double) sketch.rows() / n);
    }

    private static long size(Sighting sighting) {
        return 2L * sighting.statement().sql().length() + 200;
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}

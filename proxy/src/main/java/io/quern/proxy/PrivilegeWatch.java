package io.quern.proxy;

import io.quern.advisor.upstream.CatalogCache;
import io.quern.advisor.upstream.Privileges;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Looks again and again at what Quern's role lacks: seldom while all is well, every few seconds
 * while something is missing, and at once when a person reads the notices, so that a line is gone
 * soon after its GRANT. Each line is logged when it appears and when it is settled; a change makes
 * the advisor look at the database anew. Thread-safe.
 */
final class PrivilegeWatch {
    private static final Logger log = LoggerFactory.getLogger(PrivilegeWatch.class);
    private static final Duration WELL = Duration.ofMinutes(2);
    private static final Duration MISSING = Duration.ofSeconds(5);
    private static final Duration AT_MOST = Duration.ofSeconds(1);

    private final Privileges privileges;
    private final Supplier<Set<String>> databases;
    private final Consumer<String> changed;
    private final CatalogCache.Delay delay;
    private final InstantSource clock;
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile Instant lookedAt = Instant.MIN;

    /**
     * @param databases the databases that matter now
     * @param changed told of each database whose lines changed
     * @param delay runs a task once, after a while, on a worker
     */
    PrivilegeWatch(
            Privileges privileges,
            Supplier<Set<String>> databases,
            Consumer<String> changed,
            CatalogCache.Delay delay,
            InstantSource clock) {
        this.privileges = privileges;
        this.databases = databases;
        this.changed = changed;
        this.delay = delay;
        this.clock = clock;
    }

    /** Looks at once and from then on. */
    void start() {
        delay.run(Duration.ZERO, this::again);
    }

    /** What is missing, each line once; asking makes it looked at soon. Never blocks. */
    List<String> notices() {
        List<String> lines = known();
        if (!lines.isEmpty() && clock.instant().isAfter(lookedAt.plus(AT_MOST))) {
            delay.run(Duration.ZERO, this::look);
        }
        return lines;
    }

    private List<String> known() {
        List<String> lines = new ArrayList<>();
        databases.get().forEach(database -> lines.addAll(privileges.notices(database)));
        return lines.stream().distinct().toList();
    }

    private void again() {
        try {
            look();
        } finally {
            delay.run(known().isEmpty() ? WELL : MISSING, this::again);
        }
    }

    private void look() {
        if (!looking.compareAndSet(false, true)) {
            return;
        }
        try {
            for (String database : databases.get()) {
                compare(database, privileges.notices(database), privileges.check(database));
            }
        } catch (RuntimeException e) {
            log.warn("checking privileges failed: {}", e.toString());
        } finally {
            lookedAt = clock.instant();
            looking.set(false);
        }
    }

    private void compare(String database, List<String> before, List<String> now) {
        Set<String> old = new HashSet<>(before);
        now.stream()
                .filter(line -> !old.remove(line))
                .forEach(l -> log.warn("{}: {}", database, l));
        old.forEach(line -> log.info("{}: settled: {}", database, line));
        if (!before.isEmpty() && !before.equals(now)) {
            changed.accept(database);
        }
    }
}

package io.quern.advisor.lab;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The lab's servers, one for each major version of the upstreams: started when it is first wanted,
 * ended when nothing has used it for a while, so that it holds no memory. One that cannot start is
 * tried again later, at growing intervals.
 *
 * <p>Where there are no programs of an older version, the bundled one stands in, and says so: it
 * reads and runs nearly the same (see {@link Substitute}). For an upstream newer than all there are
 * nothing does.
 *
 * <p>Thread-safe.
 */
final class LabServers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LabServers.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(15);

    /** How long a server is kept that nobody uses. */
    static final Duration IDLE = Duration.ofMinutes(15);

    /** The first version whose analysis the optimizer reads. */
    private static final int OLDEST = 15;

    private final Launcher launcher;
    private final InstantSource clock;
    private final Map<Integer, Slot> slots = new HashMap<>();
    private final Set<Integer> told = new HashSet<>();
    private boolean closed;

    /** Starts servers; a test's may fail. */
    interface Launcher {
        EmbeddedServer launch(int major) throws IOException, InterruptedException;

        /** Whether there are programs of a version. */
        default boolean has(int major) {
            return Binaries.has(major);
        }

        /** What a person can do about it where there are none. */
        default String missing(int major) {
            return Binaries.missing(major);
        }
    }

    LabServers(Launcher launcher, InstantSource clock) {
        this.launcher = requireNonNull(launcher, "launcher");
        this.clock = requireNonNull(clock, "clock");
    }

    /** The place of one version's server. */
    private static final class Slot {
        final int major;
        @Nullable LabServer server;
        int users;
        Instant used = Instant.MIN;
        String obstacle = "";
        Duration pause = FIRST_PAUSE;
        Instant retryAt = Instant.MIN;

        Slot(int major) {
            this.major = major;
        }
    }

    /** A server that is used until this is closed. */
    final class Use implements AutoCloseable {
        private final Slot slot;
        private final LabServer server;
        private final Optional<Substitute> substitute;

        private Use(Slot slot, LabServer server, Optional<Substitute> substitute) {
            this.slot = slot;
            this.server = server;
            this.substitute = substitute;
        }

        LabServer server() {
            return server;
        }

        /** What to mind if it is of another version than the upstream. */
        Optional<Substitute> substitute() {
            return substitute;
        }

        @Override
        public void close() {
            leave(slot);
        }
    }

    /**
     * A server for the statements of an upstream; it may take some seconds to start.
     *
     * @param upstream the upstream's major version
     * @throws IOException if it cannot be started; the message says why
     * @throws Unsupported if there is none that could speak for that version
     */
    synchronized Use use(int upstream) throws IOException, InterruptedException, Unsupported {
        if (closed) {
            throw new IOException("the lab is closed");
        }
        int major = choose(upstream);
        Slot slot = slots.computeIfAbsent(major, Slot::new);
        LabServer server = started(slot);
        slot.users++;
        return new Use(
                slot,
                server,
                major == upstream
                        ? Optional.empty()
                        : Optional.of(new Substitute(upstream, major)));
    }

    private int choose(int upstream) throws Unsupported {
        if (upstream > Binaries.BUNDLED) {
            throw new Unsupported(
                    "the upstream's PostgreSQL "
                            + upstream
                            + " is newer than the lab's "
                            + Binaries.BUNDLED
                            + ", which may read the statement otherwise");
        }
        if (upstream >= OLDEST && (isRunning(upstream) || launcher.has(upstream))) {
            return upstream;
        }
        if (told.add(upstream)) {
            LOG.warn(
                    "lab: PostgreSQL {} reads and tries the statements of {}: {}",
                    Binaries.BUNDLED,
                    upstream,
                    upstream < OLDEST
                            ? "the lab knows " + OLDEST + " and later"
                            : launcher.missing(upstream));
        }
        return Binaries.BUNDLED;
    }

    private boolean isRunning(int major) {
        Slot slot = slots.get(major);
        return slot != null && slot.server != null;
    }

    private LabServer started(Slot slot) throws IOException, InterruptedException {
        LabServer running = slot.server;
        if (running != null) {
            return running;
        }
        Instant now = clock.instant();
        if (now.isBefore(slot.retryAt)) {
            throw new IOException(slot.obstacle);
        }
        try {
            LabServer started = LabServer.of(launcher.launch(slot.major), slot.major);
            slot.server = started;
            slot.pause = FIRST_PAUSE;
            return started;
        } catch (IOException e) {
            slot.obstacle = "the lab cannot start: " + e.getMessage();
            LOG.warn("{}; trying again in {} s", slot.obstacle, slot.pause.toSeconds());
            slot.retryAt = now.plus(slot.pause);
            slot.pause = min(slot.pause.multipliedBy(2), LONGEST_PAUSE);
            throw new IOException(slot.obstacle, e);
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private synchronized void leave(Slot slot) {
        slot.users--;
        slot.used = clock.instant();
    }

    /**
     * Gives a server up that does not answer any more; the next use starts another.
     *
     * @return whether it answers
     */
    synchronized boolean check(LabServer server) {
        boolean answers = server.answers();
        for (Slot slot : slots.values()) {
            if (slot.server == server && !answers) {
                end(slot);
            }
        }
        return answers;
    }

    /** Ends the servers that nobody has used for {@link #IDLE}. */
    synchronized void endIdle() {
        Instant before = clock.instant().minus(IDLE);
        for (Slot slot : slots.values()) {
            if (slot.server != null && slot.users == 0 && !slot.used.isAfter(before)) {
                LOG.info("lab: PostgreSQL {} has not been used for a while and ends", slot.major);
                end(slot);
            }
        }
    }

    /** How many servers there are. */
    synchronized int running() {
        return (int) slots.values().stream().filter(s -> s.server != null).count();
    }

    private static void end(Slot slot) {
        LabServer old = slot.server;
        slot.server = null;
        if (old != null) {
            try {
                old.close();
            } catch (IOException e) {
                LOG.warn("lab: {}", e.getMessage());
            }
        }
    }

    /** Ends all servers and removes their directories. */
    @Override
    public synchronized void close() {
        closed = true;
        slots.values().forEach(LabServers::end);
    }
}

package io.quern.advisor.twin;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Explainer.Explained;
import io.quern.advisor.Planner;
import io.quern.advisor.Proposal.NewIndex;
import io.quern.advisor.Refused;
import io.quern.advisor.copy.Part;
import io.quern.advisor.copy.SchemaCopy;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.Context;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The planner twins of the databases that are asked about, one server for each major version. A
 * twin is made when its database is first asked about, and made again when the schema has changed
 * or its statistics are an hour old; {@link #closeIdle} ends what nobody asked for a while. What
 * cannot be had is refused, and not tried again for some minutes.
 *
 * <p>Thread-safe; one question at a time. {@link #close} does not wait for one under way, which
 * then is refused.
 */
public final class Twins implements Planner, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Twins.class);

    /** Twins at the same time; the one not asked for longest makes room. */
    private static final int MOST = 8;

    private static final Duration FRESH = Duration.ofHours(1);
    private static final Duration IDLE = Duration.ofMinutes(15);
    private static final Duration PAUSE = Duration.ofMinutes(10);

    /** Reads what an upstream's planner knows of a database. */
    @FunctionalInterface
    public interface Snapshots {
        /**
         * The newest.
         *
         * @throws Refused if it cannot be read
         */
        Snapshot of(String database);
    }

    /** Looks at rows of upstreams. */
    @FunctionalInterface
    public interface Glances {
        /** At those of a database. */
        Glance at(String database);
    }

    /** Starts the server of a major version; a test's may fail. */
    interface Launcher {
        TwinServer start(int major) throws IOException, InterruptedException;
    }

    /**
     * A twin and what it was made of.
     *
     * @param catalog the newest that {@code parts} are known to hold for
     */
    private record Kept(
            Catalog catalog,
            List<Part> parts,
            Twin twin,
            int major,
            Map<String, Map<String, String>> roles,
            Instant asOf) {
        Kept with(Catalog newer) {
            return new Kept(newer, parts, twin, major, roles, asOf);
        }
    }

    /** Why a database has no twin, and until when that is not tried again. */
    private record Obstacle(String reason, Instant until) {}

    private final Snapshots snapshots;
    private final Glances glances;
    private final Launcher launcher;
    private final InstantSource clock;

    /** By database, the one not asked for longest first. */
    private final Map<String, Kept> twins = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<String, Obstacle> obstacles = new HashMap<>();
    private Instant lastAsked = Instant.MIN;

    /** By major version; guarded by itself, so that closing waits for no question. */
    private final Map<Integer, TwinServer> servers = new HashMap<>();

    private boolean closed;

    /** Twins that work all out of statistics. */
    public Twins(Snapshots snapshots, InstantSource clock) {
        this(snapshots, database -> Glance.NONE, clock);
    }

    /** Twins that look at rows where statistics do not tell how large an index would be. */
    public Twins(Snapshots snapshots, Glances glances, InstantSource clock) {
        this(
                snapshots,
                glances,
                major -> TwinServer.start(major, step -> log.info("planner twin: {}", step)),
                clock);
    }

    Twins(Snapshots snapshots, Glances glances, Launcher launcher, InstantSource clock) {
        this.snapshots = requireNonNull(snapshots, "snapshots");
        this.glances = requireNonNull(glances, "glances");
        this.launcher = requireNonNull(launcher, "launcher");
        this.clock = requireNonNull(clock, "clock");
    }

    /** Asks a twin something. */
    @FunctionalInterface
    private interface Ask<T> {
        T of(Kept kept);
    }

    @Override
    public Imagined plan(WhatIf whatIf) {
        return ask(
                whatIf.context().catalog(),
                kept ->
                        new Imagined(
                                Explained.of(kept.twin().plan(question(whatIf, kept))),
                                kept.major(),
                                kept.asOf()));
    }

    private static Question question(WhatIf whatIf, Kept kept) {
        Context context = whatIf.context();
        Map<String, String> settings =
                new HashMap<>(kept.roles().getOrDefault(whatIf.role(), Map.of()));
        if (!context.timeZone().isEmpty()) {
            settings.put("TimeZone", context.timeZone());
        }
        return Question.of(whatIf.statement(), context.searchPath())
                .under(settings)
                .with(
                        whatIf.indexes().stream().map(Twins::extra).collect(Collectors.toSet()),
                        Set.of());
    }

    @Override
    public long bytes(Context context, NewIndex index) {
        return ask(context.catalog(), kept -> kept.twin().bytes(extra(index)));
    }

    private static ExtraIndex extra(NewIndex index) {
        return new ExtraIndex(index.definition().table(), index.definition().create(index.name()));
    }

    /** A twin of which the server has ended is made again, once. */
    private synchronized <T> T ask(Catalog catalog, Ask<T> ask) {
        lastAsked = clock.instant();
        mustBeOpen();
        Kept kept = kept(catalog);
        try {
            return ask.of(kept);
        } catch (Refused e) {
            if (!kept.twin().ended()) {
                throw e;
            }
            mustBeOpen();
            log.warn("planner twin: PostgreSQL {} has ended; starting another", kept.major());
            end(kept.major());
            return ask.of(kept(catalog));
        }
    }

    private void mustBeOpen() {
        synchronized (servers) {
            if (closed) {
                throw new Refused("Quern is shutting down");
            }
        }
    }

    private Kept kept(Catalog catalog) {
        String database = catalog.database();
        Instant now = clock.instant();
        Kept known = twins.get(database);
        boolean fresh = known != null && now.isBefore(known.asOf().plus(FRESH));
        if (known != null && fresh && known.catalog().equals(catalog)) {
            return known;
        }
        Obstacle obstacle = obstacles.get(database);
        if (obstacle != null && now.isBefore(obstacle.until())) {
            throw new Refused(obstacle.reason());
        }
        SchemaCopy schema = SchemaCopy.whole(catalog);
        if (known != null && fresh && known.parts().equals(schema.parts())) {
            Kept same = known.with(catalog);
            twins.put(database, same);
            return same;
        }
        forget(database);
        while (twins.size() >= MOST) {
            forget(twins.keySet().iterator().next());
        }
        try {
            Kept made = make(catalog, schema, now);
            twins.put(database, made);
            obstacles.remove(database);
            return made;
        } catch (Refused e) {
            obstacles.put(database, new Obstacle(String.valueOf(e.getMessage()), now.plus(PAUSE)));
            throw e;
        }
    }

    private Kept make(Catalog catalog, SchemaCopy schema, Instant now) {
        Snapshot snapshot = snapshots.of(catalog.database());
        int major = snapshot.major();
        try {
            Twin twin = server(major).open(schema, snapshot, glances.at(catalog.database()));
            log.info(
                    "planner twin: PostgreSQL {} plans for database {} ({} notes)",
                    major,
                    catalog.database(),
                    twin.notes().size());
            twin.notes().forEach(note -> log.debug("planner twin: {}", note));
            return new Kept(catalog, schema.parts(), twin, major, snapshot.settings().roles(), now);
        } catch (SQLException e) {
            String state = String.valueOf(e.getSQLState());
            if (state.startsWith("08") || state.startsWith("57P")) {
                end(major);
            }
            throw new Refused("the planner twin cannot be made: SQLSTATE " + state);
        } catch (IOException e) {
            throw new Refused("the planner twin cannot be made: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused("the planner twin was interrupted");
        }
    }

    private TwinServer server(int major) throws IOException, InterruptedException {
        synchronized (servers) {
            TwinServer running = servers.get(major);
            if (running != null) {
                return running;
            }
        }
        TwinServer started = launcher.start(major);
        synchronized (servers) {
            if (!closed) {
                servers.put(major, started);
                return started;
            }
        }
        started.close();
        throw new Refused("Quern is shutting down");
    }

    private void forget(String database) {
        Kept old = twins.remove(database);
        if (old != null) {
            try {
                old.twin().close();
            } catch (SQLException e) {
                log.debug("a twin was not removed: SQLSTATE {}", e.getSQLState());
            }
        }
    }

    /** Ends the server of a major version and all its twins. */
    private void end(int major) {
        twins.values().removeIf(kept -> kept.major() == major);
        TwinServer old;
        synchronized (servers) {
            old = servers.remove(major);
        }
        close(old);
    }

    private static void close(@Nullable TwinServer server) {
        if (server != null) {
            try {
                server.close();
            } catch (IOException e) {
                log.warn("planner twin: {}", e.getMessage());
            }
        }
    }

    /** Ends all servers if nobody has asked for a quarter of an hour; to be called at times. */
    public synchronized void closeIdle() {
        if (clock.instant().isAfter(lastAsked.plus(IDLE))) {
            twins.clear();
            shut(false);
        }
    }

    private void shut(boolean forGood) {
        List<TwinServer> running;
        synchronized (servers) {
            closed |= forGood;
            running = new ArrayList<>(servers.values());
            servers.clear();
        }
        running.forEach(Twins::close);
    }

    @Override
    public void close() {
        shut(true);
    }
}

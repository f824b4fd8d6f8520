package io.quern.proxy.backend;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The backends of one user on one database.
 *
 * <p>Idle backends lie on the {@link Shelf} of their event loop. While nobody waits, a borrower
 * takes the top of its own loop's shelf and puts it back there: no lock, no allocation. All else
 * goes through the {@link Roster}: a borrower that finds its shelf empty stands in line first and
 * looks at the other shelves afterwards; one who gives back shelves first and looks at the line
 * afterwards. Both the line's flag and the shelves' counts are volatile, so at least one of the two
 * sees the other (Dekker's argument), and no backend lies idle while somebody waits.
 *
 * <p>Whatever becomes free goes to whoever has waited longest, of whatever loop: the backend moves.
 * What is opened is not opened for anybody in particular either, so a slow login holds up nobody
 * whom a freed backend can serve.
 */
final class Pool {
    private static final Logger LOG = LoggerFactory.getLogger(Pool.class);

    /** What a wish is that was answered before it was returned. */
    private static final Backends.Wish ANSWERED = () -> false;

    private static final long LONGEST_SWEEP = TimeUnit.SECONDS.toNanos(30);
    private static final long SHORTEST_SWEEP = TimeUnit.MILLISECONDS.toNanos(20);

    private final PoolKey key;
    private volatile PoolSettings settings;
    private final Opener opener;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final Roster roster;
    private final ConcurrentHashMap<EventLoop, Shelf> shelves = new ConcurrentHashMap<>();
    private final AtomicBoolean toldOfExpulsion = new AtomicBoolean();
    private volatile long checkAfter;
    private volatile long sweepEvery;
    private volatile int generation;
    private volatile long doubted;

    /**
     * @param nanoTime as {@link System#nanoTime}
     * @param random thread-safe
     */
    Pool(
            PoolKey key,
            PoolSettings settings,
            Opener opener,
            LongSupplier nanoTime,
            RandomGenerator random) {
        this.key = key;
        this.settings = settings;
        this.opener = opener;
        this.nanoTime = nanoTime;
        this.random = random;
        this.roster = new Roster(settings, random);
        this.checkAfter = settings.checkAfter().toNanos();
        this.sweepEvery = sweepEvery(settings);
        this.doubted = nanoTime.getAsLong();
    }

    private static long sweepEvery(PoolSettings settings) {
        long shortest = LONGEST_SWEEP;
        for (Duration limit : List.of(settings.idleTimeout(), settings.lifetime())) {
            if (limit.isPositive()) {
                shortest = Math.min(shortest, limit.toNanos() / 4);
            }
        }
        return Math.max(shortest, SHORTEST_SWEEP);
    }

    /**
     * Takes other settings over. Limits in time hold for backends opened from now on; a pool that
     * became smaller closes those it has too many of when nobody uses them.
     */
    void change(PoolSettings newer) {
        settings = newer;
        checkAfter = newer.checkAfter().toNanos();
        sweepEvery = sweepEvery(newer);
        roster.resize(newer);
        everyShelf(
                shelf -> {
                    for (Member member : shelf.all()) {
                        if (dismissed(member)) {
                            shelf.remove(member);
                        }
                    }
                    serve(shelf);
                });
    }

    /** Closes a backend that nobody uses, if there are more than there may be. */
    private boolean dismissed(Member member) {
        boolean out = roster.crowded() && roster.takeOut(member);
        if (out) {
            member.retire();
        }
        return out;
    }

    PoolKey key() {
        return key;
    }

    PoolSettings settings() {
        return settings;
    }

    Opener opener() {
        return opener;
    }

    // ---- borrowing

    /** As {@link Backends#borrow}; null if the pool is no more. */
    Backends.@Nullable Wish borrow(
            Credentials credentials, EventLoop loop, Backends.Borrower borrower) {
        if (!roster.attention() && loop.inEventLoop()) {
            Member top = usable(shelf(loop));
            if (top != null) {
                top.lend();
                borrower.lent(top);
                return ANSWERED;
            }
        }
        long now = nanoTime.getAsLong();
        Waiting wish = new Waiting(this, loop, credentials, borrower, now);
        Roster.Refusal refusal = roster.enter(wish, now);
        if (refusal != null) {
            if (refusal.equals(Roster.FORGOTTEN)) {
                return null;
            }
            wish.refuse(refusal.sqlState(), refusal.message());
            return wish;
        }
        if (loop.inEventLoop()) {
            serve(shelf(loop));
        } else {
            loop.execute(() -> serve(shelf(loop)));
        }
        if (wish.open()) {
            wish.deadline(
                    loop.schedule(
                            () -> late(wish), settings.queueTimeout().toNanos(), NANOSECONDS));
        }
        return wish;
    }

    private Shelf shelf(EventLoop loop) {
        Shelf shelf = shelves.get(loop);
        return shelf == null ? shelves.computeIfAbsent(loop, Shelf::new) : shelf;
    }

    /** Takes the top of a shelf if it can be lent as it is. */
    private @Nullable Member usable(Shelf shelf) {
        Member top = shelf.peek();
        if (top == null || !fit(top) || doubtful(top)) {
            return null;
        }
        return shelf.pop();
    }

    private boolean fit(Member member) {
        long expires = member.expires;
        return member.generation == generation
                && (expires == 0 || expires - nanoTime.getAsLong() > 0)
                && opener.fits(member.state());
    }

    /** Whether it has to give a sign of life before it is lent. */
    private boolean doubtful(Member member) {
        long used = member.lastUse();
        return nanoTime.getAsLong() - used >= checkAfter || used - doubted <= 0;
    }

    private void late(Waiting wish) {
        roster.leave(wish);
        Roster.Refusal failure = roster.lastFailure();
        StringBuilder message = new StringBuilder("no backend of pool ");
        message.append(name())
                .append(" became free within ")
                .append(inWords(settings.queueTimeout()));
        if (failure != null) {
            message.append("; another could not be opened: ").append(failure.message());
        }
        wish.refuse("53300", message.toString());
    }

    private static String inWords(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    private static void refuse(List<Waiting> wishes, Roster.Refusal reason) {
        wishes.forEach(wish -> wish.refuse(reason.sqlState(), reason.message()));
    }

    /** The pool as messages and logs name it. */
    private String name() {
        return key.user() + "@" + key.database();
    }

    /** A wish was taken back. */
    void withdrawn(Waiting wish) {
        roster.leave(wish);
    }

    // ---- serving those who wait

    /** Serves those who wait from a shelf, and looks further if that is not enough; on its loop. */
    private void serve(Shelf shelf) {
        if (shelf.serving) {
            return;
        }
        shelf.serving = true;
        try {
            while (serveOne(shelf)) {}
        } finally {
            shelf.serving = false;
        }
        seek(shelf.loop);
    }

    private boolean serveOne(Shelf shelf) {
        Member top = shelf.peek();
        if (top == null) {
            return false;
        }
        if (!fit(top)) {
            shelf.pop();
            top.retire();
            return true;
        }
        if (doubtful(top)) {
            if (!roster.promiseIfWanted()) {
                return false;
            }
            shelf.pop();
            top.promised = true;
            top.check(() -> free(top));
            return true;
        }
        Waiting wish = roster.next();
        if (wish == null) {
            return false;
        }
        shelf.pop();
        hand(top, wish);
        return true;
    }

    private void hand(Member member, Waiting wish) {
        if (wish.loop.inEventLoop()) {
            if (!wish.lend(member)) {
                shelve(member);
            }
            return;
        }
        member.move(wish.loop, arrived -> moved(member, wish, arrived));
    }

    private void moved(Member member, Waiting wish, boolean arrived) {
        if (!arrived) {
            if (wish.open()) {
                roster.enterAgain(wish);
            }
            serve(shelf(wish.loop));
        } else if (!wish.lend(member)) {
            free(member);
        }
    }

    /** Does what can be done for those to whom nothing is promised; on the event loop. */
    private void seek(EventLoop loop) {
        if (roster.wanting()) {
            for (Shelf other : shelves.values()) {
                if (!other.loop.inEventLoop() && other.count() > 0) {
                    other.loop.execute(() -> serve(other));
                    return;
                }
            }
        }
        long now = nanoTime.getAsLong();
        for (Credentials with = roster.open(now); with != null; with = roster.open(now)) {
            open(with, loop);
        }
        Roster.Refusal reason = roster.lastFailure();
        if (reason != null) {
            refuse(roster.hopeless(now), reason);
        }
    }

    private void open(Credentials credentials, EventLoop loop) {
        opener.open(key, credentials, loop)
                .addListener(
                        (Future<LoggedIn> done) -> {
                            if (done.isSuccess()) {
                                opened(done.getNow());
                            } else {
                                failed(done.cause(), credentials, loop);
                            }
                        });
    }

    private void opened(LoggedIn session) {
        long now = nanoTime.getAsLong();
        Member member =
                new Member(
                        this,
                        session,
                        generation,
                        now,
                        settings.lifetime().isZero() ? 0 : now + jittered(settings.lifetime()),
                        jittered(settings.idleTimeout()));
        toldOfExpulsion.set(false);
        boolean wanted = roster.opened(member);
        member.begin();
        if (wanted) {
            free(member);
        } else {
            member.retire();
        }
    }

    /** Up to a tenth less, so that what was opened together is not closed together. */
    private long jittered(Duration limit) {
        long nanos = limit.toNanos();
        return nanos < 10 ? nanos : nanos - random.nextLong(nanos / 10);
    }

    private void failed(Throwable cause, Credentials credentials, EventLoop loop) {
        UpstreamFailure failure =
                cause instanceof UpstreamFailure known
                        ? known
                        : new UpstreamFailure("cannot reach the upstream: " + cause.getMessage());
        long now = nanoTime.getAsLong();
        List<Waiting> given = roster.openFailed(failure, credentials, now);
        LOG.warn("No backend could be opened for pool {}: {}", name(), failure.words());
        refuse(given, Roster.refusal(failure));
        // those who still wait, and the minimum, are due another attempt
        var _ = loop.schedule(() -> serve(shelf(loop)), roster.patience(now) + 1, NANOSECONDS);
    }

    // ---- giving back

    /** As {@link Backends#giveBack}. */
    void giveBack(Member member, Backends.Condition condition) {
        if (!member.vacate(nanoTime.getAsLong())) {
            return;
        }
        switch (condition) {
            case CLEAN -> {
                if (member.cancelled()) {
                    promise(member);
                    member.settle(() -> free(member));
                } else {
                    shelve(member);
                }
            }
            case USED -> {
                promise(member);
                if (member.cancelled()) {
                    member.settle(() -> member.discard(() -> free(member)));
                } else {
                    member.discard(() -> free(member));
                }
            }
            case RUNNING -> member.stop();
            case BROKEN -> member.close();
        }
    }

    private void promise(Member member) {
        member.promised = true;
        roster.promise();
    }

    /** A backend has just shown that it lives, and need not do so again for whoever waits. */
    private void free(Member member) {
        kept(member);
        member.touch(nanoTime.getAsLong());
        if (!member.channel().isActive() || dismissed(member)) {
            return;
        }
        Waiting wish = fit(member) ? roster.next() : null;
        if (wish == null) {
            shelve(member);
        } else {
            hand(member, wish);
        }
    }

    private void kept(Member member) {
        if (member.promised) {
            member.promised = false;
            roster.promiseEnded();
        }
    }

    /** Puts an idle backend where it can be lent; on its event loop. */
    private void shelve(Member member) {
        if (dismissed(member)) {
            return;
        }
        Shelf shelf = shelf(member.channel().eventLoop());
        member.idle();
        shelf.push(member);
        if (!shelf.sweepDue) {
            sweepLater(shelf);
        }
        if (roster.attention()) {
            attend(shelf);
        } else if (!fit(member)) {
            shelf.remove(member);
            member.retire();
        }
    }

    private void attend(Shelf shelf) {
        if (roster.closed()) {
            clear(shelf);
        } else {
            serve(shelf);
        }
    }

    // ---- losses

    /** A connection is closed, by whomever; on its event loop. */
    void lost(Member member) {
        EventLoop loop = member.channel().eventLoop();
        roster.lost(member);
        kept(member);
        Shelf shelf = shelf(loop);
        shelf.remove(member);
        if (member.left()) {
            doubt();
        }
        serve(shelf);
    }

    /** From now on every idle backend has to give a sign of life before it is lent. */
    void doubt() {
        doubted = nanoTime.getAsLong();
    }

    /** The upstream ends a session that nobody uses. */
    void expelled(String sqlState) {
        if (toldOfExpulsion.compareAndSet(false, true)) {
            LOG.info("The upstream closes idle backends of pool {} ({})", name(), sqlState);
        }
    }

    /** A backend is of no use any more. */
    void dropped(String why) {
        LOG.info("A backend of pool {} was closed: {}", name(), why);
    }

    // ---- housekeeping

    private void sweepLater(Shelf shelf) {
        shelf.sweepDue = true;
        var _ =
                shelf.loop.schedule(
                        () -> {
                            shelf.sweepDue = false;
                            sweep(shelf);
                        },
                        sweepEvery,
                        NANOSECONDS);
    }

    private void sweep(Shelf shelf) {
        long now = nanoTime.getAsLong();
        boolean limited = !settings.idleTimeout().isZero();
        int spare = roster.aboveMinimum();
        for (Member member : shelf.all()) {
            boolean tired = limited && spare > 0 && now - member.lastUse() >= member.mayIdle;
            if (tired || !fit(member)) {
                spare--;
                shelf.remove(member);
                member.retire();
            }
        }
        if (shelf.count() > 0) {
            sweepLater(shelf);
        }
    }

    private static void clear(Shelf shelf) {
        for (Member member = shelf.pop(); member != null; member = shelf.pop()) {
            member.retire();
        }
    }

    // ---- operators

    void pause(boolean on) {
        roster.pause(on);
        if (!on) {
            everyShelf(this::serve);
        }
    }

    /** Closes idle backends now, the others when they are given back. */
    void reconnect() {
        synchronized (roster) {
            generation++;
        }
        everyShelf(this::sweep);
    }

    /** Refuses everybody, closes idle backends, and the others when they are given back. */
    void close() {
        refuse(roster.close(), Roster.STOPPING);
        everyShelf(Pool::clear);
    }

    /** Closes the pool for good if nobody has need of it. */
    boolean forget() {
        return roster.forget(nanoTime.getAsLong());
    }

    private void everyShelf(Consumer<Shelf> action) {
        for (Shelf shelf : shelves.values()) {
            shelf.loop.execute(() -> action.accept(shelf));
        }
    }

    /** Waits until whoever did not know yet of a pause has got what it asked for. */
    void settleLoops() throws InterruptedException {
        for (Shelf shelf : shelves.values()) {
            shelf.loop.submit(() -> {}).await();
        }
    }

    boolean anyLent() {
        return roster.members().stream().anyMatch(member -> member.doing() == Member.State.LENT);
    }

    /** Whether there are connections, or will be. */
    boolean anyLeft() {
        return roster.opening() > 0 || !roster.members().isEmpty();
    }

    /** Closes what is left, whoever uses it. */
    void abandon() {
        roster.members().forEach(member -> member.channel().eventLoop().execute(member::close));
    }

    Roster roster() {
        return roster;
    }

    PoolSnapshot snapshot(String upstream, long now) {
        Map<Member.State, Long> doing =
                roster.members().stream().collect(groupingBy(Member::doing, counting()));
        Roster.Refusal failure = roster.lastFailure();
        return new PoolSnapshot(
                upstream,
                key.database(),
                key.user(),
                roster.waiting(),
                count(doing, Member.State.LENT),
                count(doing, Member.State.IDLE),
                count(doing, Member.State.BUSY) + count(doing, Member.State.MOVING),
                roster.opening(),
                settings.size(),
                Duration.ofNanos(roster.longestWait(now)),
                roster.paused(),
                failure == null ? "" : failure.message());
    }

    private static int count(Map<Member.State, Long> doing, Member.State state) {
        return doing.getOrDefault(state, 0L).intValue();
    }
}

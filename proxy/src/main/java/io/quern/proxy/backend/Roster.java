package io.quern.proxy.backend;

import static io.quern.proxy.backend.UpstreamFailure.UNREACHABLE;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The books of one pool: who waits, how many backends there are and are promised, and whether
 * another may be opened. It decides and moves nothing; times are those of {@link System#nanoTime}.
 * Thread-safe.
 *
 * <p>A backend that is being opened, discarded or asked for a sign of life is <em>promised</em>: as
 * long as nobody waits beyond the promises, nothing else need be done for those who wait. Every
 * promise ends, kept or broken, since all these errands have time-outs.
 */
final class Roster {

    /** Why a wish is refused. */
    record Refusal(String sqlState, String message) {}

    static final Refusal STOPPING = new Refusal("57P01", "Quern is shutting down");

    /** The pool is no more; there may be another of the same key. */
    static final Refusal FORGOTTEN = new Refusal("57P01", "the pool is closed");

    private int size;
    private int minimum;
    private final Backoff backoff;
    private final Set<Member> members = new HashSet<>();
    private @Nullable Waiting first;
    private @Nullable Waiting last;
    private int waiting;
    private int promised;
    private int opening;
    private boolean paused;
    private boolean closed;
    private boolean forgotten;
    private @Nullable Credentials newest;
    private @Nullable Credentials failedWith;

    /**
     * Whether a backend that becomes free may not simply be put away, and one that lies there not
     * simply be taken: somebody waits, or operators want it so.
     */
    private volatile boolean attention;

    private volatile boolean crowded;

    Roster(PoolSettings settings, RandomGenerator random) {
        this.size = settings.size();
        this.minimum = settings.minimum();
        this.backoff = new Backoff(random);
    }

    boolean attention() {
        return attention;
    }

    // ---- the line

    /** Puts a wish at the end of the line; the refusal if it has to go at once. */
    synchronized @Nullable Refusal enter(Waiting wish, long now) {
        if (closed) {
            return forgotten ? FORGOTTEN : STOPPING;
        }
        UpstreamFailure failure = backoff.last();
        if (failure != null && backoff.holds(now) && members.isEmpty() && opening == 0) {
            boolean sameAgain = wish.credentials.equals(failedWith);
            if (sameAgain || !failure.sqlState().startsWith("28")) {
                return refusal(failure);
            }
            backoff.succeeded();
        }
        newest = wish.credentials;
        wish.before = last;
        if (last == null) {
            first = wish;
        } else {
            last.behind = wish;
        }
        last = wish;
        entered(wish);
        return null;
    }

    /** Puts a wish back at the head of the line: what it was to get broke on the way. */
    synchronized void enterAgain(Waiting wish) {
        wish.behind = first;
        if (first == null) {
            last = wish;
        } else {
            first.before = wish;
        }
        first = wish;
        entered(wish);
    }

    private void entered(Waiting wish) {
        wish.inLine = true;
        waiting++;
        look();
    }

    /** Takes a wish out of the line, if it is there. */
    synchronized void leave(Waiting wish) {
        if (!wish.inLine) {
            return;
        }
        if (wish.before == null) {
            first = wish.behind;
        } else {
            wish.before.behind = wish.behind;
        }
        if (wish.behind == null) {
            last = wish.before;
        } else {
            wish.behind.before = wish.before;
        }
        wish.before = null;
        wish.behind = null;
        wish.inLine = false;
        waiting--;
        look();
    }

    /** Whoever has waited longest leaves the line to be served; null if nobody may be. */
    synchronized @Nullable Waiting next() {
        Waiting head = first;
        if (paused || head == null) {
            return null;
        }
        leave(head);
        return head;
    }

    /** Everybody leaves the line. */
    private List<Waiting> dissolve() {
        List<Waiting> all = new ArrayList<>();
        for (Waiting head = first; head != null; head = first) {
            leave(head);
            all.add(head);
        }
        return all;
    }

    // ---- promises

    /** Whether somebody waits to whom nothing is promised. */
    synchronized boolean wanting() {
        return !paused && waiting > promised;
    }

    /** Promises a backend if somebody waits to whom nothing is promised. */
    synchronized boolean promiseIfWanted() {
        boolean wanted = wanting();
        promised += wanted ? 1 : 0;
        return wanted;
    }

    /** A backend will be free soon. */
    synchronized void promise() {
        promised++;
    }

    /** A promise ended, kept or broken. */
    synchronized void promiseEnded() {
        promised--;
    }

    // ---- backends

    /**
     * Allows another backend to be opened if one is wanted; it is promised then.
     *
     * @return what to log in with; null: open none
     */
    synchronized @Nullable Credentials open(long now) {
        Credentials credentials = newest;
        boolean wanted = wanting() || members.size() + opening < minimum;
        if (credentials == null
                || closed
                || !wanted
                || members.size() + opening >= size
                || backoff.holds(now)
                || (backoff.failing() && opening > 0)) {
            return null;
        }
        opening++;
        promised++;
        return credentials;
    }

    /** It is open; false if nobody is to have it any more. */
    synchronized boolean opened(Member member) {
        opening--;
        promised--;
        backoff.succeeded();
        if (closed) {
            return false;
        }
        members.add(member);
        count();
        return true;
    }

    /**
     * It could not be opened.
     *
     * @return who has nothing left to wait for
     */
    synchronized List<Waiting> openFailed(UpstreamFailure failure, Credentials with, long now) {
        opening--;
        promised--;
        backoff.failed(failure, now);
        failedWith = with;
        return members.isEmpty() && opening == 0 ? dissolve() : List.of();
    }

    /** A backend's connection is closed. */
    synchronized void lost(Member member) {
        members.remove(member);
        count();
    }

    /** Those who wait for nothing: the last backend is gone and it is too early for another. */
    synchronized List<Waiting> hopeless(long now) {
        boolean hopeless = members.isEmpty() && opening == 0 && backoff.holds(now);
        return hopeless && !paused ? dissolve() : List.of();
    }

    /** Nanoseconds until another backend may be opened. */
    synchronized long patience(long now) {
        return backoff.remaining(now);
    }

    /** How many more backends there are than should always be there. */
    synchronized int aboveMinimum() {
        return members.size() - minimum;
    }

    /** Why no backend could be opened lately; null if one could. */
    synchronized @Nullable Refusal lastFailure() {
        UpstreamFailure failure = backoff.last();
        return failure == null ? null : refusal(failure);
    }

    static Refusal refusal(UpstreamFailure failure) {
        boolean own = failure.sqlState().equals(UNREACHABLE);
        return new Refusal(failure.sqlState(), (own ? "Quern " : "") + failure.words());
    }

    // ---- operators

    /** From now on there may be so many, and should be at least so many. */
    synchronized void resize(PoolSettings settings) {
        size = settings.size();
        minimum = settings.minimum();
        count();
    }

    /** Whether there are more backends than there may be. */
    boolean crowded() {
        return crowded;
    }

    /** Strikes a backend off, which is to be closed then, if there are too many still. */
    synchronized boolean takeOut(Member member) {
        boolean out = members.size() > size && members.remove(member);
        count();
        return out;
    }

    private void count() {
        crowded = members.size() > size;
    }

    synchronized void pause(boolean on) {
        paused = on;
        look();
    }

    /** From now on there is nothing to be had; those who wait are to be told. */
    synchronized List<Waiting> close() {
        closed = true;
        List<Waiting> all = dissolve();
        look();
        return all;
    }

    /** Closes the books if nobody has need of them. */
    synchronized boolean forget(long now) {
        boolean idle =
                members.isEmpty() && opening == 0 && waiting == 0 && !paused && !backoff.holds(now);
        forgotten |= idle && !closed;
        closed |= idle;
        look();
        return idle;
    }

    synchronized boolean closed() {
        return closed;
    }

    private void look() {
        attention = waiting > 0 || paused || closed;
    }

    // ---- what is to be seen

    synchronized List<Member> members() {
        return List.copyOf(members);
    }

    synchronized int opening() {
        return opening;
    }

    synchronized int waiting() {
        return waiting;
    }

    synchronized boolean paused() {
        return paused;
    }

    /** Nanoseconds that the first in line has been waiting; 0 if nobody does. */
    synchronized long longestWait(long now) {
        return first == null ? 0 : now - first.since;
    }
}

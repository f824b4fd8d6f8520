package io.quern.proxy.session;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The client's prepared statements, as the server has them and as it will have them once it has
 * read what is under way: Parse and Close count at once for the messages behind them, and are taken
 * back if the server skips them after an error.
 */
@SuppressWarnings("ReferenceEquality") // a change is itself only
final class ClientStatements {
    /** More are forgotten all at once: then they are untreated until parsed again. */
    private static final int MOST = 2_000;

    private static final int MOST_BYTES = 1 << 20;

    /** What a client's texts may come to where they must not be forgotten. */
    private static final int MOST_KEPT = 32 << 20;

    private final Map<Name, ClientStatement> confirmed = new HashMap<>();
    private final Map<Name, Reply> underWay = new HashMap<>();

    /** The unnamed statement, which many clients make anew each time, apart from the others. */
    private @Nullable ClientStatement unnamed;

    private @Nullable Reply unnamedUnderWay;
    private final boolean forgetful;
    private long bytes;

    /** A Parse in an earlier Sync group makes no unnamed statement that lasts. */
    private long unnamedFrom;

    /**
     * @param forgetful whether statements may be forgotten: only if the backend has them under the
     *     client's own names
     */
    ClientStatements(boolean forgetful) {
        this.forgetful = forgetful;
    }

    /** The statement a Bind that is sent now will find; null if unknown. */
    @Nullable ClientStatement find(Name name) {
        Reply change = underWay(name);
        if (change != null) {
            return change.statement;
        }
        return name.isEmpty() ? unnamed : confirmed.get(name);
    }

    private @Nullable Reply underWay(Name name) {
        if (name.isEmpty()) {
            return unnamedUnderWay;
        }
        return underWay.isEmpty() ? null : underWay.get(name);
    }

    /**
     * Whether a Bind sent now will find what {@link #find} says, or be skipped. A Parse that is
     * still under way may fail or be skipped: then a Bind behind it in its own Sync group is
     * skipped too, but one in a later group finds what the name stood for before.
     */
    boolean sure(Name name, long group) {
        Reply change = underWay(name);
        return change == null || change.group == group;
    }

    /** A Parse or Close was sent in a Sync group. */
    void sent(Reply change, Name name, long group) {
        change.name = name;
        change.group = group;
        if (name.isEmpty()) {
            unnamedUnderWay = change;
        } else {
            underWay.put(name, change);
        }
    }

    /** The server did it. */
    void confirmed(Reply change) {
        settled(change);
        Name name = change.name;
        if (name == null) {
            return;
        }
        boolean dropped = name.isEmpty() && change.group < unnamedFrom;
        ClientStatement statement = dropped ? null : change.statement;
        if (name.isEmpty()) {
            unnamed = statement;
            return;
        }
        remove(name);
        if (statement != null) {
            if (forgetful && (confirmed.size() >= MOST || bytes > MOST_BYTES)) {
                confirmed.clear();
                bytes = 0;
            }
            confirmed.put(name, statement);
            bytes += statement.size();
        }
    }

    /** The server refused it: the unnamed statement is gone nevertheless. */
    void failed(Reply change) {
        settled(change);
        if (change.name != null && change.name.isEmpty()) {
            remove(change.name);
        }
    }

    /** The server skipped it. */
    void skipped(Reply change) {
        settled(change);
    }

    /** The statement a name stands for as the server has it. */
    @Nullable ClientStatement confirmed(Name name) {
        return name.isEmpty() ? unnamed : confirmed.get(name);
    }

    /** One of the client's names for a text; null if it has none. */
    @Nullable Name nameOf(@Nullable PreparedText text) {
        for (Map.Entry<Name, ClientStatement> entry : confirmed.entrySet()) {
            if (text != null && Objects.equals(text, entry.getValue().shared())) {
                return entry.getKey();
            }
        }
        return null;
    }

    /** The unnamed statement as the server has it. */
    @Nullable ClientStatement unnamed() {
        return unnamed;
    }

    /** A simple query was sent: the unnamed statement goes, one whose Parse is under way too. */
    void dropUnnamed(long nextGroup) {
        unnamed = null;
        unnamedFrom = nextGroup;
    }

    /** A simple query drops the unnamed statement; DISCARD and its kin may drop any. */
    void forgetAll() {
        if (forgetful) {
            // elsewhere only a simple query drops it
            unnamed = null;
        }
        confirmed.clear();
        bytes = 0;
        Reply change = unnamedUnderWay;
        if (change != null) {
            change.statement = null;
        }
        underWay.values().forEach(c -> c.statement = null);
    }

    void remove(Name name) {
        if (name.isEmpty()) {
            unnamed = null;
            return;
        }
        ClientStatement old = confirmed.remove(name);
        if (old != null) {
            bytes -= old.size();
        }
    }

    private void settled(Reply change) {
        Name name = change.name;
        if (name == null || underWay(name) != change) {
            return;
        }
        if (name.isEmpty()) {
            unnamedUnderWay = null;
        } else {
            underWay.remove(name);
        }
    }

    /** Whether a text may be kept beside the others. */
    boolean room(int length) {
        return forgetful ? length <= ClientStatement.LONGEST_KEPT : bytes + length <= MOST_KEPT;
    }
}

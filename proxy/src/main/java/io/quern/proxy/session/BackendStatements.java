package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The {@link PreparedText}s that a pooled backend has under their own names, or will have once it
 * has read what is under way; the least recently used is closed when there are too many.
 */
final class BackendStatements {

    /** What a message sent now will find. */
    enum Standing {
        PRESENT,
        ABSENT,
        /** One that is of no use any more, or perhaps none: to be closed before it is parsed. */
        STALE,
        /** A Parse or Close is under way in an earlier Sync group, and may fail or be skipped. */
        UNSURE
    }

    private enum Phase {
        PARSING,
        PRESENT,
        STALE,
        CLOSING
    }

    /** The group is that of the Parse or Close under way. */
    private record Entry(Phase phase, long group) {}

    private static final Entry PRESENT = new Entry(Phase.PRESENT, -1);
    private static final Entry STALE = new Entry(Phase.STALE, -1);

    private final int most;

    /** By last use. */
    private final Map<PreparedText, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    /** Those that were parsed under settings that end with the transaction. */
    private final Set<PreparedText> passing = new HashSet<>();

    private int closing;

    BackendStatements(int most) {
        this.most = most;
    }

    Standing standing(PreparedText text, long group) {
        Entry entry = entries.get(text);
        if (entry == null) {
            return Standing.ABSENT;
        }
        return switch (entry.phase) {
            case PRESENT -> Standing.PRESENT;
            case STALE -> Standing.STALE;
            case PARSING -> entry.group == group ? Standing.PRESENT : Standing.UNSURE;
            case CLOSING -> entry.group == group ? Standing.ABSENT : Standing.UNSURE;
        };
    }

    /** A Parse was sent. */
    void parsing(PreparedText text, long group) {
        put(text, new Entry(Phase.PARSING, group));
    }

    /** The backend did it. */
    void parsed(PreparedText text, long group) {
        if (is(text, Phase.PARSING, group)) {
            put(text, PRESENT);
        }
    }

    /** The backend refused or skipped it. */
    void notParsed(PreparedText text, long group) {
        if (is(text, Phase.PARSING, group) || is(text, Phase.PRESENT, -1)) {
            remove(text);
        }
    }

    /** A Close was sent. */
    void closing(PreparedText text, long group) {
        put(text, new Entry(Phase.CLOSING, group));
    }

    /** The backend did it. */
    void closed(PreparedText text, long group) {
        if (is(text, Phase.CLOSING, group)) {
            remove(text);
        }
    }

    /** The backend skipped it, and perhaps a Parse behind it. */
    void notClosed(PreparedText text) {
        put(text, STALE);
    }

    /** The backend cannot use it any more, or has lost it. */
    void stale(PreparedText text) {
        if (is(text, Phase.PRESENT, -1)) {
            put(text, STALE);
        }
    }

    /**
     * One was parsed under other settings than those who share it have: for this transaction only.
     */
    void passing(PreparedText text) {
        passing.add(text);
    }

    /** The transaction is over. */
    void transactionOver() {
        if (!passing.isEmpty()) {
            passing.forEach(this::stale);
            passing.clear();
        }
    }

    /** The one to close before another is parsed; null if there is room. */
    @Nullable PreparedText tooMany() {
        if (size() < most) {
            return null;
        }
        for (Map.Entry<PreparedText, Entry> oldest : entries.entrySet()) {
            Phase phase = oldest.getValue().phase;
            if (phase == Phase.PRESENT || phase == Phase.STALE) {
                return oldest.getKey();
            }
        }
        return null;
    }

    /** The backend has none any more. */
    void forgetAll() {
        entries.clear();
        passing.clear();
        closing = 0;
    }

    int size() {
        return entries.size() - closing;
    }

    /**
     * The names of those it is believed to have.
     *
     * @param perhaps those it has perhaps too
     */
    Set<String> names(boolean perhaps) {
        Set<String> names = new TreeSet<>();
        entries.forEach(
                (text, entry) -> {
                    if (entry.phase == Phase.PRESENT || (perhaps && entry.phase == Phase.STALE)) {
                        names.add(new String(text.name, US_ASCII));
                    }
                });
        return names;
    }

    private boolean is(PreparedText text, Phase phase, long group) {
        Entry entry = entries.get(text);
        return entry != null && entry.phase == phase && entry.group == group;
    }

    private void put(PreparedText text, Entry entry) {
        count(entries.put(text, entry), -1);
        count(entry, 1);
    }

    private void remove(PreparedText text) {
        count(entries.remove(text), -1);
    }

    private void count(@Nullable Entry entry, int by) {
        if (entry != null && entry.phase == Phase.CLOSING) {
            closing += by;
        }
    }
}

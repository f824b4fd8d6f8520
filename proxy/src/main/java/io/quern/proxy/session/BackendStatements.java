package io.quern.proxy.session;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The {@link PreparedText}s that a pooled backend has under their own names, or will have once it
 * has read what is under way; the least recently used is closed when there are too many.
 */
final class BackendStatements {
    private static final long PRESENT = -1;

    /** Whether a Bind sent now will find a statement. */
    enum Standing {
        PRESENT,
        ABSENT,
        /** A Parse is under way in an earlier Sync group, and may fail. */
        UNSURE
    }

    private final int most;

    /** By last use; the value is the Sync group of a Parse under way, or {@link #PRESENT}. */
    private final Map<PreparedText, Long> groups = new LinkedHashMap<>(16, 0.75f, true);

    BackendStatements(int most) {
        this.most = most;
    }

    Standing standing(PreparedText text, long group) {
        Long parsing = groups.get(text);
        if (parsing == null) {
            return Standing.ABSENT;
        }
        return parsing == PRESENT || parsing == group ? Standing.PRESENT : Standing.UNSURE;
    }

    /** A Parse was sent. */
    void parsing(PreparedText text, long group) {
        groups.put(text, group);
    }

    /** The backend did it. */
    void parsed(PreparedText text) {
        groups.replace(text, PRESENT);
    }

    /** The backend refused or skipped it. */
    void notParsed(PreparedText text) {
        groups.remove(text);
    }

    /** Takes out the one to close before another is parsed; null if there is room. */
    @Nullable PreparedText evict() {
        if (groups.size() < most) {
            return null;
        }
        Map.Entry<PreparedText, Long> oldest = groups.entrySet().iterator().next();
        if (oldest.getValue() != PRESENT) {
            return null;
        }
        PreparedText text = oldest.getKey();
        groups.remove(text);
        return text;
    }

    /** The backend has none any more. */
    void forgetAll() {
        groups.clear();
    }

    int size() {
        return groups.size();
    }
}

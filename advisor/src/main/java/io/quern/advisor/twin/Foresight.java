package io.quern.advisor.twin;

import io.quern.advisor.Refused;
import io.quern.advisor.twin.Glance.Asked;
import io.quern.advisor.twin.Glance.Seen;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * Foresees how large an index is going to be: out of statistics, and where they do not tell, after
 * a glance at the upstream's rows. For one thread.
 */
final class Foresight {
    private static final Logger log = LoggerFactory.getLogger(Foresight.class);

    private final IndexProfileReading profiles;
    private final Rehearsal rehearsal;
    private final Glance glance;
    private final Map<String, Foreseen> known = new HashMap<>();

    Foresight(Script script, RelationFiles files, Glance glance) {
        this.profiles = new IndexProfileReading(script);
        this.rehearsal = new Rehearsal(script, files);
        this.glance = glance;
    }

    /** An index that is not there. */
    record Foreseen(IndexProfile profile, IndexShape shape) {}

    /** Of an index that the upstream has: of statistics alone. */
    IndexProfile profile(long index, double rows, long pages) throws SQLException {
        return profiles.read(index, rows, pages, null);
    }

    /**
     * Of one that it has not, in a transaction.
     *
     * @param name the same means the same index
     * @param index one like it in the twin, without rows
     * @param rows how many rows its table is taken to have
     * @param pages likewise
     */
    Foreseen foresee(String name, long index, double rows, long pages)
            throws SQLException, IOException {
        Foreseen before = known.get(name);
        if (before != null) {
            return before;
        }
        Asked asked = profiles.question(index);
        Seen seen = asked == null ? null : look(asked);
        IndexProfile profile = profiles.read(index, rows, pages, seen);
        IndexShape shape = null;
        if (asked != null && seen != null && !seen.copy().isEmpty()) {
            shape = rehearsal.of(index, profile, profiles.keys(asked), seen.copy());
        }
        Foreseen now = new Foreseen(profile, shape == null ? IndexShape.of(profile) : shape);
        known.put(name, now);
        return now;
    }

    /** Null if the rows may not be seen. */
    private @Nullable Seen look(Asked asked) {
        try {
            return glance.at(asked);
        } catch (Refused e) {
            log.debug("the rows of {} are not seen: {}", asked.table(), e.getMessage());
            return null;
        }
    }
}

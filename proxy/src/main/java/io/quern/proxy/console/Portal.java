package io.quern.proxy.console;

import io.quern.proxy.wire.Backend;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A plan with its values; once run, the rows not yet fetched. */
final class Portal {
    private final Plan plan;
    private final List<@Nullable String> values;
    private final Formats formats;
    private @Nullable Outcome outcome;
    private int next;

    Portal(Plan plan, List<@Nullable String> values, Formats formats) {
        this.plan = plan;
        this.values = Collections.unmodifiableList(new ArrayList<>(values));
        this.formats = formats;
    }

    Plan plan() {
        return plan;
    }

    List<@Nullable String> values() {
        return values;
    }

    Formats formats() {
        return formats;
    }

    boolean started() {
        return outcome != null;
    }

    void start(Outcome brought) {
        outcome = brought;
    }

    /**
     * Writes the next rows and how it goes on.
     *
     * @param limit most rows; 0 or less for all
     */
    void answer(AnswerWriter out, int limit) {
        if (plan.empty()) {
            out.bare(Backend.EMPTY_QUERY_RESPONSE);
            return;
        }
        List<List<@Nullable Object>> rows = outcome == null ? List.of() : outcome.rows();
        int left = rows.size() - next;
        int end = next + (limit > 0 ? Math.min(limit, left) : left);
        for (; next < end; next++) {
            out.row(plan.columns(), rows.get(next), formats);
        }
        if (next < rows.size()) {
            out.bare(Backend.PORTAL_SUSPENDED);
        } else {
            out.complete(plan.tag());
        }
    }
}

package io.quern.optimizer.rule;

import java.util.ArrayList;
import java.util.List;

/** Parts of an edit, as {@link Attempt} takes them. */
final class Parts {
    private Parts() {}

    /** Parts with a text between each two. */
    static List<Object> joined(List<?> parts, String between) {
        List<Object> all = new ArrayList<>();
        for (Object part : parts) {
            if (!all.isEmpty()) {
                all.add(between);
            }
            all.add(part);
        }
        return all;
    }
}

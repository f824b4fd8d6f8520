package io.quern.advisor.copy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What makes one copy of another: the parts that changed or went, with all that needs them, are
 * taken away, and what the new one has instead is made.
 *
 * @param gone in the order in which they were made
 * @param made in the order in which they are to be
 */
public record Change(List<Part> gone, List<Part> made) {
    public Change {
        gone = List.copyOf(gone);
        made = List.copyOf(made);
    }

    /** From an old copy to a new one. */
    public static Change between(SchemaCopy before, SchemaCopy after) {
        Map<String, Part> old = byKey(before);
        Map<String, Part> fresh = byKey(after);
        Set<String> changed = new HashSet<>();
        old.forEach((key, part) -> add(key, !part.equals(fresh.get(key)), changed));
        fresh.forEach((key, part) -> add(key, !part.equals(old.get(key)), changed));
        boolean more = true;
        while (more) {
            int known = changed.size();
            spread(before.parts(), changed);
            spread(after.parts(), changed);
            more = changed.size() > known;
        }
        return new Change(among(before.parts(), changed), among(after.parts(), changed));
    }

    private static void add(String key, boolean different, Set<String> changed) {
        if (different) {
            changed.add(key);
        }
    }

    private static void spread(List<Part> parts, Set<String> changed) {
        for (Part part : parts) {
            if (part.needs().stream().anyMatch(changed::contains)) {
                changed.add(part.key());
            }
        }
    }

    private static List<Part> among(List<Part> parts, Set<String> keys) {
        List<Part> found = new ArrayList<>(parts);
        found.removeIf(part -> !keys.contains(part.key()));
        return found;
    }

    private static Map<String, Part> byKey(SchemaCopy copy) {
        Map<String, Part> parts = new HashMap<>();
        copy.parts().forEach(part -> parts.put(part.key(), part));
        return parts;
    }
}

package io.quern.optimizer.index;

import io.quern.optimizer.Refusal;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Why no index, or no other, is proposed for a statement; each reason once. */
final class Refusals {
    private final Set<Refusal> refusals = new LinkedHashSet<>();

    void add(String code, String reason) {
        refusals.add(new Refusal("index", code, reason));
    }

    boolean isEmpty() {
        return refusals.isEmpty();
    }

    List<Refusal> list() {
        return List.copyOf(refusals);
    }
}

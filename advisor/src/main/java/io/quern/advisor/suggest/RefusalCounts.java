package io.quern.advisor.suggest;

import io.quern.advisor.Declined.Reason;
import io.quern.optimizer.Refusal;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How often what was refused, by whom and for which reason; bounded. Thread-safe. */
public final class RefusalCounts {

    /** Distinct reasons kept; further ones are counted together. */
    private static final int MOST = 1_000;

    private static final Key OTHER = new Key("suggest", "other");

    private record Key(String by, String code) {}

    private record Tally(LongAdder times, String example) {}

    private final Map<Key, Tally> tallies = new ConcurrentHashMap<>();

    /** Counts one refusal. */
    public void add(Refusal refusal) {
        Key key = new Key(refusal.by(), refusal.code());
        Key kept = tallies.size() < MOST || tallies.containsKey(key) ? key : OTHER;
        tallies.compute(
                        kept,
                        (k, known) ->
                                new Tally(
                                        known == null ? new LongAdder() : known.times(),
                                        refusal.reason()))
                .times()
                .increment();
    }

    void add(String code, String reason) {
        add(new Refusal("suggest", code, reason));
    }

    /** All counts, the most frequent first. */
    public List<Reason> counts() {
        return tallies.entrySet().stream()
                .map(
                        e ->
                                new Reason(
                                        e.getKey().by(),
                                        e.getKey().code(),
                                        e.getValue().times().sum(),
                                        e.getValue().example()))
                .sorted(
                        Comparator.comparingLong(Reason::times)
                                .reversed()
                                .thenComparing(Reason::by)
                                .thenComparing(Reason::code))
                .toList();
    }
}

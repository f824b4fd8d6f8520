package io.quern.advisor.suggest;

import io.quern.advisor.Declined.Refuted;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.RuleId;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The newest rewrites that the lab refuted, for authors of rules; bounded. Thread-safe. */
final class RefutedRewrites {
    private static final int MOST = 100;

    private record Key(String database, Fingerprint fingerprint, List<RuleId> rules) {}

    /** The one refuted last is the last. */
    private final Map<Key, Refuted> refuted = new LinkedHashMap<>();

    synchronized void add(Refuted found) {
        Key key = new Key(found.database(), found.template().fingerprint(), found.rules());
        Refuted known = refuted.remove(key);
        long times = known == null ? found.times() : known.times() + found.times();
        refuted.put(
                key,
                new Refuted(
                        found.database(),
                        found.template(),
                        found.rules(),
                        found.before(),
                        found.after(),
                        found.verdict(),
                        found.outline(),
                        times,
                        found.last()));
        if (refuted.size() > MOST) {
            refuted.remove(refuted.keySet().iterator().next());
        }
    }

    /** All, the newest first. */
    synchronized List<Refuted> newest() {
        return new ArrayList<>(refuted.values()).reversed();
    }
}

package io.quern.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Map;

class ChangesTest {
    private static final Map<String, String> BEFORE =
            Map.of("quern.upstream", "postgresql://u:p@h/d");

    @Test
    void nothingChangesBetweenEqualConfigurations() {
        assertThat(between(BEFORE, Map.copyOf(BEFORE)).isEmpty()).isTrue();
    }

    @Test
    void whatIsLiveIsToldFromWhatNeedsARestart() {
        Changes changes =
                between(
                        BEFORE,
                        Map.of(
                                "quern.upstream", "postgresql://u:p@h/d",
                                "quern.max-clients", "7",
                                "quern.pool.size", "8",
                                "quern.trial.share", "0.1",
                                "quern.auth.rules", "deny all",
                                "quern.console.stats", "watcher",
                                "quern.pool.mode", "transaction",
                                "quern.listen", "127.0.0.1:1"));
        assertThat(changes.live())
                .containsExactly(
                        "quern.trial.share",
                        "quern.pool.size",
                        "quern.auth.rules",
                        "quern.max-clients",
                        "quern.console.stats");
        assertThat(changes.restart()).containsExactly("quern.listen", "quern.pool.mode");
    }

    @Test
    void anotherPasswordIsAnotherUpstreamAndStore() {
        Changes changes = between(BEFORE, Map.of("quern.upstream", "postgresql://u:q@h/d"));
        assertThat(changes.live()).isEmpty();
        assertThat(changes.restart()).containsExactly("quern.upstream", "quern.store");
    }

    @Test
    void oneAndSeveralUpstreamsDiffer() {
        Changes changes = between(BEFORE, Map.of("quern.upstreams.a.url", "postgresql://u:p@h/d"));
        assertThat(changes.restart()).containsExactly("quern.upstream", "quern.upstreams");
    }

    private static Changes between(Map<String, String> before, Map<String, String> after) {
        return Changes.between(ConfigurationTest.load(before), ConfigurationTest.load(after));
    }
}

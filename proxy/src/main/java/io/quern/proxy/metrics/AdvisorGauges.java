package io.quern.proxy.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quern.advisor.Desk;
import io.quern.advisor.Suggestion;
import io.quern.advisor.Suggestion.State;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Gauges of suggestions; while the desk cannot answer, they stay as they were. */
final class AdvisorGauges {
    private static final Logger LOG = LoggerFactory.getLogger(AdvisorGauges.class);

    private final Desk desk;
    private final MultiGauge suggestions;

    AdvisorGauges(MeterRegistry registry, Desk desk) {
        this.desk = desk;
        suggestions =
                MultiGauge.builder("quern.suggestions")
                        .description("Suggestions by state")
                        .register(registry);
    }

    void refresh() {
        Map<State, Long> counts = new EnumMap<>(State.class);
        for (State state : State.values()) {
            counts.put(state, 0L);
        }
        try {
            for (Suggestion suggestion : desk.suggestions()) {
                counts.merge(suggestion.state(), 1L, Long::sum);
            }
        } catch (RuntimeException e) {
            LOG.debug("suggestions were not counted: {}", e.getClass().getName());
            return;
        }
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        counts.forEach(
                (state, count) ->
                        rows.add(
                                MultiGauge.Row.of(
                                        Tags.of("state", state.name().toLowerCase(Locale.ROOT)),
                                        count)));
        suggestions.register(rows, true);
    }
}

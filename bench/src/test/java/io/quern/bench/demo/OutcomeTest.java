package io.quern.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;

import java.util.List;

class OutcomeTest {
    private final FakeDesk desk = new FakeDesk();

    @Test
    void theTableHasBothMediansAndTheProof() {
        desk.rewrite(1, 1, 50);
        desk.measure(1, 50, 2);
        Outcome outcome = outcome(new Proof(true, "12 executions compared"));
        assertThat(Outcome.text(List.of(outcome)))
                .contains("50.00 ms", "2.00 ms", "25.0x", "identical", "12 executions compared");
    }

    @Test
    void differingResultsAreShouted() {
        desk.index(1, 1, 50);
        desk.measure(1, 50, 2);
        assertThat(Outcome.text(List.of(outcome(new Proof(false, "the rows differ")))))
                .contains("NOT PROVEN", "the rows differ", "CREATE INDEX CONCURRENTLY");
    }

    @Test
    void jsonCarriesTheSameNumbers() throws Exception {
        desk.rewrite(1, 1, 50);
        desk.measure(1, 50, 2);
        var json = new ObjectMapper().readTree(Outcome.json(List.of(outcome(null)))).get(0);
        assertThat(json.get("change").asText()).isEqualTo("rewrite");
        assertThat(json.get("factor").asDouble()).isEqualTo(25);
        assertThat(json.get("identical").isNull()).isTrue();
    }

    private Outcome outcome(@org.jspecify.annotations.Nullable Proof proof) {
        return Outcome.of(desk.suggestions().getFirst(), "a statement", proof);
    }
}

package io.quern.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.sql.SQLException;

class LedgerTest {
    private final Ledger ledger = new Ledger();

    @Test
    void nothingWrongIsWellAndAWrongReplyIsNot() {
        ledger.expect(true, "a sum");
        assertThat(ledger.checks()).allMatch(Check::holds);
        ledger.expect(false, "a sum");
        assertThat(ledger.checks())
                .filteredOn(c -> !c.holds())
                .extracting(Check::what)
                .containsExactly("every reply right");
    }

    @ParameterizedTest
    @CsvSource({
        "08006, true",
        "57P01, true",
        "57P03, true",
        "53300, true",
        "XX000, false",
        "08P01, false",
        "42601, false",
        ", false"
    })
    void onlySomeCodesSayThatAConnectionIsOver(String state, boolean proper) {
        ledger.failed(new SQLException("no", state));
        assertThat(ledger.checks().getLast().holds()).isEqualTo(proper);
    }
}

package io.quern.advisor.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AmountsTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0 ms",
        "0.064, 64 µs",
        "0.9996, 1.00 ms",
        "2.434, 2.43 ms",
        "41.26, 41.3 ms",
        "812.4, 812 ms",
        "999.6, 1.00 s",
        "8340, 8.34 s",
        "150000, 2.50 min",
        "17280000, 4.80 h",
        "NaN, –"
    })
    void durations_take_the_unit_that_suits_them(double millis, String shown) {
        assertThat(Amounts.millis(millis)).isEqualTo(shown);
    }

    @Test
    void the_rest_is_as_short() {
        assertThat(Amounts.count(1234567)).isEqualTo("1\u202f234\u202f567");
        assertThat(Amounts.bytes(25_165_824)).isEqualTo("24 MB");
        assertThat(Amounts.factor(12.345)).isEqualTo("×12.3");
        assertThat(Amounts.factor(Double.POSITIVE_INFINITY)).isEqualTo("–");
        assertThat(Amounts.percent(1, 0)).isEqualTo("–");
        assertThat(Amounts.ago(Samples.NOW.minusSeconds(59), Samples.NOW)).isEqualTo("just now");
        assertThat(Amounts.ago(Samples.NOW.minusSeconds(7200), Samples.NOW)).isEqualTo("2 h ago");
    }
}

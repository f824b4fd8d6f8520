package io.quern.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.optimizer.SlotCheck.Shape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SlotCheckTest {
    private static boolean holds(SlotCheck.OfOne check, String token) {
        byte[] text = ("'2024-01-01" + token + "2024-01-01'").getBytes(UTF_8);
        return check.holds(text, 11, text.length - 11);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'2024-01-01'",
                "'0001-12-31'",
                "'294276-12-31 23:59'",
                "'2024-01-01T23:59:59'",
                "'2024-01-01 23:59:59.1'",
                "'2024-01-01 23:59:59.123456'",
                "'infinity'",
                "'-infinity'",
                "'epoch'",
            })
    void knowsTimestampsThatMeanTheSameEverywhere(String literal) {
        assertThat(holds(new SlotCheck.Shaped(0, Shape.ISO_TIMESTAMP), literal)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "'",
                "''",
                "'today'",
                "'now'",
                "'tomorrow'",
                "'yesterday'",
                "'allballs'",
                "'2024-01'",
                "'2024-1-1'",
                "'24-01-01'",
                "'01-02-2024'",
                "'01/02/2024'",
                "'20240101'",
                "'2024000-01-01'",
                "'2024-01-01 '",
                "' 2024-01-01'",
                "'2024-01-01 today'",
                "'2024-01-01 12'",
                "'2024-01-01 12:00:'",
                "'2024-01-01 12:00:00.'",
                "'2024-01-01 12:00:00.1234567'",
                "'2024-01-01 12:00:00+02'",
                "'2024-01-01 BC'",
                "'2024-01-01t12:00'",
                "E'2024-01-01'",
                "N'2024-01-01'",
                "$$2024-01-01$$",
                "U&'2024-01-01'",
                "'2024-01'\n'-01'",
                "'２０２４-01-01'",
                "epoch",
            })
    void refusesTimestampsThatMayMeanSomethingElse(String literal) {
        assertThat(holds(new SlotCheck.Shaped(0, Shape.ISO_TIMESTAMP), literal)).isFalse();
    }

    @Test
    void comparesBytes() {
        SlotCheck.OfOne day = new SlotCheck.Exactly(0, "'day'");
        assertThat(holds(day, "'day'")).isTrue();
        assertThat(holds(day, "'DAY'")).isFalse();
        assertThat(holds(day, "E'day'")).isFalse();
        assertThat(holds(day, "'da'")).isFalse();
        assertThat(holds(day, "'däy'")).isFalse();
        assertThatThrownBy(() -> new SlotCheck.Exactly(0, "'é'"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SlotCheck.Shaped(-1, Shape.ISO_TIMESTAMP))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void twoTokensReadTheSameOrNot() {
        byte[] text = "'a' 'a' 'A' 'ab'".getBytes(UTF_8);
        assertThat(new SlotCheck.Alike(4, 1).last()).isEqualTo(4);
        assertThat(SlotCheck.Alike.holds(text, 0, 3, 4, 7)).isTrue();
        assertThat(SlotCheck.Alike.holds(text, 0, 3, 8, 11)).isFalse();
        assertThat(SlotCheck.Alike.holds(text, 0, 3, 12, 16)).isFalse();
    }

    @Test
    void plainStringsGoIntoAnArray() {
        for (String literal : new String[] {"''", "'a, {b} c'", "'é'", "'NULL'"}) {
            assertThat(holds(new SlotCheck.Shaped(0, Shape.QUOTABLE), literal)).isTrue();
        }
        for (String literal : new String[] {"", "'", "1", "'it''s'", "'\"'", "'\\'", "E'a'"}) {
            assertThat(holds(new SlotCheck.Shaped(0, Shape.QUOTABLE), literal)).isFalse();
        }
    }
}

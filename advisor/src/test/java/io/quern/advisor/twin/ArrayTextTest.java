package io.quern.advisor.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ArrayTextTest {
    @Test
    void readsWhatPostgresWrites() {
        assertThat(ArrayText.elements("{}")).isEmpty();
        assertThat(ArrayText.elements("{a}")).containsExactly("a");
        assertThat(ArrayText.elements("{1,2.5,-3}")).containsExactly("1", "2.5", "-3");
        assertThat(ArrayText.elements("{\"a,b\",\"c\\\"d\",\"e\\\\f\",\"\",\"{x,y}\"}"))
                .containsExactly("a,b", "c\"d", "e\\f", "", "{x,y}");
        assertThat(ArrayText.numbers("{0.5,1e-05}")).containsExactly(0.5, 1e-5);
    }

    @Test
    void refusesOtherTextWithoutQuotingIt() {
        assertThatThrownBy(() -> ArrayText.elements("secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .doesNotContain("secret");
    }
}

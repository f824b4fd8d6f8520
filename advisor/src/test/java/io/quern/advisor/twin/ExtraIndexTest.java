package io.quern.advisor.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quern.optimizer.QualifiedName;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExtraIndexTest {
    private static final QualifiedName TABLE = new QualifiedName("public", "t");

    @Test
    void needsNoPatience() {
        assertThat(
                        new ExtraIndex(TABLE, "CREATE UNIQUE INDEX CONCURRENTLY i ON public.t (a)")
                                .ddl())
                .isEqualTo("CREATE UNIQUE INDEX i ON public.t (a)");
        assertThat(new ExtraIndex(TABLE, "CREATE INDEX i ON public.t (a)").ddl())
                .isEqualTo("CREATE INDEX i ON public.t (a)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "CREATE TABLE t (a int)",
                "DROP INDEX i",
                "CREATE INDEX i ON t (a); DROP TABLE t",
                "CREATE UNIQUE TABLE"
            })
    void isNothingElse(String ddl) {
        assertThatThrownBy(() -> new ExtraIndex(TABLE, ddl))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

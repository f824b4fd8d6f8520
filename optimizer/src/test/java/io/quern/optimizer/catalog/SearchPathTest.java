package io.quern.optimizer.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

final class SearchPathTest {
    @Test
    void readsWhatPostgresWrites() {
        assertThat(SearchPath.effective("\"$user\", public", "ann"))
                .containsExactly("ann", "public");
        assertThat(SearchPath.effective("Public,\"My \"\"x\",pg_temp , public", "ann"))
                .containsExactly("public", "My \"x");
        assertThat(SearchPath.effective("ÉTÉ", "ann")).containsExactly("ÉtÉ");
        assertThat(SearchPath.effective("\"\"", "ann")).isEmpty();
        assertThat(SearchPath.effective("\"unclosed", "ann")).containsExactly("unclosed");
    }

    @Test
    void writesASettingThatMeansTheSameForEverybody() {
        List<String> path = SearchPath.effective("\"$user\", public", "A \"b");
        assertThat(SearchPath.setting(path)).isEqualTo("\"A \"\"b\", \"public\"");
        assertThat(SearchPath.effective(SearchPath.setting(path), "quern")).isEqualTo(path);
        assertThat(SearchPath.setting(List.of())).isEqualTo("pg_catalog");
    }

    @Test
    void knowsWhetherBuiltInsComeFirst() {
        assertThat(SearchPath.catalogFirst(SearchPath.effective("public", "a"))).isTrue();
        assertThat(SearchPath.catalogFirst(SearchPath.effective("pg_catalog, a", "a"))).isTrue();
        assertThat(SearchPath.catalogFirst(SearchPath.effective("a, pg_catalog", "a"))).isFalse();
    }
}

package io.quern.advisor.copy;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.optimizer.Catalog;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/** A schema as large as production's is copied within half a minute. */
class BigSchemaIT {
    private static final int STATEMENTS = 200;

    @Test
    void fiveHundredTablesAndTwoThousandIndexesTakeSeconds() throws Exception {
        Original original = Original.empty().sql(Original.BIG);
        long start = System.nanoTime();
        Catalog catalog = original.catalog();
        long loaded = System.nanoTime();
        SchemaCopy copy = SchemaCopy.whole(catalog);
        long planned = System.nanoTime();
        for (int i = 0; i < STATEMENTS; i++) {
            Set<String> words = Set.of("select", "v" + (1 + i % 9), "t" + (1 + i % 400), "f7");
            assertThat(SchemaCopy.of(catalog, List.of("public"), words, List.of()).tables())
                    .isNotEmpty();
        }
        double each = (System.nanoTime() - planned) / 1e6 / STATEMENTS;
        System.out.printf("schema copy: the part of a statement is planned in %.2f ms%n", each);
        long before = System.nanoTime();
        Original there = Original.empty();
        assertThat(there.make(copy.parts())).isEmpty();
        long made = System.nanoTime();
        System.out.printf(
                "schema copy: %d tables, %d indexes, %d parts: loaded in %.1f s, planned in %.1f s,"
                        + " made in %.1f s%n",
                catalog.tables().size(),
                catalog.tables().stream().mapToInt(t -> t.indexes().size()).sum(),
                copy.parts().size(),
                (loaded - start) / 1e9,
                (planned - loaded) / 1e9,
                (made - before) / 1e9);
        assertThat(catalog.tables().size()).isGreaterThanOrEqualTo(500);
        assertThat(Duration.ofNanos(made - before + planned - start))
                .isLessThan(Duration.ofSeconds(30));
        assertThat(Inventory.of(there.catalog())).isEqualTo(Inventory.of(catalog));
        assertThat(List.copyOf(copy.tainted().values())).isEmpty();
    }
}

package io.quern.advisor.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.advisor.copy.SchemaCopies;
import io.quern.advisor.copy.SchemaCopy;
import io.quern.optimizer.Catalog;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;

class SchemaCopiesTest {
    private static final List<String> PUBLIC = List.of("public");

    private final SchemaCopies copies = new SchemaCopies();

    private SchemaCopy of(Catalog catalog, List<String> path, String... words) {
        return copies.of(catalog, path, Set.of(words), List.of());
    }

    @Test
    void wordsThatNameNothingMakeNoOtherCopy() {
        SchemaCopy copy = of(Schema.SHOP, PUBLIC, "select", "item", "line");
        assertThat(of(Schema.SHOP, PUBLIC, "line", "item", "where", "nothing")).isSameAs(copy);
        assertThat(copy)
                .isEqualTo(
                        SchemaCopy.of(
                                Schema.SHOP,
                                PUBLIC,
                                Set.of("line", "item", "where", "nothing"),
                                List.of()));
    }

    @Test
    void otherTablesPathsAndTypesMakeOthers() {
        SchemaCopy copy = of(Schema.SHOP, PUBLIC, "item");
        assertThat(of(Schema.SHOP, PUBLIC, "item", "line").tables()).hasSize(2);
        assertThat(of(Schema.SHOP, List.of("other"), "item").tables()).isEmpty();
        assertThat(of(Schema.SHOP, List.of("other"), "item", "public").tables()).hasSize(1);
        assertThat(copies.of(Schema.SHOP, PUBLIC, Set.of("item"), List.of(23)))
                .isNotSameAs(copy)
                .isEqualTo(copy);
    }

    @Test
    void anotherCatalogIsAskedItself() {
        Catalog before = Schema.catalog(Schema.table("c", List.of(), "id integer"));
        Catalog after = Schema.catalog(Schema.table("c", List.of(), "id integer", "more text"));
        SchemaCopy copy = of(before, PUBLIC, "c");
        assertThat(of(after, PUBLIC, "c").parts()).isNotEqualTo(copy.parts());
        assertThat(of(before, PUBLIC, "c")).isSameAs(copy);
    }
}

package io.quern.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

class CatalogTest {
    private static final QualifiedName OPS = new QualifiedName("pg_catalog", "int4_ops");

    /** What of an index and its table a key depends on; all in order unless a test spoils it. */
    private static final class Facts {
        Table.Kind kind = Table.Kind.TABLE;
        boolean children;
        boolean notNull = true;
        boolean deterministic = true;
        boolean plainColumn = true;
        boolean defaultOpclass = true;
        String method = "btree";
        Optional<String> predicate = Optional.empty();
        boolean unique = true;
        boolean valid = true;
        boolean immediate = true;
        boolean nullsNotDistinct;
        boolean temporal;

        Table table() {
            Index index =
                    new Index(
                            1,
                            "t_key",
                            method,
                            Stream.of("a", "b").map(this::key).toList(),
                            List.of("c"),
                            predicate,
                            unique,
                            false,
                            valid,
                            immediate,
                            nullsNotDistinct,
                            temporal,
                            true,
                            0,
                            0,
                            "");
            return CatalogTest.table(
                    1,
                    "public",
                    "t",
                    kind,
                    List.of(column("a", notNull), column("b", true), column("c", true)),
                    List.of(index),
                    children);
        }

        private Index.Key key(String name) {
            boolean spoilt = name.equals("b");
            return new Index.Key(
                    spoilt && !plainColumn ? Optional.empty() : Optional.of(name),
                    name,
                    false,
                    false,
                    !spoilt || defaultOpclass,
                    OPS,
                    OPS,
                    0);
        }

        private Column column(String name, boolean isNotNull) {
            return new Column(
                    name,
                    1,
                    25,
                    "text",
                    -1,
                    Optional.empty(),
                    0,
                    isNotNull,
                    Column.Origin.GIVEN,
                    Optional.of(
                            new Collation(
                                    100,
                                    new QualifiedName("pg_catalog", "default"),
                                    deterministic,
                                    false)),
                    Column.Statistics.UNKNOWN);
        }
    }

    private static Table table(
            long oid,
            String schema,
            String name,
            Table.Kind kind,
            List<Column> columns,
            List<Index> indexes,
            boolean children) {
        return new Table(
                oid,
                new QualifiedName(schema, name),
                kind,
                columns,
                indexes,
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                new Table.Inheritance(
                        List.of(), children, false, Optional.empty(), Optional.empty()),
                new Table.Security("me", false, false),
                false,
                false,
                Table.Storage.UNKNOWN);
    }

    private static Table table(long oid, String schema, String name) {
        return table(oid, schema, name, Table.Kind.TABLE, List.of(), List.of(), false);
    }

    private static List<Set<String>> keys(Consumer<Facts> change) {
        Facts facts = new Facts();
        change.accept(facts);
        return facts.table().keys();
    }

    @Test
    void aUniqueIndexOnNotNullColumnsIsAKey() {
        assertThat(keys(f -> {})).containsExactly(Set.of("a", "b"));
        assertThat(keys(f -> f.kind = Table.Kind.MATERIALIZED_VIEW)).hasSize(1);
    }

    @Test
    void nullsAreDistinctUnlessTheIndexSaysOtherwise() {
        assertThat(keys(f -> f.notNull = false)).isEmpty();
        assertThat(
                        keys(
                                f -> {
                                    f.notNull = false;
                                    f.nullsNotDistinct = true;
                                }))
                .hasSize(1);
    }

    @Test
    void onlyAPartitionedTablesIndexSpeaksForChildren() {
        assertThat(keys(f -> f.children = true)).isEmpty();
        assertThat(
                        keys(
                                f -> {
                                    f.kind = Table.Kind.PARTITIONED_TABLE;
                                    f.children = true;
                                }))
                .hasSize(1);
        assertThat(keys(f -> f.kind = Table.Kind.FOREIGN_TABLE)).isEmpty();
        assertThat(keys(f -> f.kind = Table.Kind.VIEW)).isEmpty();
    }

    @Test
    void whatIsNotUniqueForEverybodyAtAnyTimeIsNoKey() {
        assertThat(keys(f -> f.unique = false)).isEmpty();
        assertThat(keys(f -> f.valid = false)).isEmpty();
        assertThat(keys(f -> f.immediate = false)).isEmpty();
        assertThat(keys(f -> f.temporal = true)).isEmpty();
        assertThat(keys(f -> f.predicate = Optional.of("(c > 0)"))).isEmpty();
        assertThat(keys(f -> f.method = "gist")).isEmpty();
    }

    @Test
    void equalityIsTheColumnsOwn() {
        assertThat(keys(f -> f.deterministic = false)).isEmpty();
        assertThat(keys(f -> f.plainColumn = false)).isEmpty();
        assertThat(keys(f -> f.defaultOpclass = false)).isEmpty();
    }

    @Test
    void aNameMeansTheFirstRelationOfThePathWhateverItIs() {
        Table mine = table(7, "a", "t");
        Table theirs = table(8, "b", "t");
        Catalog catalog =
                new Catalog(
                        "db",
                        180_000,
                        List.of(mine, theirs, table(9, "b", "s"), table(10, "b", "pg_class")),
                        Set.of(
                                new QualifiedName("a", "s"),
                                new QualifiedName("pg_catalog", "pg_class")),
                        List.of());
        assertThat(catalog.resolve(Optional.empty(), "t", List.of("a", "b"))).contains(mine);
        assertThat(catalog.resolve(Optional.empty(), "t", List.of("b", "a"))).contains(theirs);
        assertThat(catalog.resolve(Optional.of("b"), "t", List.of("a"))).contains(theirs);
        assertThat(catalog.resolve(Optional.empty(), "s", List.of("a", "b")))
                .as("a sequence stands before the table")
                .isEmpty();
        assertThat(catalog.resolve(Optional.empty(), "s", List.of("b", "a"))).isPresent();
        assertThat(catalog.resolve(Optional.empty(), "pg_class", List.of("b"))).isEmpty();
        assertThat(catalog.resolve(Optional.empty(), "pg_class", List.of("b", "pg_catalog")))
                .isPresent();
        assertThat(catalog.table(8)).contains(theirs);
        assertThat(catalog.table(11)).isEmpty();
    }

    @Test
    void aForeignKeyHoldsOnlyIfNothingLetsARowPass() {
        assertThat(foreignKey(true, true, true, false, true, false).holds()).isTrue();
        assertThat(foreignKey(false, true, true, false, true, false).holds()).isFalse();
        assertThat(foreignKey(true, false, true, false, true, false).holds()).isFalse();
        assertThat(foreignKey(true, true, false, false, true, false).holds()).isFalse();
        assertThat(foreignKey(true, true, true, true, true, false).holds()).isFalse();
        assertThat(foreignKey(true, true, true, false, false, false).holds()).isFalse();
        assertThat(foreignKey(true, true, true, false, true, true).holds()).isFalse();
    }

    private static ForeignKey foreignKey(
            boolean equality,
            boolean validated,
            boolean enforced,
            boolean deferrable,
            boolean triggers,
            boolean temporal) {
        return new ForeignKey(
                "fk",
                List.of("a"),
                new QualifiedName("public", "t"),
                List.of("id"),
                ForeignKey.Match.SIMPLE,
                equality,
                validated,
                enforced,
                deferrable,
                triggers,
                temporal);
    }
}

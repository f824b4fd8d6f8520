package io.quern.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

class CatalogTest {
    private static final QualifiedName OPS = new QualifiedName("pg_catalog", "int4_ops");

    /** What of an index and its table a key depends on; all in order unless a test spoils it. */
    private record Facts(
            Table.Kind kind,
            boolean children,
            boolean notNull,
            boolean deterministic,
            boolean plainColumn,
            boolean defaultOpclass,
            String method,
            Optional<String> predicate,
            boolean unique,
            boolean valid,
            boolean immediate,
            boolean nullsNotDistinct,
            boolean temporal) {
        static final Facts GOOD =
                new Facts(
                        Table.Kind.TABLE,
                        false,
                        true,
                        true,
                        true,
                        true,
                        "btree",
                        Optional.empty(),
                        true,
                        true,
                        true,
                        false,
                        false);

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

        Facts kind(Table.Kind other, boolean withChildren) {
            return new Facts(
                    other,
                    withChildren,
                    notNull,
                    deterministic,
                    plainColumn,
                    defaultOpclass,
                    method,
                    predicate,
                    unique,
                    valid,
                    immediate,
                    nullsNotDistinct,
                    temporal);
        }

        Facts columns(boolean isNotNull, boolean isDeterministic, boolean plain, boolean opclass) {
            return new Facts(
                    kind,
                    children,
                    isNotNull,
                    isDeterministic,
                    plain,
                    opclass,
                    method,
                    predicate,
                    unique,
                    valid,
                    immediate,
                    nullsNotDistinct,
                    temporal);
        }

        Facts index(boolean isUnique, boolean isValid, boolean isImmediate, boolean isTemporal) {
            return new Facts(
                    kind,
                    children,
                    notNull,
                    deterministic,
                    plainColumn,
                    defaultOpclass,
                    method,
                    predicate,
                    isUnique,
                    isValid,
                    isImmediate,
                    nullsNotDistinct,
                    isTemporal);
        }

        Facts form(String other, Optional<String> where, boolean nullsAlike) {
            return new Facts(
                    kind,
                    children,
                    notNull,
                    deterministic,
                    plainColumn,
                    defaultOpclass,
                    other,
                    where,
                    unique,
                    valid,
                    immediate,
                    nullsAlike,
                    temporal);
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

    private static List<Set<String>> keys(UnaryOperator<Facts> change) {
        return change.apply(Facts.GOOD).table().keys();
    }

    @Test
    void aUniqueIndexOnNotNullColumnsIsAKey() {
        assertThat(keys(f -> f)).containsExactly(Set.of("a", "b"));
        assertThat(keys(f -> f.kind(Table.Kind.MATERIALIZED_VIEW, false))).hasSize(1);
    }

    @Test
    void nullsAreDistinctUnlessTheIndexSaysOtherwise() {
        assertThat(keys(f -> f.columns(false, true, true, true))).isEmpty();
        assertThat(
                        keys(
                                f ->
                                        f.columns(false, true, true, true)
                                                .form("btree", Optional.empty(), true)))
                .hasSize(1);
    }

    @Test
    void onlyAPartitionedTablesIndexSpeaksForChildren() {
        assertThat(keys(f -> f.kind(Table.Kind.TABLE, true))).isEmpty();
        assertThat(keys(f -> f.kind(Table.Kind.PARTITIONED_TABLE, true))).hasSize(1);
        assertThat(keys(f -> f.kind(Table.Kind.FOREIGN_TABLE, false))).isEmpty();
        assertThat(keys(f -> f.kind(Table.Kind.VIEW, false))).isEmpty();
    }

    @Test
    void whatIsNotUniqueForEverybodyAtAnyTimeIsNoKey() {
        assertThat(keys(f -> f.index(false, true, true, false))).isEmpty();
        assertThat(keys(f -> f.index(true, false, true, false))).isEmpty();
        assertThat(keys(f -> f.index(true, true, false, false))).isEmpty();
        assertThat(keys(f -> f.index(true, true, true, true))).isEmpty();
        assertThat(keys(f -> f.form("btree", Optional.of("(c > 0)"), false))).isEmpty();
        assertThat(keys(f -> f.form("gist", Optional.empty(), false))).isEmpty();
    }

    @Test
    void equalityIsTheColumnsOwn() {
        assertThat(keys(f -> f.columns(true, false, true, true))).isEmpty();
        assertThat(keys(f -> f.columns(true, true, false, true))).isEmpty();
        assertThat(keys(f -> f.columns(true, true, true, false))).isEmpty();
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

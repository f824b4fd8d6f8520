package io.quern.advisor.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.optimizer.Catalog;
import io.quern.optimizer.Column;
import io.quern.optimizer.Index;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Table;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

class CatalogLoaderIT {
    private final FreshDatabase database = new FreshDatabase();
    private final CatalogLoader loader = new CatalogLoader(database.asSuperuser());

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    private Catalog catalog() {
        return loader.load(database.name).catalog();
    }

    private Table table(String schema, String name) {
        QualifiedName wanted = new QualifiedName(schema, name);
        return catalog().tables().stream()
                .filter(t -> t.name().equals(wanted))
                .findFirst()
                .orElseThrow();
    }

    private static Column column(Table table, String name) {
        return table.column(name).orElseThrow();
    }

    private static Index index(Table table, String name) {
        return table.indexes().stream()
                .filter(i -> i.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void keepsNamesAsTheyAreStored() throws Exception {
        database.sql(
                "CREATE SCHEMA \"My \"\"Schema\"",
                "CREATE TABLE \"My \"\"Schema\".\"Or%der's\" (\"Id \" int, \"select\" text)");
        Table table = table("My \"Schema", "Or%der's");
        assertThat(table.columns()).extracting(Column::name).containsExactly("Id ", "select");
        assertThat(table.kind()).isEqualTo(Table.Kind.TABLE);
        assertThat(catalog().major()).isEqualTo(database.major());
    }

    @Test
    void readsTypesDomainsGeneratedAndDroppedColumns() throws Exception {
        database.sql(
                "CREATE DOMAIN positive AS int NOT NULL CHECK (value > 0)",
                "CREATE TABLE t (gone int, a timestamp(0), b positive, c text NOT NULL,"
                        + " d int GENERATED ALWAYS AS (1 + 1) STORED)",
                "ALTER TABLE t DROP COLUMN gone");
        Table table = table("public", "t");
        assertThat(table.columns()).extracting(Column::name).containsExactly("a", "b", "c", "d");
        assertThat(column(table, "a").position()).isEqualTo(2);
        assertThat(column(table, "a").type()).isEqualTo("timestamp(0) without time zone");
        assertThat(column(table, "b").type()).isEqualTo("public.positive");
        assertThat(column(table, "b").notNull()).isFalse();
        assertThat(column(table, "c").notNull()).isTrue();
    }

    @Test
    void readsStatisticsWhereThereAreAny() throws Exception {
        database.sql(
                "CREATE TABLE t (a int, b text)",
                "INSERT INTO t SELECT i % 10, CASE WHEN i % 2 = 0 THEN 'x' END"
                        + " FROM generate_series(1, 1000) i");
        assertThat(column(table("public", "t"), "a").distinct()).isNaN();
        database.sql("ANALYZE t");
        Table table = table("public", "t");
        assertThat(table.rows()).isEqualTo(1000);
        assertThat(table.bytes()).isPositive();
        assertThat(column(table, "a").distinct()).isEqualTo(10);
        assertThat(column(table, "b").nullFraction()).isEqualTo(0.5);
        assertThat(column(table, "b").averageWidth()).isEqualTo(2);
    }

    @Test
    void aParentsNotNullDoesNotSpeakForChildrenThatMayHaveDroppedIt() throws Exception {
        database.sql(
                "CREATE TABLE parent (a int NOT NULL)",
                "CREATE TABLE child () INHERITS (parent)",
                "CREATE TABLE part (a int NOT NULL) PARTITION BY RANGE (a)",
                "CREATE TABLE part1 PARTITION OF part FOR VALUES FROM (0) TO (9)");
        Table parent = table("public", "parent");
        assertThat(parent.hasChildren()).isTrue();
        assertThat(column(parent, "a").notNull()).isEqualTo(database.major() >= 18);
        assertThat(column(table("public", "child"), "a").notNull()).isTrue();
        assertThat(table("public", "part").kind()).isEqualTo(Table.Kind.PARTITIONED_TABLE);
        assertThat(table("public", "part").hasChildren()).isTrue();
        assertThat(table("public", "part1").kind()).isEqualTo(Table.Kind.TABLE);
    }

    @Test
    void aNotNullThatIsNotValidatedOrNotInheritedDoesNotHold() throws Exception {
        if (database.major() < 18) {
            return;
        }
        database.sql(
                "CREATE TABLE t (a int)",
                "INSERT INTO t VALUES (NULL)",
                "ALTER TABLE t ADD CONSTRAINT nn NOT NULL a NOT VALID",
                "CREATE TABLE parent (a int CONSTRAINT only_me NOT NULL NO INHERIT)",
                "CREATE TABLE child () INHERITS (parent)");
        assertThat(column(table("public", "t"), "a").notNull()).isFalse();
        assertThat(column(table("public", "parent"), "a").notNull()).isFalse();
        database.sql("UPDATE t SET a = 1", "ALTER TABLE t VALIDATE CONSTRAINT nn");
        assertThat(column(table("public", "t"), "a").notNull()).isTrue();
    }

    private static Index.Key key(String column, boolean descending, String opclass, int collation) {
        return new Index.Key(
                Optional.of(column),
                column,
                descending,
                false,
                true,
                new QualifiedName("pg_catalog", opclass),
                new QualifiedName("pg_catalog", opclass.replace("int4", "integer")),
                collation);
    }

    @Test
    void readsIndexesInFull() throws Exception {
        database.sql(
                "CREATE TABLE t (a int, b text, c text, d varchar(9), e char(3),"
                        + " UNIQUE NULLS NOT DISTINCT (a))",
                "ALTER TABLE t ADD CONSTRAINT late UNIQUE (b) DEFERRABLE",
                "CREATE INDEX plain ON t (b DESC NULLS LAST, a) INCLUDE (c)",
                "CREATE INDEX part ON t (a) WHERE b = 'new'",
                "CREATE INDEX expr ON t (lower(b), d)",
                "CREATE INDEX pattern ON t (b text_pattern_ops)",
                "CREATE INDEX other_collation ON t (b COLLATE \"C\")",
                "CREATE INDEX fixed ON t (e)",
                "CREATE INDEX hashed ON t USING hash (a)");
        Table table = table("public", "t");
        Index unique = index(table, "t_a_key");
        assertThat(unique.unique() && unique.nullsNotDistinct() && unique.constraint()).isTrue();
        assertThat(unique.immediate()).isTrue();
        assertThat(index(table, "late").immediate()).isFalse();
        Index plain = index(table, "plain");
        assertThat(plain.keys())
                .containsExactly(key("b", true, "text_ops", 100), key("a", false, "int4_ops", 0));
        assertThat(plain.include()).containsExactly("c");
        assertThat(plain.valid()).isTrue();
        assertThat(plain.bytes()).isPositive();
        assertThat(plain.definition()).contains("CREATE INDEX plain ON public.t");
        assertThat(index(table, "part").predicate()).contains("(b = 'new'::text)");
        Index expr = index(table, "expr");
        assertThat(expr.keys().getFirst().column()).isEmpty();
        assertThat(expr.keys().getFirst().expression()).isEqualTo("lower(b)");
        assertThat(expr.keys().get(1)).isEqualTo(key("d", false, "text_ops", 100));
        assertThat(index(table, "pattern").keys().getFirst().defaultOpclass()).isFalse();
        assertThat(index(table, "other_collation").keys().getFirst().defaultOpclass()).isFalse();
        assertThat(index(table, "fixed").keys().getFirst().defaultOpclass()).isTrue();
        assertThat(index(table, "hashed").method()).isEqualTo("hash");
    }

    @Test
    void tellsAnInvalidIndexRowSecurityAndCollation() throws Exception {
        database.sql(
                "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2',"
                        + " deterministic = false)",
                "CREATE TABLE t (a int, b text COLLATE loose, c text)",
                "INSERT INTO t VALUES (1), (1)",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY");
        try {
            database.sql("CREATE UNIQUE INDEX CONCURRENTLY broken ON t (a)");
        } catch (java.sql.SQLException expected) {
            assertThat(expected.getSQLState()).isEqualTo("23505");
        }
        Table table = table("public", "t");
        assertThat(index(table, "broken").valid()).isFalse();
        assertThat(table.rowSecurity()).isTrue();
        assertThat(column(table, "b").deterministicCollation()).isFalse();
        assertThat(column(table, "c").deterministicCollation()).isTrue();
        assertThat(column(table, "b").collation()).isNotEqualTo(column(table, "c").collation());
    }

    @Test
    void anIndexDroppedSinceTheSnapshotIsLeftOut() throws Exception {
        database.sql(
                "CREATE TABLE t (a int, b int)",
                "CREATE INDEX stays ON t (a)",
                "CREATE INDEX goes ON t (b) INCLUDE (a)");
        try (Connection reading = database.connect();
                Statement statement = reading.createStatement()) {
            reading.setAutoCommit(false);
            reading.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            statement.execute("SELECT 1");
            database.sql("DROP INDEX goes");
            assertThat(IndexQuery.read(CatalogReading.begin(reading)).values())
                    .singleElement()
                    .satisfies(
                            indexes ->
                                    assertThat(indexes)
                                            .extracting(Index::name)
                                            .containsExactly("stays"));
            reading.rollback();
        }
    }

    @Test
    void ddlInAnOpenTransactionIsPendingAndBlocksNobody() throws Exception {
        database.sql("CREATE TABLE t (a int NOT NULL)", "CREATE TABLE u (a int)");
        assertThat(loader.load(database.name).pending()).isFalse();
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("ALTER TABLE t ALTER a DROP NOT NULL");
            assertThat(loader.load(database.name).pending()).isTrue();
            other.rollback();
            statement.execute("CREATE TABLE appears (a int)");
            assertThat(loader.load(database.name).pending()).isTrue();
            other.rollback();
            statement.execute("INSERT INTO u VALUES (1)");
            assertThat(loader.load(database.name).pending()).isFalse();
            other.rollback();
        }
        assertThat(loader.load(database.name).pending()).isFalse();
    }

    @Test
    void isFastOnAWideSchema() throws Exception {
        database.sql(
                """
                DO $$ BEGIN FOR i IN 1..500 LOOP
                  EXECUTE format('CREATE TABLE t%s (a int PRIMARY KEY, b text, c date, d int, e int)', i);
                  EXECUTE format('CREATE INDEX ON t%s (b)', i);
                  EXECUTE format('CREATE INDEX ON t%s (c, d)', i);
                  EXECUTE format('CREATE INDEX ON t%s (lower(b)) WHERE e > 0', i);
                  IF i % 50 = 0 THEN COMMIT; END IF;
                END LOOP; END $$
                """);
        loader.load(database.name);
        long start = System.nanoTime();
        Catalog catalog = catalog();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertThat(catalog.tables()).hasSize(500);
        assertThat(catalog.tables()).allMatch(t -> t.indexes().size() == 4);
        assertThat(took).isLessThan(Duration.ofSeconds(5)); // ten times what is usual, for slow CI
        System.out.println("catalog of 500 tables and 2000 indexes: " + took.toMillis() + " ms");
    }
}

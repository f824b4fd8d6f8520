package io.quern.advisor.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.optimizer.Catalog;
import io.quern.optimizer.CatalogFixture;
import io.quern.optimizer.Check;
import io.quern.optimizer.Column;
import io.quern.optimizer.Domain;
import io.quern.optimizer.ExtendedStatistics;
import io.quern.optimizer.Index;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Routine;
import io.quern.optimizer.Table;
import io.quern.optimizer.View;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The facts that rewrites rest on, each against its counterexample on a real server. */
class CatalogFactsIT {
    private final FreshDatabase database = new FreshDatabase();
    private final CatalogLoader loader = new CatalogLoader(database.asSuperuser());

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    private Catalog catalog() {
        return loader.load(database.name).catalog();
    }

    private Table table(String name) {
        return catalog().table(new QualifiedName("public", name)).orElseThrow();
    }

    private static QualifiedName name(String name) {
        return new QualifiedName("public", name);
    }

    @Test
    void readsChecksAndWhomTheySpeakFor() throws Exception {
        database.sql(
                "CREATE TABLE t (a int CONSTRAINT one CHECK (a > 0),"
                        + " CONSTRAINT own CHECK (a < 9) NO INHERIT)",
                "ALTER TABLE t ADD CONSTRAINT unseen CHECK (a <> 5) NOT VALID");
        assertThat(table("t").checks())
                .containsExactly(
                        new Check("one", "(a > 0)", true, true, false),
                        new Check("own", "(a < 9)", true, true, true),
                        new Check("unseen", "(a <> 5)", false, true, false));
    }

    @Test
    void readsInheritanceAndPartitions() throws Exception {
        database.sql(
                "CREATE TABLE one (id int PRIMARY KEY)",
                "CREATE TABLE two (b int)",
                "CREATE TABLE child (PRIMARY KEY (id)) INHERITS (two, one)",
                "CREATE TABLE parted (id int PRIMARY KEY, v text) PARTITION BY LIST (id)",
                "CREATE TABLE part PARTITION OF parted FOR VALUES IN (1, 2)");
        assertThat(table("child").inheritance().parents())
                .containsExactly(name("two"), name("one"));
        assertThat(table("child").inheritance().partition()).isFalse();
        assertThat(table("one").keys()).as("a child may repeat its id").isEmpty();
        assertThat(table("child").keys()).containsExactly(Set.of("id"));
        Table parted = table("parted");
        assertThat(parted.inheritance().partitionKey()).contains("LIST (id)");
        assertThat(parted.column("id").orElseThrow().notNull()).isTrue();
        assertThat(parted.keys()).containsExactly(Set.of("id"));
        Table part = table("part");
        assertThat(part.inheritance())
                .isEqualTo(
                        new Table.Inheritance(
                                List.of(name("parted")),
                                false,
                                true,
                                Optional.empty(),
                                Optional.of("FOR VALUES IN (1, 2)")));
        assertThat(part.keys()).containsExactly(Set.of("id"));
    }

    @Test
    void aPartitionedKeyIsNoneUntilEveryPartitionHasIt() throws Exception {
        database.sql(
                "CREATE TABLE parted (id int NOT NULL) PARTITION BY LIST (id)",
                "CREATE TABLE part PARTITION OF parted FOR VALUES IN (1)",
                "CREATE UNIQUE INDEX whole ON ONLY parted (id)");
        assertThat(table("parted").keys()).isEmpty();
        database.sql(
                "CREATE UNIQUE INDEX partly ON part (id)",
                "ALTER INDEX whole ATTACH PARTITION partly");
        assertThat(table("parted").keys()).containsExactly(Set.of("id"));
    }

    @Test
    void aForeignServerIsTrustedWithNothing() throws Exception {
        database.sql(
                "CREATE FOREIGN DATA WRAPPER nothing",
                "CREATE SERVER away FOREIGN DATA WRAPPER nothing",
                "CREATE TABLE parent (a int NOT NULL, CONSTRAINT c CHECK (a > 0))",
                "CREATE FOREIGN TABLE far (a int NOT NULL, CONSTRAINT c CHECK (a > 0)) SERVER away",
                "CREATE TABLE near (a int NOT NULL, CONSTRAINT c CHECK (a > 0))");
        assertThat(table("parent").column("a").orElseThrow().notNull()).isTrue();
        database.sql("ALTER FOREIGN TABLE far INHERIT parent");
        for (String table : List.of("far", "parent")) {
            assertThat(table(table).column("a").orElseThrow().notNull()).as(table).isFalse();
            assertThat(table(table).checks().getFirst().enforced()).as(table).isFalse();
        }
        assertThat(table("near").column("a").orElseThrow().notNull()).isTrue();
        assertThat(table("near").checks().getFirst().enforced()).isTrue();
    }

    @Test
    void readsViewsWithTheirOptions() throws Exception {
        database.sql(
                "CREATE TABLE t (a int)",
                "CREATE VIEW plain AS SELECT a FROM t WHERE a > 1",
                "CREATE VIEW guarded WITH (security_barrier) AS SELECT a FROM t",
                "CREATE VIEW asked WITH (security_invoker = on) AS SELECT a FROM t",
                "CREATE MATERIALIZED VIEW kept AS SELECT a FROM t");
        View plain = table("plain").view().orElseThrow();
        assertThat(plain.definition().replaceAll("\\s+", " ").strip())
                .matches("SELECT (t\\.)?a FROM public\\.t WHERE \\((t\\.)?a > 1\\);");
        assertThat(plain.securityBarrier() || plain.securityInvoker()).isFalse();
        assertThat(table("guarded").view().orElseThrow().securityBarrier()).isTrue();
        assertThat(table("asked").view().orElseThrow().securityInvoker()).isTrue();
        assertThat(table("kept").view()).isPresent();
        assertThat(table("t").view()).isEmpty();
    }

    @Test
    void readsDomainsArraysAndWhereValuesComeFrom() throws Exception {
        database.sql(
                "CREATE DOMAIN amount AS numeric(8,2) CHECK (value >= 0)",
                "CREATE DOMAIN price AS amount NOT NULL",
                "CREATE DOMAIN tags AS text[]",
                "CREATE TABLE t (a price, b tags, c int[], d varchar(9),"
                        + " e int GENERATED ALWAYS AS (1) STORED,"
                        + " f int GENERATED ALWAYS AS IDENTITY,"
                        + " g int GENERATED BY DEFAULT AS IDENTITY)");
        Table table = table("t");
        Column a = table.column("a").orElseThrow();
        assertThat(a.domain())
                .contains(new Domain(name("price"), 1700, "numeric(8,2)", true, true));
        assertThat(a.baseTypeOid()).isEqualTo(1700);
        assertThat(a.typeOid()).isNotEqualTo(1700);
        assertThat(a.notNull()).isFalse();
        Column b = table.column("b").orElseThrow();
        assertThat(b.domain()).contains(new Domain(name("tags"), 1009, "text[]", false, false));
        assertThat(b.elementTypeOid()).isEqualTo(25);
        assertThat(table.column("c").orElseThrow().elementTypeOid()).isEqualTo(23);
        assertThat(table.column("d").orElseThrow().elementTypeOid()).isZero();
        assertThat(table.column("d").orElseThrow().modifier()).isEqualTo(13);
        assertThat(table.columns())
                .extracting(Column::origin)
                .endsWith(
                        Column.Origin.GIVEN,
                        Column.Origin.STORED,
                        Column.Origin.IDENTITY_ALWAYS,
                        Column.Origin.IDENTITY_BY_DEFAULT);
    }

    @Test
    void readsVirtualColumns() throws Exception {
        if (database.major() < 18) {
            return;
        }
        database.sql("CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) VIRTUAL)");
        assertThat(table("t").column("b").orElseThrow().origin()).isEqualTo(Column.Origin.VIRTUAL);
    }

    @Test
    void readsCollationsAndOperatorClasses() throws Exception {
        database.sql(
                "CREATE TABLE t (a text COLLATE \"C\", b text COLLATE \"und-x-icu\", c int, d text)",
                "CREATE INDEX i ON t (b text_pattern_ops, a, c)");
        Table table = table("t");
        assertThat(table.column("a").orElseThrow().ordering().orElseThrow().name())
                .isEqualTo(new QualifiedName("pg_catalog", "C"));
        assertThat(table.column("a").orElseThrow().ordering().orElseThrow().byteOrder()).isTrue();
        assertThat(table.column("b").orElseThrow().ordering().orElseThrow().byteOrder()).isFalse();
        assertThat(table.column("c").orElseThrow().ordering()).isEmpty();
        assertThat(table.column("d").orElseThrow().ordering().orElseThrow().byteOrder())
                .isEqualTo(
                        database.value(
                                        "SELECT datlocprovider = 'b' OR datlocprovider = 'c'"
                                                + " AND datcollate IN ('C', 'POSIX')"
                                                + " FROM pg_database"
                                                + " WHERE datname = current_database()")
                                .equals("t"));
        List<Index.Key> keys = table.indexes().getFirst().keys();
        assertThat(keys.getFirst().opclass())
                .isEqualTo(new QualifiedName("pg_catalog", "text_pattern_ops"));
        assertThat(keys.getFirst().family().name()).isEqualTo("text_pattern_ops");
        assertThat(keys.getFirst().defaultOpclass()).isFalse();
        assertThat(keys.get(1).collation()).isEqualTo(table.column("a").orElseThrow().collation());
        assertThat(keys.get(2).collation()).isZero();
    }

    @Test
    void readsExtendedStatisticsTriggersRowSecurityAndPersistence() throws Exception {
        database.sql(
                "CREATE UNLOGGED TABLE t (a int, b int, c int)",
                "CREATE STATISTICS s (ndistinct, mcv) ON a, c, (b + 1) FROM t",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
                "CREATE TABLE watched (a int PRIMARY KEY)",
                "CREATE TRIGGER g BEFORE UPDATE ON watched FOR EACH ROW"
                        + " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
                "CREATE TABLE ruled (a int)",
                "CREATE RULE r AS ON DELETE TO ruled DO INSTEAD NOTHING",
                "CREATE TABLE calm (a int REFERENCES watched)",
                "CREATE VIEW v AS SELECT 1");
        Table table = table("t");
        assertThat(table.extendedStatistics())
                .containsExactly(
                        new ExtendedStatistics(
                                name("s"),
                                Set.of(
                                        ExtendedStatistics.Kind.NDISTINCT,
                                        ExtendedStatistics.Kind.MCV,
                                        ExtendedStatistics.Kind.EXPRESSIONS),
                                List.of("a", "c"),
                                List.of("(b + 1)")));
        assertThat(table.security().rowSecurity() && table.security().rowSecurityForced()).isTrue();
        assertThat(table.storage().unlogged()).isTrue();
        assertThat(table("calm").storage().unlogged() || table("calm").triggers()).isFalse();
        assertThat(table("v").triggers()).isFalse();
        assertThat(table("watched").triggers() && table("ruled").triggers()).isTrue();
    }

    @Test
    void tellsWhatReplicationMayWrite() throws Exception {
        CatalogLoader nobody = new CatalogLoader(database.asNobody());
        database.sql(
                "CREATE TABLE t (a int) PARTITION BY LIST (a)",
                "CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1)",
                "CREATE TABLE other (a int)",
                "CREATE SUBSCRIPTION "
                        + database.name
                        + " CONNECTION 'host=nowhere' PUBLICATION p"
                        + " WITH (connect = false, slot_name = NONE)");
        try {
            assertThat(subscribed(nobody)).isEmpty();
            database.sql(
                    "INSERT INTO pg_subscription_rel (srsubid, srrelid, srsubstate)"
                            + " SELECT oid, 't1'::regclass, 'r' FROM pg_subscription"
                            + " WHERE subname = current_database()");
            assertThat(subscribed(nobody)).containsExactly("t", "t1");
            database.sql("REVOKE SELECT ON pg_catalog.pg_subscription_rel FROM PUBLIC");
            assertThat(subscribed(nobody)).containsExactly("other", "t", "t1");
        } finally {
            database.sql("DROP SUBSCRIPTION " + database.name);
        }
    }

    private List<String> subscribed(CatalogLoader as) {
        return as.load(database.name).catalog().tables().stream()
                .filter(Table::subscribed)
                .map(t -> t.name().name())
                .toList();
    }

    @Test
    void readsRoutinesWithTheirVolatility() throws Exception {
        database.sql(
                "CREATE FUNCTION twice(int) RETURNS int IMMUTABLE STRICT LANGUAGE sql"
                        + " AS 'SELECT 2 * $1'",
                "CREATE FUNCTION twice(text, out a text, out b text) RETURNS SETOF record STABLE"
                        + " LANGUAGE sql AS 'SELECT $1, $1'",
                "CREATE PROCEDURE act() LANGUAGE sql AS 'SELECT 1'",
                "CREATE AGGREGATE total(int) (sfunc = int4pl, stype = int)");
        assertThat(catalog().routines("twice"))
                .containsExactly(
                        new Routine(
                                name("twice"),
                                Routine.Kind.FUNCTION,
                                List.of(23),
                                23,
                                false,
                                true,
                                Routine.Volatility.IMMUTABLE),
                        new Routine(
                                name("twice"),
                                Routine.Kind.FUNCTION,
                                List.of(25),
                                2249,
                                true,
                                false,
                                Routine.Volatility.STABLE));
        assertThat(catalog().routines("act").getFirst().kind()).isEqualTo(Routine.Kind.PROCEDURE);
        assertThat(catalog().routines("act").getFirst().volatility())
                .isEqualTo(Routine.Volatility.VOLATILE);
        assertThat(catalog().routines("total").getFirst().kind()).isEqualTo(Routine.Kind.AGGREGATE);
        assertThat(catalog().routines("lower")).isEmpty();
    }

    @Test
    void aNameTakenByASequenceOrTheSystemIsNoTable() throws Exception {
        database.sql(
                "CREATE SCHEMA first",
                "CREATE SEQUENCE first.t",
                "CREATE TABLE t (a int)",
                "CREATE TABLE pg_class (a int)");
        Catalog catalog = catalog();
        assertThat(catalog.resolve(Optional.empty(), "t", List.of("first", "public"))).isEmpty();
        assertThat(catalog.resolve(Optional.empty(), "t", List.of("public", "first"))).isPresent();
        assertThat(catalog.resolve(Optional.empty(), "pg_class", List.of("public"))).isEmpty();
    }

    @Test
    void whatAnotherHasLockedIsLeftOutAndNotWaitedFor() throws Exception {
        database.sql(
                "CREATE SCHEMA first",
                "CREATE TABLE first.t (a int PRIMARY KEY CHECK (a > 0))",
                "CREATE INDEX expression ON first.t ((a + 1)) WHERE a > 3",
                "CREATE VIEW first.v AS SELECT a FROM first.t",
                "CREATE STATISTICS first.s ON (a + 1), (a + 2) FROM first.t",
                "CREATE TABLE t (a int)",
                "CREATE TABLE u (a int REFERENCES first.t)");
        List<String> path = List.of("first", "public");
        assertThat(catalog().resolve(Optional.empty(), "t", path)).isPresent();
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE first.t IN ACCESS EXCLUSIVE MODE");
            CatalogLoader.Loaded loaded = loader.load(database.name);
            assertThat(loaded.pending()).isTrue();
            assertThat(loaded.catalog().tables())
                    .extracting(t -> t.name().name())
                    .containsExactly("t", "u");
            assertThat(loaded.catalog().resolve(Optional.empty(), "t", path)).isEmpty();
            assertThat(loaded.catalog().resolve(Optional.empty(), "v", path)).isEmpty();
            other.rollback();
        }
        assertThat(catalog().resolve(Optional.empty(), "v", path)).isPresent();
    }

    /** Rules are tested on what the fixture reads, and run on what the loader reads. */
    @Test
    void theFixtureOfOtherTestsReadsTheSameFacts() throws Exception {
        database.sql(
                "CREATE DOMAIN amount AS numeric(8,2) CHECK (value >= 0)",
                "CREATE DOMAIN price AS amount NOT NULL",
                "CREATE TABLE p (id int PRIMARY KEY, t text COLLATE \"C\" UNIQUE, n price[], a price)",
                "CREATE TABLE c (a int REFERENCES p, b int, CHECK (b > 0)) PARTITION BY LIST (a)",
                "CREATE TABLE c1 PARTITION OF c FOR VALUES IN (1)",
                "ALTER TABLE c ADD CONSTRAINT unseen CHECK (b < 9) NOT VALID",
                "CREATE TABLE parent (a int NOT NULL)",
                "CREATE TABLE child (b int GENERATED ALWAYS AS IDENTITY) INHERITS (parent)",
                "CREATE INDEX i ON p (lower(t) DESC, id) INCLUDE (a) WHERE id > 3",
                "CREATE STATISTICS s ON a, (b + 1) FROM c",
                "CREATE VIEW v WITH (security_barrier = true) AS SELECT * FROM p",
                "CREATE FUNCTION f(int, text) RETURNS SETOF int STABLE LANGUAGE sql AS 'SELECT 1'");
        try (Connection connection = database.connect()) {
            connection.setSchema("pg_catalog");
            assertThat(CatalogCache.facts(CatalogFixture.read(connection)))
                    .usingRecursiveComparison()
                    // what only a copy is made of
                    .ignoringFieldsMatchingRegexes(".*declaration", ".*expression", "definitions.*")
                    .isEqualTo(CatalogCache.facts(catalog()));
        }
    }
}

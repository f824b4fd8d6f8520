package io.quern.advisor.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.quern.advisor.Refused;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Statement;
import io.quern.optimizer.plan.Plan;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The twin plans as the server does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TwinContract {
    private static final Set<QualifiedName> NONE = Set.of();
    private static final String NOT_THERE = "there is no PostgreSQL ";

    /** Columns that depend on one another, and values that are often repeated. */
    private static final String TRIPS =
            """
            CREATE TABLE trips (id integer PRIMARY KEY, leaves integer NOT NULL, arrives integer NOT NULL,
              city text NOT NULL, region text NOT NULL, during daterange NOT NULL, tags text[] NOT NULL);
            INSERT INTO trips SELECT i, i % 9000, i % 9000 + CASE WHEN i % 10 = 0 THEN -5 ELSE 5 END,
              'city' || i % 200, 'region' || i % 200 / 5,
              daterange(DATE '2024-01-01' + i % 250, DATE '2024-01-03' + i % 250 + i / 20000),
              ARRAY['t' || i % 100, 't' || i % 37]
            FROM generate_series(1, 60000) i;
            ANALYZE
            """;

    private final int major;
    private String trips = "";
    private RealServer real;
    private TwinServer twins;

    TwinContract(int major) {
        this.major = major;
    }

    @BeforeAll
    void start() throws Exception {
        try {
            real = RealServer.start(major);
        } catch (IOException e) {
            // only the oldest and the newest are always there
            assumeFalse(
                    (major == 16 || major == 17)
                            && String.valueOf(e.getMessage()).startsWith(NOT_THERE),
                    e.getMessage() + ": mvn -Ppostgres-" + major);
            throw e;
        }
        twins = TwinServer.start(major, step -> {});
    }

    @AfterAll
    void stop() throws Exception {
        // neither is there if the tests are skipped
        try (var _ = real;
                var _ = twins) {}
    }

    private Twin twin(String database) throws Exception {
        return twins.open(real.schema(database), real.snapshot(database));
    }

    private static Question question(String sql) {
        return Question.of(new Statement(sql, List.of()), List.of("public"));
    }

    private static void alike(Plan twin, Plan upstream) {
        assertThat(twin.totalCost())
                .as("%s%n%s", upstream.render(), twin.render())
                .isCloseTo(upstream.totalCost(), within(0.02 * upstream.totalCost()));
        assertThat(shape(twin)).isEqualTo(shape(upstream));
    }

    private static String shape(Plan plan) {
        return plan.nodeType()
                + plan.relation().orElse("")
                + plan.index().orElse("")
                + plan.children().stream().map(TwinContract::shape).toList();
    }

    @Test
    void plansAsTheServer() throws Exception {
        String database = real.common();
        try (Twin twin = twin(database)) {
            assertThat(twin.notes()).isEmpty();
            for (String sql : RealServer.STATEMENTS) {
                alike(twin.plan(question(sql)), real.plan(database, sql));
            }
        }
    }

    @Test
    void knowsWhetherAPlainIndexServesTheBeginningOfAText() throws Exception {
        String like = "SELECT count(*) FROM customers WHERE email LIKE 'c77%'";
        for (String locale : List.of("C", "C.UTF-8")) {
            String database = locale.equals("C") ? real.common() : real.database(locale);
            try (Twin twin = twin(database)) {
                Plan plan = twin.plan(question(like));
                alike(plan, real.plan(database, like));
                assertThat(shape(plan).contains("customers_email")).isEqualTo(locale.equals("C"));
            }
        }
    }

    @Test
    void plansAfterTheTablesHaveGrown() throws Exception {
        String database = real.database("C");
        real.sql(
                database,
                "INSERT INTO orders SELECT id + 40000, customer_id, status, placed + 200, tags, during"
                        + " FROM orders WHERE id > 36000");
        try (Twin twin = twin(database)) {
            for (String sql : RealServer.STATEMENTS) {
                alike(twin.plan(question(sql)), real.plan(database, sql));
            }
            // rows that no histogram knows of
            String newest = "SELECT * FROM orders WHERE id > 60000";
            alike(twin.plan(question(newest)), real.plan(database, newest));
            assertThat(twin.plan(question(newest)).rows()).isGreaterThan(100);
        }
    }

    @Test
    void plansWithIndexesThatAreNotThere() throws Exception {
        String database = real.database("C");
        try (Twin twin = twin(database)) {
            for (String ddl : RealServer.CANDIDATES) {
                String table = ddl.replaceAll("(?s).* ON public\\.(\\w+).*", "$1");
                ExtraIndex extra = new ExtraIndex(new QualifiedName("public", table), ddl);
                long bytes = twin.bytes(extra);
                real.sql(database, ddl);
                assertThat((double) bytes)
                        .as(ddl)
                        .isCloseTo(real.size(database, "extra"), within(0.15 * bytes + 8192));
                for (String sql : RealServer.STATEMENTS) {
                    alike(
                            twin.plan(question(sql).with(Set.of(extra), NONE)),
                            real.plan(database, sql));
                }
                real.sql(database, "DROP INDEX extra");
            }
            alike(
                    twin.plan(question(RealServer.STATEMENTS.getFirst())),
                    real.plan(database, RealServer.STATEMENTS.getFirst()));
        }
    }

    @Test
    void plansWithoutAnIndexThatIsThere() throws Exception {
        String database = real.database("C");
        String sql = "SELECT * FROM orders WHERE customer_id = 5";
        try (Twin twin = twin(database)) {
            Plan with = twin.plan(question(sql));
            Plan without =
                    twin.plan(
                            question(sql)
                                    .with(
                                            Set.of(),
                                            Set.of(
                                                    new QualifiedName(
                                                            "public", "orders_customer"))));
            assertThat(shape(with)).contains("orders_customer");
            real.sql(database, "DROP INDEX orders_customer");
            alike(without, real.plan(database, sql));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "public.trips (leaves) WHERE leaves < arrives",
                "public.trips (city, region)",
                "public.trips (upper(city), leaves)",
                "public.trips USING hash (region) WHERE leaves < arrives",
                "public.trips USING gist (during)",
                "public.trips USING gin (tags)",
                "public.trips USING spgist (city)"
            })
    void afterAGlanceKnowsHowLargeAnIndexIs(String on) throws Exception {
        if (trips.isEmpty()) {
            trips = real.empty();
            real.sql(trips, TRIPS);
        }
        String ddl = "CREATE INDEX extra ON " + on;
        List<String> asked =
                List.of(
                        "SELECT leaves FROM trips WHERE leaves < arrives ORDER BY leaves",
                        "SELECT count(*) FROM trips WHERE city = 'city17'",
                        "SELECT count(*) FROM trips WHERE tags @> ARRAY['t5']");
        try (Twin twin = twins.open(real.schema(trips), real.snapshot(trips), real.glance(trips))) {
            ExtraIndex extra = new ExtraIndex(new QualifiedName("public", "trips"), ddl);
            double bytes = twin.bytes(extra);
            real.sql(trips, ddl);
            try {
                // before 18 chance decides where equal values go in GiST
                assertThat(bytes).isCloseTo(real.size(trips, "extra"), within(0.1 * bytes + 8192));
                for (String sql : asked) {
                    alike(
                            twin.plan(question(sql).with(Set.of(extra), NONE)),
                            real.plan(trips, sql));
                }
            } finally {
                real.sql(trips, "DROP INDEX extra");
            }
        }
    }

    @Test
    void believesChecksThatItsOwnRowsBreak() throws Exception {
        String database = real.empty();
        real.sql(
                database,
                """
                CREATE TABLE readings (id integer PRIMARY KEY, kind integer NOT NULL, value integer NOT NULL,
                  CONSTRAINT ten CHECK (kind + value = 10), CONSTRAINT few CHECK (kind < 100));
                INSERT INTO readings SELECT i, i % 9, 10 - i % 9 FROM generate_series(1, 10000) i;
                ANALYZE;
                INSERT INTO readings SELECT i, i % 9, 10 - i % 9 FROM generate_series(10001, 12000) i
                """);
        try (Twin twin = twin(database)) {
            assertThat(twin.notes()).isEmpty();
            String newest = "SELECT * FROM readings WHERE id > 11000";
            alike(twin.plan(question(newest)), real.plan(database, newest));
            Map<String, String> believing = Map.of("constraint_exclusion", "on");
            String none = "SELECT * FROM readings WHERE kind = 200";
            assertThat(twin.plan(question(none)).nodeType()).isNotEqualTo("Result");
            assertThat(twin.plan(question(none).under(believing)).nodeType()).isEqualTo("Result");
        }
    }

    @Test
    void hasPartitionsWithTheIndexesTheyHave() throws Exception {
        String database = real.empty();
        real.sql(
                database,
                """
                CREATE TABLE sales (id integer NOT NULL, day date NOT NULL, PRIMARY KEY (id, day))
                  PARTITION BY RANGE (day);
                CREATE TABLE sales_old PARTITION OF sales FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
                CREATE TABLE sales_new PARTITION OF sales FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
                CREATE INDEX sales_day ON sales (day);
                CREATE INDEX sales_new_both ON sales_new (day, id);
                INSERT INTO sales SELECT i, DATE '2023-01-01' + i / 50 FROM generate_series(1, 36000) i;
                ANALYZE
                """);
        try (Twin twin = twin(database)) {
            assertThat(twin.notes()).isEmpty();
            for (String sql :
                    List.of(
                            "SELECT * FROM sales WHERE id = 30000",
                            "SELECT * FROM sales WHERE day = '2023-05-05'",
                            "SELECT count(*) FROM sales WHERE day > '2023-12-01'")) {
                alike(twin.plan(question(sql)), real.plan(database, sql));
            }
        }
    }

    @Test
    void plansForParametersAndForAny() throws Exception {
        String database = real.common();
        String sql = "SELECT * FROM orders WHERE status = $1";
        try (Twin twin = twin(database)) {
            Plan rare = twin.plan(question(sql).with(List.of("lost")));
            Plan any = twin.plan(question(sql));
            alike(rare, real.plan(database, sql.replace("$1", "'lost'")));
            assertThat(any.rows()).isGreaterThan(10 * rare.rows());
        }
    }

    @Test
    void obeysSettings() throws Exception {
        String database = real.database("C");
        real.sql(database, "ALTER DATABASE " + database + " SET random_page_cost = 1.25");
        String sql = "SELECT * FROM orders WHERE id = 7";
        try (Twin twin = twin(database)) {
            alike(twin.plan(question(sql)), real.plan(database, sql));
            Plan off = twin.plan(question(sql).under(Map.of("enable_indexscan", "off")));
            assertThat(off.nodeType()).isEqualTo("Bitmap Heap Scan");
            alike(twin.plan(question(sql)), real.plan(database, sql));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1; DROP TABLE orders",
                "DROP TABLE orders",
                "SELECT * FROM nothing_of_that_name",
                "COPY orders TO '/tmp/stolen'",
                "SELECT * FROM pg_authid WHERE rolname = 'secret'"
            })
    void refusesWithoutQuoting(String sql) throws Exception {
        String database = real.common();
        try (Twin twin = twin(database)) {
            assertThatThrownBy(() -> twin.plan(question(sql)))
                    .isInstanceOf(Refused.class)
                    .message()
                    .doesNotContain("nothing_of_that_name", "stolen", "secret", "orders");
            String still = "SELECT * FROM orders WHERE id = 7";
            alike(twin.plan(question(still)), real.plan(database, still));
        }
    }

    @Test
    void aRoleWithFewRightsGetsWhatItMayRead() throws Exception {
        String database = real.common();
        Snapshot snapshot = real.snapshotOfARoleThatReads(database, "customers");
        assertThat(snapshot.columns())
                .isNotEmpty()
                .allMatch(c -> c.relation().name().startsWith("customers"));
        try (Twin twin = twins.open(real.schema(database), snapshot)) {
            String sql = "SELECT * FROM customers WHERE id = 7";
            alike(twin.plan(question(sql)), real.plan(database, sql));
            String all = "SELECT * FROM orders";
            assertThat(twin.plan(question(all)).rows()).isEqualTo(real.plan(database, all).rows());
        }
    }

    @Test
    void keepsWhatItKnowsToItself() throws Exception {
        String database = real.common();
        Snapshot snapshot = real.snapshot(database);
        Path directory;
        try (TwinServer own = TwinServer.start(major, step -> {});
                Twin twin = own.open(real.schema(database), snapshot)) {
            directory = own.directory();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                    .isEqualTo("rwx------");
            twin.plan(question("SELECT * FROM orders WHERE status = 'literal-of-a-user'"));
            assertThatThrownBy(() -> twin.plan(question("SELECT 'literal-of-a-user'::int")))
                    .isInstanceOf(Refused.class);
            assertThat(Files.readString(directory.resolve("log")))
                    .doesNotContain("literal-of-a-user", "delivered");
            assertThat(snapshot + "" + snapshot.columns() + snapshot.extremes())
                    .doesNotContain("delivered", "customer1@");
        }
        assertThat(directory).doesNotExist();
    }
}

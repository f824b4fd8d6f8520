package io.quern.advisor.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quern.advisor.Proposal;
import io.quern.advisor.Refused;
import io.quern.optimizer.IndexDefinition;
import io.quern.optimizer.QualifiedName;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

class ConcurrentIndexBuilderIT {
    private final FreshDatabase database = new FreshDatabase();

    private final Proposal.NewIndex index =
            new Proposal.NewIndex(
                    new IndexDefinition(
                            new QualifiedName("public", "Orders"),
                            List.of(
                                    new IndexDefinition.Key("customer", false),
                                    new IndexDefinition.Key("at", true))),
                    "quern_0123456789ab",
                    8192);

    @BeforeEach
    void createTable() throws SQLException {
        database.sql(
                "CREATE TABLE \"Orders\" (id int PRIMARY KEY, customer int, at timestamp)",
                "INSERT INTO \"Orders\" SELECT i, i % 100, now()"
                        + " FROM generate_series(1, 20000) i");
    }

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    private ConcurrentIndexBuilder builder(UpstreamDatabases as, Duration age, Duration wait) {
        return new ConcurrentIndexBuilder(
                as,
                new ConcurrentIndexBuilder.Patience(
                        age, wait, Duration.ofMinutes(1), Duration.ofSeconds(20)),
                InstantSource.system());
    }

    private ConcurrentIndexBuilder builder() {
        return builder(database.asSuperuser(), Duration.ofMinutes(5), Duration.ZERO);
    }

    private String found() throws SQLException {
        return database.value(
                "SELECT coalesce(string_agg(c.relname || ' ' || i.indisvalid, ','), 'none')"
                        + " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
                        + " WHERE c.relname LIKE 'quern%'");
    }

    @Test
    void buildsMarksAndDrops() throws Exception {
        ConcurrentIndexBuilder builder = builder();
        assertThat(builder.obstacle(database.name, index)).isEmpty();
        builder.build(database.name, index);
        assertThat(found()).isEqualTo("quern_0123456789ab true");
        assertThat(
                        database.value(
                                "SELECT obj_description('quern_0123456789ab'::regclass,"
                                        + " 'pg_class')"))
                .startsWith("quern: ");
        assertThatThrownBy(() -> builder.build(database.name, index))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("exists");
        builder.drop(database.name, index);
        assertThat(found()).isEqualTo("none");
        builder.drop(database.name, index);
    }

    @Test
    void replacesItsOwnInvalidRemains() throws Exception {
        database.sql(
                "CREATE INDEX quern_0123456789ab ON \"Orders\" (customer)",
                "UPDATE pg_index SET indisvalid = false"
                        + " WHERE indexrelid = 'quern_0123456789ab'::regclass");
        ConcurrentIndexBuilder builder = builder();
        assertThat(builder.leftovers(database.name)).containsExactly("quern_0123456789ab");
        builder.build(database.name, index);
        assertThat(found()).isEqualTo("quern_0123456789ab true");
        assertThat(database.value("SELECT pg_get_indexdef('quern_0123456789ab'::regclass)"))
                .contains("(customer, at DESC)");
        assertThat(builder.leftovers(database.name)).isEmpty();
    }

    @Test
    void neverTouchesWhatIsNotQuerns() throws Exception {
        database.sql("CREATE TABLE other (a int)", "CREATE INDEX quern_0123456789ab ON other (a)");
        ConcurrentIndexBuilder builder = builder();
        builder.drop(database.name, index);
        assertThat(found()).isEqualTo("quern_0123456789ab true");
        assertThatThrownBy(() -> builder.build(database.name, index))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("not Quern's");
        assertThat(found()).isEqualTo("quern_0123456789ab true");
    }

    @Test
    void refusesWhatExistsInOtherWords() throws Exception {
        database.sql("CREATE INDEX mine ON \"Orders\" (customer DESC, \"at\")");
        assertThat(builder().obstacle(database.name, index))
                .contains("the index mine has the same keys already");
        database.sql("DROP INDEX mine", "CREATE INDEX mine ON \"Orders\" (customer, \"at\")");
        assertThat(builder().obstacle(database.name, index)).isEmpty();
    }

    @Test
    void doesNotBeginWhileATransactionHasBeenOpenForLong() throws Exception {
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT * FROM \"Orders\"");
            ConcurrentIndexBuilder builder =
                    builder(database.asSuperuser(), Duration.ZERO, Duration.ofMillis(300));
            assertThatThrownBy(() -> builder.build(database.name, index))
                    .isInstanceOf(Refused.class)
                    .hasMessageContaining("have been open for long")
                    .hasMessageContaining("idle in transaction")
                    .hasMessageNotContaining("SELECT");
            other.rollback();
        }
        assertThat(found()).isEqualTo("none");
    }

    @Test
    void anInterruptedBuildLeavesNothing() throws Exception {
        ConcurrentIndexBuilder builder = builder();
        AtomicReference<Throwable> outcome = new AtomicReference<>();
        AtomicReference<Boolean> interrupted = new AtomicReference<>(false);
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            // a writer elsewhere holds a snapshot: the build waits for it in its last phase
            other.setAutoCommit(false);
            other.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            statement.execute("SELECT 1");
            Thread build =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            builder.build(database.name, index);
                                        } catch (Refused e) {
                                            outcome.set(e);
                                            interrupted.set(Thread.currentThread().isInterrupted());
                                        }
                                    });
            await().atMost(Duration.ofSeconds(30))
                    .until(
                            () ->
                                    builder.progress(database.name, index)
                                            .orElse("")
                                            .contains("old snapshots"));
            assertThat(builder.leftovers(database.name)).isEmpty();
            assertThat(found()).isEqualTo("quern_0123456789ab false");
            build.interrupt();
            assertThat(build.join(Duration.ofSeconds(30))).isTrue();
            other.rollback();
        }
        assertThat(outcome.get()).isInstanceOf(Refused.class).hasMessageContaining("interrupted");
        assertThat(interrupted.get()).isTrue();
        assertThat(found()).isEqualTo("none");
    }

    @Test
    void aBuildThatFailsLeavesNothing() throws Exception {
        database.sql(
                "ALTER TABLE \"Orders\" ADD COLUMN big text",
                "UPDATE \"Orders\" SET big ="
                        + " (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 500) i)"
                        + " WHERE id = 1");
        Proposal.NewIndex tooBig =
                new Proposal.NewIndex(
                        new IndexDefinition(
                                index.definition().table(),
                                List.of(new IndexDefinition.Key("big", false))),
                        "quern_00000000000f",
                        8192);
        assertThatThrownBy(() -> builder().build(database.name, tooBig))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("could not be built");
        assertThat(found()).isEqualTo("none");
    }

    @Test
    void theGrantsItPrintsAreTheOnesThatHelp() throws Exception {
        UpstreamDatabases nobody = database.asNobody();
        String owner = "owner_" + database.name;
        database.sql("CREATE ROLE " + owner, "ALTER TABLE \"Orders\" OWNER TO " + owner);
        ConcurrentIndexBuilder builder = builder(nobody, Duration.ofMinutes(5), Duration.ZERO);
        String first = builder.obstacle(database.name, index).orElseThrow();
        assertThat(first).endsWith("GRANT \"" + owner + "\" TO \"" + database.role + "\";");
        database.sql(first.substring(first.indexOf("GRANT")));
        String second = builder.obstacle(database.name, index).orElseThrow();
        assertThat(second).contains("GRANT CREATE ON SCHEMA \"public\"");
        database.sql(second.substring(second.indexOf("GRANT")));
        assertThat(builder.obstacle(database.name, index)).isEmpty();
        builder.build(database.name, index);
        assertThat(found()).isEqualTo("quern_0123456789ab true");
    }
}

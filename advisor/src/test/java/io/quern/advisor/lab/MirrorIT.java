package io.quern.advisor.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.advisor.copy.SchemaCopies;
import io.quern.advisor.copy.SchemaCopy;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.Context;
import io.quern.optimizer.Index;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Table;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A copy is kept while it tells the truth, and a server while somebody uses it. */
class MirrorIT {
    private static final Table T = Schema.table("t", List.of("id"), "id integer not null");
    private static final Table U = Schema.table("u", List.of(), "id integer");
    private static final AtomicReference<Instant> NOW = new AtomicReference<>(Instant.EPOCH);
    private static final AtomicInteger LAUNCHES = new AtomicInteger();

    private static LabServers servers;

    @BeforeAll
    static void open() {
        servers =
                new LabServers(
                        major -> {
                            LAUNCHES.incrementAndGet();
                            return EmbeddedServer.start(LabServer.options(major), line -> {});
                        },
                        NOW::get);
    }

    @AfterAll
    static void close() {
        servers.close();
    }

    private final SchemaCopies copies = new SchemaCopies();

    private Mirror mirror(Mirrors mirrors, LabServers.Use use, Catalog catalog, String... words)
            throws Exception {
        Context context = new Context(catalog, List.of("first", "public"), "UTC");
        SchemaCopy wanted = copies.of(catalog, context.searchPath(), Set.of(words), List.of());
        return mirrors.of(use, context, wanted, List.of());
    }

    @ParameterizedTest
    @EnumSource(Mirror.Purpose.class)
    void isKeptWhileItAgrees(Mirror.Purpose purpose) throws Exception {
        Mirrors mirrors = new Mirrors(purpose, copies);
        try (LabServers.Use use = servers.use(18)) {
            Mirror first = mirror(mirrors, use, Schema.catalog(T, U), "t");
            assertThat(mirror(mirrors, use, Schema.catalog(T, U), "u", "t")).isSameAs(first);
            assertThat(mirror(mirrors, use, Schema.catalog(T, U), "u")).isSameAs(first);
            Table other = Schema.table("other", List.of(), "id integer");
            assertThat(mirror(mirrors, use, Schema.catalog(T, U, other), "other")).isSameAs(first);
        } finally {
            mirrors.drop();
        }
    }

    @ParameterizedTest
    @EnumSource(Mirror.Purpose.class)
    void aTableThatChangedIsSeen(Mirror.Purpose purpose) throws Exception {
        Table changed = Schema.table("t", List.of("id"), "id integer not null", "more text");
        assertRenewed(purpose, Schema.catalog(T, U), Schema.catalog(changed, U), "t");
    }

    /** Unique no longer, it may have rows that it could not have. */
    @ParameterizedTest
    @EnumSource(Mirror.Purpose.class)
    void aKeyThatIsGoneIsSeen(Mirror.Purpose purpose) throws Exception {
        Table without = Schema.table("t", List.of(), "id integer not null");
        assertRenewed(purpose, Schema.catalog(T), Schema.catalog(without), "t");
    }

    @ParameterizedTest
    @EnumSource(Mirror.Purpose.class)
    void anotherKeyIsSeen(Mirror.Purpose purpose) throws Exception {
        Catalog before = Schema.catalog(Schema.table("t", List.of("id"), "id integer", "x text"));
        Catalog after = Schema.catalog(Schema.table("t", List.of("x"), "id integer", "x text"));
        assertRenewed(purpose, before, after, "t");
    }

    /** A table that is gone would hide one of its name in a later schema. */
    @ParameterizedTest
    @EnumSource(Mirror.Purpose.class)
    void aTableThatIsGoneIsSeen(Mirror.Purpose purpose) throws Exception {
        Table hiding = moved(U, "first");
        assertRenewed(purpose, Schema.catalog(hiding, T), Schema.catalog(U, T), "u");
        assertRenewed(purpose, Schema.catalog(hiding, T), Schema.catalog(T), "u");
    }

    private static Table moved(Table table, String schema) {
        return new Table(
                table.oid(),
                new QualifiedName(schema, table.name().name()),
                table.kind(),
                table.columns(),
                List.<Index>of(),
                table.foreignKeys(),
                table.checks(),
                table.extendedStatistics(),
                table.view(),
                table.inheritance(),
                table.security(),
                table.triggers(),
                table.subscribed(),
                table.storage());
    }

    private void assertRenewed(
            Mirror.Purpose purpose, Catalog before, Catalog after, String... words)
            throws Exception {
        Mirrors mirrors = new Mirrors(purpose, copies);
        try (LabServers.Use use = servers.use(18)) {
            Mirror first = mirror(mirrors, use, before, words);
            Mirror second = mirror(mirrors, use, after, words);
            assertThat(second).isNotSameAs(first);
            assertThat(mirror(mirrors, use, after, words)).isSameAs(second);
            assertThat(databases(use.server())).as("the first is dropped").hasSize(1);
        } finally {
            mirrors.drop();
        }
    }

    @Test
    void thoseOfTheDatabasesWantedLastAreKept() throws Exception {
        Mirrors mirrors = new Mirrors(Mirror.Purpose.READING, copies);
        try (LabServers.Use use = servers.use(18)) {
            Mirror first = mirror(mirrors, use, named("d0"), "t");
            for (int i = 1; i < 5; i++) {
                mirror(mirrors, use, named("d" + i), "t");
                assertThat(mirror(mirrors, use, named("d0"), "t")).isSameAs(first);
            }
            assertThat(databases(use.server())).hasSize(3);
        } finally {
            mirrors.drop();
        }
    }

    private static Catalog named(String database) {
        return new Catalog(database, 180_000, List.of(T));
    }

    private static List<String> databases(LabServer server) throws Exception {
        List<String> names = new ArrayList<>();
        try (LabServer.Database probe = server.open();
                var statement = probe.keeper().createStatement();
                var row =
                        statement.executeQuery(
                                "SELECT datname FROM pg_database WHERE datname LIKE 'arena%'"
                                        + " AND datname <> current_database()")) {
            while (row.next()) {
                names.add(row.getString(1));
            }
        }
        return names;
    }

    @Test
    void aServerThatNobodyUsesEndsAndStartsAgain() throws Exception {
        Mirrors mirrors = new Mirrors(Mirror.Purpose.READING, copies);
        Mirror before;
        try (LabServers.Use use = servers.use(18)) {
            before = mirror(mirrors, use, Schema.catalog(T), "t");
            pass(LabServers.IDLE.multipliedBy(2));
            servers.endIdle();
            assertThat(servers.running()).as("in use").isEqualTo(1);
        }
        pass(LabServers.IDLE.minusSeconds(1));
        servers.endIdle();
        assertThat(servers.running()).as("used lately").isEqualTo(1);
        pass(Duration.ofSeconds(1));
        servers.endIdle();
        assertThat(servers.running()).isZero();
        assertThat(before.database().server().answers()).isFalse();
        int launches = LAUNCHES.get();
        try (LabServers.Use use = servers.use(18)) {
            assertThat(mirror(mirrors, use, Schema.catalog(T), "t")).isNotSameAs(before);
        }
        assertThat(LAUNCHES).hasValue(launches + 1);
        mirrors.drop();
    }

    private static void pass(Duration time) {
        NOW.updateAndGet(instant -> instant.plus(time));
    }
}

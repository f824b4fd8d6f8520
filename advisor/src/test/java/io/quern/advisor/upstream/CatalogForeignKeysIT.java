package io.quern.advisor.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.optimizer.Check;
import io.quern.optimizer.ForeignKey;
import io.quern.optimizer.Index;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Table;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;

/** Foreign keys as the catalog tells them, and all that lets a row past one. */
class CatalogForeignKeysIT {
    private final FreshDatabase database = new FreshDatabase();
    private final CatalogLoader loader = new CatalogLoader(database.asSuperuser());

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    private Table table(String name) {
        return loader.load(database.name)
                .catalog()
                .table(new QualifiedName("public", name))
                .orElseThrow();
    }

    private ForeignKey foreignKey(String table) {
        List<ForeignKey> all = table(table).foreignKeys();
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    private static QualifiedName name(String name) {
        return new QualifiedName("public", name);
    }

    @Test
    void readsForeignKeysInFull() throws Exception {
        database.sql(
                "CREATE TABLE p (x int, y int, PRIMARY KEY (y, x))",
                "CREATE TABLE c (a int, b int,"
                        + " CONSTRAINT fk FOREIGN KEY (a, b) REFERENCES p (x, y) MATCH FULL)");
        ForeignKey fk = foreignKey("c");
        assertThat(fk)
                .isEqualTo(
                        new ForeignKey(
                                "fk",
                                List.of("a", "b"),
                                name("p"),
                                List.of("x", "y"),
                                ForeignKey.Match.FULL,
                                true,
                                true,
                                true,
                                false,
                                true,
                                false));
        assertThat(fk.holds()).isTrue();
        assertThat(table("p").foreignKeys()).isEmpty();
    }

    @Test
    void aForeignKeyThatRowsMayViolateDoesNotHold() throws Exception {
        database.sql(
                "CREATE TABLE p (id int PRIMARY KEY)",
                "CREATE TABLE late (a int REFERENCES p DEFERRABLE)",
                "CREATE TABLE unseen (a int)",
                "INSERT INTO unseen VALUES (7)",
                "ALTER TABLE unseen ADD FOREIGN KEY (a) REFERENCES p NOT VALID",
                "CREATE TABLE asleep (a int REFERENCES p)",
                "ALTER TABLE asleep DISABLE TRIGGER ALL",
                "CREATE TABLE replica (a int REFERENCES p)");
        database.sql(
                """
                DO $$ DECLARE t text; BEGIN
                  SELECT tgname INTO t FROM pg_trigger
                  WHERE tgrelid = 'replica'::regclass ORDER BY tgname LIMIT 1;
                  EXECUTE format('ALTER TABLE replica ENABLE REPLICA TRIGGER %I', t);
                END $$
                """);
        assertThat(foreignKey("late").deferrable()).isTrue();
        assertThat(foreignKey("unseen").validated()).isFalse();
        assertThat(foreignKey("asleep").triggersEnabled()).isFalse();
        assertThat(foreignKey("replica").triggersEnabled()).isFalse();
        for (String table : List.of("late", "unseen", "asleep", "replica")) {
            assertThat(foreignKey(table).holds()).as(table).isFalse();
        }
        database.sql("ALTER TABLE asleep ENABLE TRIGGER ALL");
        assertThat(foreignKey("asleep").holds()).isTrue();
        database.sql("ALTER TABLE p DISABLE TRIGGER ALL");
        assertThat(foreignKey("asleep").holds()).as("the referenced side sleeps").isFalse();
    }

    @Test
    void whatIsNotEnforcedOrOverlapsHoldsNothing() throws Exception {
        if (database.major() < 18) {
            return;
        }
        database.sql(
                "CREATE EXTENSION btree_gist",
                "CREATE TABLE p (id int PRIMARY KEY)",
                "CREATE TABLE c (a int, CONSTRAINT fk FOREIGN KEY (a) REFERENCES p NOT ENFORCED,"
                        + " CONSTRAINT positive CHECK (a > 0) NOT ENFORCED)",
                "CREATE TABLE rooms (id int, during tsrange,"
                        + " PRIMARY KEY (id, during WITHOUT OVERLAPS))",
                "CREATE TABLE stays (room int, during tsrange, FOREIGN KEY (room, PERIOD during)"
                        + " REFERENCES rooms (id, PERIOD during))");
        assertThat(foreignKey("c").enforced()).isFalse();
        assertThat(foreignKey("c").holds()).isFalse();
        assertThat(table("c").checks())
                .containsExactly(new Check("positive", "(a > 0)", false, false, false));
        Table rooms = table("rooms");
        Index key = rooms.indexes().getFirst();
        assertThat(key.temporal() && key.unique() && key.primary()).isTrue();
        assertThat(rooms.keys()).isEmpty();
        assertThat(foreignKey("stays").temporal()).isTrue();
        assertThat(foreignKey("stays").holds()).isFalse();
    }

    @Test
    void aForeignKeyBetweenPartitionedTablesIsOnlyWhatWasDeclared() throws Exception {
        database.sql(
                "CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20)",
                "CREATE TABLE c (a int REFERENCES p) PARTITION BY LIST (a)",
                "CREATE TABLE c1 PARTITION OF c FOR VALUES IN (1, 11)",
                "CREATE TABLE p3 PARTITION OF p FOR VALUES FROM (20) TO (30)");
        assertThat(foreignKey("c").referencedTable()).isEqualTo(name("p"));
        assertThat(foreignKey("c1").referencedTable()).isEqualTo(name("p"));
        assertThat(foreignKey("c").holds() && foreignKey("c1").holds()).isTrue();
        database.sql("ALTER TABLE p2 DISABLE TRIGGER ALL");
        assertThat(foreignKey("c").holds()).as("p2 lets referenced rows go").isFalse();
        assertThat(foreignKey("c1").holds()).isFalse();
        database.sql("ALTER TABLE p2 ENABLE TRIGGER ALL", "ALTER TABLE c1 DISABLE TRIGGER ALL");
        assertThat(foreignKey("c").holds()).as("c1 takes any row").isFalse();
    }
}

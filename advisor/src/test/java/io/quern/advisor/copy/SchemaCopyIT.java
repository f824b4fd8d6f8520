package io.quern.advisor.copy;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.optimizer.Catalog;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Copies a schema with an object of every kind and compares the two catalogs line by line. */
class SchemaCopyIT {
    private static Catalog rich;

    @BeforeAll
    static void load() throws Exception {
        rich = Original.empty().sql(Original.rich()).catalog();
    }

    @Test
    void theCopyHasEveryObjectOfTheOriginal() throws Exception {
        Original copy = Original.empty();
        Map<String, String> failed = copy.make(SchemaCopy.whole(rich).parts());
        assertThat(failed)
                .containsOnlyKeys(
                        "function public.odd(x integer)", "function public.safe(x integer)");
        List<String> expected = Inventory.of(rich);
        List<String> found = Inventory.of(copy.catalog());
        // what stands in for them is written otherwise
        expected.removeIf(line -> line.contains("public.odd(") || line.contains("public.safe("));
        found.removeIf(line -> line.contains("public.odd(") || line.contains("public.safe("));
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void aStandInPromisesWhatTheFunctionDoesAndFails() throws Exception {
        Original copy = Original.empty();
        copy.make(SchemaCopy.whole(rich).parts());
        try (var connection = copy.connect();
                var statement = connection.createStatement()) {
            try (var row =
                    statement.executeQuery(
                            "SELECT provolatile::text || proleakproof FROM pg_proc"
                                    + " WHERE proname = 'odd'")) {
                row.next();
                assertThat(row.getString(1)).isEqualTo("strue");
            }
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () -> statement.execute("SELECT public.odd(1)"))
                    .hasMessageContaining("not copied");
        }
    }

    @Test
    void foreignDefinitionsOwnNothingButThemselves() throws Exception {
        Original copy = Original.empty();
        copy.make(SchemaCopy.whole(rich).parts());
        try (var connection = copy.connect();
                var statement = connection.createStatement();
                var row =
                        statement.executeQuery(
                                "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid ="
                                        + " c.relowner WHERE c.relkind = 'v' AND"
                                        + " c.relnamespace = 'public'::regnamespace AND"
                                        + " r.rolsuper")) {
            row.next();
            assertThat(row.getInt(1)).isZero();
        }
    }

    @Test
    void whatAStatementNamesIsCopiedWithAllThatItIsMadeOf() throws Exception {
        SchemaCopy part = SchemaCopy.of(rich, List.of("public"), Set.of("a_last"), List.of());
        assertThat(part.tables())
                .extracting(t -> t.name().name())
                .containsExactlyInAnyOrder("people", "orders");
        assertThat(Original.empty().make(part.parts())).isEmpty();
        SchemaCopy types = SchemaCopy.of(rich, List.of("public"), Set.of("<<#"), List.of());
        assertThat(types.tables()).isEmpty();
        assertThat(Original.empty().make(types.parts())).isEmpty();
    }

    @Test
    void aPartitionIsCopiedBelowItsParentIfBothAreNamed() throws Exception {
        SchemaCopy part =
                SchemaCopy.of(rich, List.of("My Shop"), Set.of("orders", "orders_23"), List.of());
        assertThat(part.tables()).extracting(t -> t.name().name()).contains("orders_23");
        assertThat(part.tables()).extracting(t -> t.name().name()).doesNotContain("orders");
        assertThat(Original.empty().make(part.parts())).isEmpty();
    }

    @Test
    void whatCannotBeCopiedTaintsWhatNeedsItAndNothingElse() throws Exception {
        Original original =
                Original.empty()
                        .sql(
                                """
                                CREATE TYPE bad;
                                CREATE FUNCTION bad_in(cstring) RETURNS bad LANGUAGE internal
                                  IMMUTABLE STRICT AS 'boolin';
                                CREATE FUNCTION bad_out(bad) RETURNS cstring LANGUAGE internal
                                  IMMUTABLE STRICT AS 'boolout';
                                CREATE TYPE bad (INPUT = bad_in, OUTPUT = bad_out,
                                  INTERNALLENGTH = 1, PASSEDBYVALUE, ALIGNMENT = char);
                                CREATE FUNCTION deep(x int) RETURNS int LANGUAGE plpgsql
                                  IMMUTABLE AS 'BEGIN RETURN x; END';
                                CREATE FUNCTION over_deep(x int) RETURNS int LANGUAGE sql
                                  IMMUTABLE RETURN deep(x);
                                CREATE TABLE fine (id int PRIMARY KEY, x int CHECK (deep(x) > 0));
                                CREATE INDEX fine_deep ON fine (deep(x));
                                CREATE TABLE spoilt (id int PRIMARY KEY, b bad);
                                CREATE TABLE hidden (id int);
                                ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;
                                CREATE VIEW good AS SELECT id FROM fine;
                                CREATE VIEW asks AS SELECT over_deep(id) AS d FROM fine;
                                CREATE VIEW over_asks AS SELECT d FROM asks;
                                CREATE VIEW spoilt_view AS SELECT id FROM spoilt;
                                CREATE VIEW hidden_view AS SELECT id FROM hidden;
                                """);
        SchemaCopy whole = SchemaCopy.whole(original.catalog());
        Original copy = Original.empty();
        Map<String, String> failed = new TreeMap<>(copy.make(whole.parts()));
        assertThat(failed)
                .containsOnlyKeys(
                        "check fine_x_check of public.fine",
                        "function public.bad_in(cstring)",
                        "function public.bad_out(public.bad)",
                        "function public.deep(x integer)",
                        "function public.over_deep(x integer)",
                        "index fine_deep of public.fine",
                        "index spoilt_pkey of public.spoilt",
                        "relation public.asks",
                        "relation public.hidden",
                        "relation public.hidden_view",
                        "relation public.over_asks",
                        "relation public.spoilt",
                        "relation public.spoilt_view",
                        "type public.bad");
        assertThat(failed.get("relation public.over_asks"))
                .contains("function public.deep(x integer) is not copied")
                .contains("plpgsql");
        assertThat(failed.get("relation public.hidden_view")).contains("row-level security");
        assertThat(whole.tainted()).doesNotContainKey("relation public.fine");
        assertThat(whole.omitted()).containsKey("index fine_deep of public.fine");
    }
}

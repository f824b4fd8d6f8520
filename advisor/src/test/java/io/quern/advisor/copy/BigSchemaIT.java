package io.quern.advisor.copy;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.optimizer.Catalog;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/** A schema as large as production's is copied within half a minute. */
class BigSchemaIT {
    private static final int STATEMENTS = 200;

    private static final String SCHEMA =
            """
            DO $$ BEGIN
            FOR i IN 1..50 LOOP
              EXECUTE format('CREATE TYPE e%s AS ENUM (''a'', ''b'', ''c'')', i);
              EXECUTE format('CREATE FUNCTION f%s(x int) RETURNS int LANGUAGE sql IMMUTABLE'
                ' AS ''SELECT x + %s''', i, i);
            END LOOP;
            FOR i IN 1..400 LOOP
              EXECUTE format('CREATE TABLE t%s (id serial PRIMARY KEY, parent int %s,'
                ' kind e%s NOT NULL DEFAULT ''a'', name text NOT NULL, at timestamptz,'
                ' total numeric(10,2) CHECK (total >= 0), note text)', i,
                CASE WHEN i > 1 THEN 'REFERENCES t' || i - 1 ELSE '' END, 1 + i % 50);
              EXECUTE format('CREATE INDEX ON t%1$s (parent); CREATE INDEX ON t%1$s (name, at);'
                ' CREATE INDEX ON t%1$s (at DESC) WHERE kind = ''b'';'
                ' CREATE INDEX ON t%1$s (lower(note))', i);
            END LOOP;
            FOR i IN 1..10 LOOP
              EXECUTE format('CREATE TABLE p%s (id bigint, at date NOT NULL, PRIMARY KEY (id, at))'
                ' PARTITION BY RANGE (at)', i);
              FOR j IN 1..9 LOOP
                EXECUTE format('CREATE TABLE p%1$s_%2$s PARTITION OF p%1$s'
                  ' FOR VALUES FROM (''202%2$s-01-01'') TO (''202%2$s-12-31'')', i, j);
              END LOOP;
            END LOOP;
            FOR i IN 1..60 LOOP
              EXECUTE format('CREATE VIEW v%1$s AS SELECT t.id, f%2$s(t.id) AS f, u.name FROM t%1$s t'
                ' JOIN %3$s u ON u.id = t.parent', i, 1 + i % 50,
                CASE WHEN i > 1 THEN 'v' || i - 1 ELSE 't400' END);
            END LOOP;
            END $$
            """;

    @Test
    void fiveHundredTablesAndTwoThousandIndexesTakeSeconds() throws Exception {
        Original original = Original.empty().sql(SCHEMA);
        long start = System.nanoTime();
        Catalog catalog = original.catalog();
        long loaded = System.nanoTime();
        SchemaCopy copy = SchemaCopy.whole(catalog);
        long planned = System.nanoTime();
        for (int i = 0; i < STATEMENTS; i++) {
            Set<String> words = Set.of("select", "v" + (1 + i % 9), "t" + (1 + i % 400), "f7");
            assertThat(SchemaCopy.of(catalog, List.of("public"), words, List.of()).tables())
                    .isNotEmpty();
        }
        double each = (System.nanoTime() - planned) / 1e6 / STATEMENTS;
        System.out.printf("schema copy: the part of a statement is planned in %.2f ms%n", each);
        long before = System.nanoTime();
        Original there = Original.empty();
        assertThat(there.make(copy.parts())).isEmpty();
        long made = System.nanoTime();
        System.out.printf(
                "schema copy: %d tables, %d indexes, %d parts: loaded in %.1f s, planned in %.1f s,"
                        + " made in %.1f s%n",
                catalog.tables().size(),
                catalog.tables().stream().mapToInt(t -> t.indexes().size()).sum(),
                copy.parts().size(),
                (loaded - start) / 1e9,
                (planned - loaded) / 1e9,
                (made - before) / 1e9);
        assertThat(catalog.tables().size()).isGreaterThanOrEqualTo(500);
        assertThat(Duration.ofNanos(made - before + planned - start))
                .isLessThan(Duration.ofSeconds(30));
        assertThat(Inventory.of(there.catalog())).isEqualTo(Inventory.of(catalog));
        assertThat(List.copyOf(copy.tainted().values())).isEmpty();
    }
}

package io.quern.advisor.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.advisor.Lab.Outcome;
import io.quern.advisor.copy.Original;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.Context;
import io.quern.optimizer.Statement;
import io.quern.optimizer.catalog.ParseAnalyzer.Analyzed;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/** A schema as large as production's is no reason to wait for the lab. */
class BigSchemaLabIT {
    private static final int STATEMENTS = 40;
    private static final Budget ONE = new Budget(Duration.ofSeconds(3), 1, 7);

    @Test
    void statementsOverFewTablesAreReadAndTriedAtOnce() throws Exception {
        Catalog catalog = Original.empty().sql(Original.BIG).catalog();
        Context context = new Context(catalog, List.of("public"), "UTC");
        try (EquivalenceLab lab = new EquivalenceLab(ONE, InstantSource.system())) {
            Consumer<String> read =
                    sql ->
                            assertThat(lab.analyzer().analyze(statement(sql), context))
                                    .isInstanceOf(Analyzed.class);
            Consumer<String> refute =
                    sql ->
                            assertThat(
                                            lab.refute(context, statement(sql), statement(sql))
                                                    .outcome())
                                    .isEqualTo(Outcome.NO_COUNTEREXAMPLE);
            print("first reading", 1, read);
            double fresh = print("reading, other tables each time", STATEMENTS, read);
            double again = print("reading, the same tables", STATEMENTS, read);
            print("first refutation", 1, refute);
            print("refutation, other tables each time", STATEMENTS, refute);
            double tried = print("refutation, the same tables", STATEMENTS, refute);
            assertThat(fresh).isLessThan(500);
            assertThat(again).isLessThan(50);
            assertThat(tried).isLessThan(500);
        }
    }

    private static double print(String what, int times, Consumer<String> act) {
        long start = System.nanoTime();
        for (int i = 1; i <= times; i++) {
            act.accept(
                    "SELECT t.id, u.name FROM t"
                            + i
                            + " t JOIN t"
                            + (i + 100)
                            + " u ON u.parent = t.id WHERE t.kind = 'a' AND f7(t.id) > 3");
        }
        double each = (System.nanoTime() - start) / 1e6 / times;
        System.out.printf("lab on a large schema: %s: %.1f ms%n", what, each);
        return each;
    }

    private static Statement statement(String sql) {
        return new Statement(sql, List.of());
    }
}

package io.quern.bench.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.bench.lab.RulePage.Case;
import io.quern.bench.lab.RulePage.Heading;

import org.junit.jupiter.api.Test;

import java.util.List;

final class RulePageTest {
    private static final String TEXT =
            """
            -- schema
            CREATE TABLE t (a int);
            -- fires
            -- with int4 7
            -- for c: a | b
            -- for d: x
            SELECT {c}{d} -- as it is
            FROM t
            -- becomes
            SELECT 1
            -- ignores
            SELECT 2
            -- schema
            CREATE TABLE u (a int);
            -- refuted nullable may-fail
            -- path strict, public
            -- set timezone = '{zone}'
            -- for zone: Europe/Berlin
            SELECT 3
            -- declines! subquery
            SELECT 4
            -- declines value
            SELECT 5
            """;

    @Test
    void readsWhatSomethingIsMadeOf() {
        RulePage page = RulePage.of("AnyRule", TEXT);
        assertThat(page.schema()).isEqualTo("CREATE TABLE t (a int);\nCREATE TABLE u (a int);\n");
        assertThat(page.cases())
                .containsExactly(
                        fires("SELECT ax -- as it is\nFROM t"),
                        fires("SELECT bx -- as it is\nFROM t"),
                        new Case(
                                15,
                                Heading.REFUTED,
                                List.of("nullable", "may-fail"),
                                "SELECT 3",
                                List.of(),
                                List.of("strict", "public"),
                                "Europe/Berlin"),
                        new Case(
                                22,
                                Heading.DECLINES,
                                List.of("value"),
                                "SELECT 5",
                                List.of(),
                                List.of("public"),
                                "UTC"));
    }

    private static Case fires(String sql) {
        return new Case(
                3, Heading.FIRES, List.of(), sql, List.of("int4"), List.of("public"), "UTC");
    }

    @Test
    void everyRuleHasAPageWithSomethingThatItMakes() throws Exception {
        assertThat(Rewrites.pages().keySet())
                .allSatisfy(
                        page ->
                                assertThat(page.cases())
                                        .as(page.name())
                                        .extracting(Case::heading)
                                        .contains(Heading.FIRES));
    }
}

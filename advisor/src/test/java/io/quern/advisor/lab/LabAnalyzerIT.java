package io.quern.advisor.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.optimizer.Analysis;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.Context;
import io.quern.optimizer.Refusal;
import io.quern.optimizer.Statement;
import io.quern.optimizer.catalog.ParseAnalyzer;
import io.quern.optimizer.rewrite.Rewriter;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.time.InstantSource;
import java.util.List;

final class LabAnalyzerIT {
    private static final Catalog T =
            Schema.catalog(
                    Schema.table(
                            "t",
                            List.of("id"),
                            "id integer not null",
                            "at timestamp without time zone"));

    private static EquivalenceLab lab;

    @BeforeAll
    static void start() {
        lab = new EquivalenceLab(Budget.DEFAULT, InstantSource.system());
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    private static ParseAnalyzer.Answer read(Catalog catalog, String sql, Integer... types) {
        return lab.analyzer()
                .analyze(
                        new Statement(sql, List.of(types)),
                        new Context(catalog, List.of("public"), "UTC"));
    }

    private static ParseAnalyzer.Analyzed tree(Catalog catalog, String sql, Integer... types) {
        assertThat(read(catalog, sql, types)).isInstanceOf(ParseAnalyzer.Analyzed.class);
        return (ParseAnalyzer.Analyzed) read(catalog, sql, types);
    }

    @Test
    void showsHowPostgresReadsAStatement() {
        assertThat(tree(T, "SELECT 1 FROM t WHERE at = '2024-01-01'").tree())
                .contains(":opno 2060");
        // int4 against a parameter that the client declared as int8
        assertThat(tree(T, "SELECT 1 FROM t WHERE id = $1", 20).tree()).contains(":opno 15 ");
    }

    @Test
    void findsRewrites() {
        Analysis analysis =
                new Rewriter(lab.analyzer())
                        .analyse(
                                new Statement(
                                        "SELECT 1 FROM t WHERE date_trunc('day', at) = $1",
                                        List.of(1114)),
                                new Context(T, List.of("public"), "UTC"));
        assertThat(analysis.candidates()).isNotEmpty();
    }

    @Test
    void seesATableThatHasChanged() {
        Catalog before = Schema.catalog(Schema.table("c", List.of(), "id integer"));
        Catalog after = Schema.catalog(Schema.table("c", List.of(), "id integer", "more text"));
        assertThat(read(before, "SELECT more FROM c")).isInstanceOf(ParseAnalyzer.Unread.class);
        assertThat(read(after, "SELECT more FROM c")).isInstanceOf(ParseAnalyzer.Analyzed.class);
        assertThat(read(before, "SELECT more FROM c")).isInstanceOf(ParseAnalyzer.Unread.class);
    }

    @Test
    void saysWhatItDoesNotAcceptWithoutLiterals() {
        assertThat(read(T, "SELECT nothing FROM t WHERE id = 4711"))
                .isEqualTo(
                        new ParseAnalyzer.Unread(
                                "the lab's PostgreSQL does not accept the statement: ERROR: column"
                                        + " \"nothing\" does not exist"));
        assertThat(read(T, "SELECT 1 FROM t WHERE id = 'secret'"))
                .isEqualTo(
                        new ParseAnalyzer.Unread(
                                "the lab's PostgreSQL does not accept the statement: SQLSTATE"
                                        + " 22P02"));
    }

    @Test
    void isUnavailableOnceClosed() {
        EquivalenceLab other = new EquivalenceLab(Budget.DEFAULT, InstantSource.system());
        other.close();
        Analysis analysis =
                new Rewriter(other.analyzer())
                        .analyse(
                                new Statement("SELECT 1", List.of()),
                                new Context(Schema.catalog(), List.of("public"), "UTC"));
        assertThat(analysis.refusals())
                .extracting(Refusal::code)
                .containsExactly(Rewriter.UNAVAILABLE);
    }
}

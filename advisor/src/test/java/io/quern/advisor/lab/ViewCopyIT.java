package io.quern.advisor.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.advisor.Lab.Outcome;
import io.quern.advisor.Lab.Verdict;
import io.quern.advisor.copy.Original;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.Context;
import io.quern.optimizer.Statement;
import io.quern.optimizer.catalog.ParseAnalyzer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Statements over views, read and tried in the lab. */
class ViewCopyIT {
    private static EquivalenceLab lab;
    private static Catalog catalog;

    @BeforeAll
    static void start() throws Exception {
        catalog =
                Original.empty()
                        .sql(
                                """
                                CREATE SCHEMA box;
                                CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL);
                                CREATE TABLE box.old_mail (id int PRIMARY KEY, person int, subject text);
                                CREATE TABLE box.new_mail (id int PRIMARY KEY, person int, subject text);
                                CREATE TABLE secret (id int);
                                ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
                                CREATE VIEW a_mail AS SELECT id, person, subject FROM box.old_mail
                                  UNION SELECT id, person, subject FROM box.new_mail;
                                CREATE VIEW "A Mail" ("the id", person) WITH (security_barrier) AS
                                  SELECT id, person FROM a_mail WHERE subject = 'hello';
                                CREATE VIEW secrets AS SELECT id FROM secret;
                                """)
                        .catalog();
        lab =
                new EquivalenceLab(
                        new Budget(Duration.ofSeconds(5), 3_000, 7), InstantSource.system());
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    private static Context context() {
        return new Context(catalog, List.of("public"), "UTC");
    }

    private static Verdict refute(String before, String after) {
        return lab.refute(
                context(), new Statement(before, List.of()), new Statement(after, List.of()));
    }

    @Test
    void aStatementOverAViewOfAViewIsRead() {
        for (String sql : List.of("SELECT \"the id\" FROM \"A Mail\"", "TABLE a_mail")) {
            assertThat(lab.analyzer().analyze(new Statement(sql, List.of()), context()))
                    .isInstanceOf(ParseAnalyzer.Analyzed.class);
        }
    }

    @Test
    void theTablesOfAViewAreFilled() {
        Verdict verdict =
                refute(
                        "SELECT \"the id\" FROM \"A Mail\"",
                        "SELECT \"the id\" FROM \"A Mail\" WHERE person > 0");
        assertThat(verdict.outcome()).isEqualTo(Outcome.COUNTEREXAMPLE);
        assertThat(verdict.counterexample().orElseThrow().text())
                .contains("hello")
                .contains("\"box\".");
    }

    @Test
    void aRewriteOfAViewIsNotRefutedForNothing() {
        assertThat(
                        refute(
                                        "SELECT p.name, m.subject FROM people p"
                                                + " JOIN a_mail m ON m.person = p.id",
                                        "SELECT p.name, m.subject FROM people p JOIN LATERAL"
                                                + " (SELECT * FROM a_mail m WHERE m.person = p.id"
                                                + " OFFSET 0) m ON true")
                                .outcome())
                .isEqualTo(Outcome.NO_COUNTEREXAMPLE);
    }

    @Test
    void aViewOfWhatCannotBeCopiedTaints() {
        Verdict verdict = refute("SELECT id FROM secrets", "SELECT id FROM secrets WHERE true");
        assertThat(verdict.outcome()).isEqualTo(Outcome.UNSUPPORTED);
        assertThat(verdict.reason())
                .contains("relation public.secrets needs what is not copied")
                .contains("public.secret has row-level security");
    }
}

package io.quern.bench.rewrites;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.bench.result.RewriteResult.Row;
import io.quern.bench.result.RewriteResult.Rows;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class CourseIT {
    private static final Case GOOD =
            new Case(
                    "01",
                    "good",
                    false,
                    "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2)",
                    "SELECT id FROM t",
                    "SELECT id FROM t ORDER BY id");

    @Test
    void aCaseThatFailsHurtsNoOther() throws Exception {
        Case noTable = new Case("02", "no table", false, "", "SELECT id FROM t", "SELECT 1");
        Case noSchema = new Case("03", "no schema", false, "CREATE", "SELECT 1", "SELECT 1");
        try (Course course =
                Course.start(new Course.Terms(1, true, Duration.ofMinutes(1)), line -> {})) {
            assertThat(course.row(noTable).failure()).contains("relation \"t\" does not exist");
            assertGood(course.row(GOOD));
            assertThat(course.row(noSchema).failure()).contains("syntax error");
            assertGood(course.row(GOOD));
        }
    }

    private static void assertGood(Row row) {
        assertThat(row.failure()).isEmpty();
        assertThat(row.original()).isNotNull();
        assertThat(row.byHand())
                .isNotNull()
                .satisfies(f -> assertThat(f.rows()).isEqualTo(Rows.SAME));
    }
}

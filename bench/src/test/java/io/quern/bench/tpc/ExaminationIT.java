package io.quern.bench.tpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.bench.result.RewriteResult.Rows;
import io.quern.bench.result.TpcResult.Row;
import io.quern.optimizer.Context;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class ExaminationIT {
    private static final double SMALLEST = 0.01;

    @Test
    void whatIsFoundIsRunAndAFailureHurtsNoOther() throws Exception {
        var distinct =
                new Query("h90", "SELECT DISTINCT n_nationkey, n_name FROM nation ORDER BY 1");
        try (Examination examination = Examination.start(1, Duration.ofMinutes(1), line -> {})) {
            Context context = examination.load(new TpcH(), SMALLEST);
            assertThat(context.catalog().tables()).hasSize(8);
            Row good = examination.row(distinct, context);
            assertThat(good.failure()).isEmpty();
            assertThat(good.original()).isNotNull();
            assertThat(good.rewrites())
                    .isNotEmpty()
                    .allSatisfy(r -> assertThat(r.form().rows()).isEqualTo(Rows.SAME));
            Row unparsed = examination.row(new Query("h91", "SELECT FROM WHERE"), context);
            assertThat(unparsed.parsed()).isFalse();
            Row unknown = examination.row(new Query("h92", "SELECT x FROM y"), context);
            assertThat(unknown.parsed()).isTrue();
            assertThat(unknown.resolved()).isFalse();
            assertThat(unknown.failure()).isNotEmpty();
        }
    }
}

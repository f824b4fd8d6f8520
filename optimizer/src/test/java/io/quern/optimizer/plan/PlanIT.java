package io.quern.optimizer.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quern.optimizer.PostgresServer;

import org.junit.jupiter.api.Test;

import java.sql.SQLException;

final class PlanIT {
    @Test
    void readsAndRendersWithoutLiterals() throws SQLException {
        PostgresServer server = PostgresServer.shared();
        try (var c = server.connect(server.createDatabase());
                var s = c.createStatement()) {
            s.execute("CREATE TABLE t (id int PRIMARY KEY, name text)");
            s.execute("SET enable_seqscan = off");
            try (var rows =
                    s.executeQuery(
                            "EXPLAIN (FORMAT JSON) SELECT * FROM t WHERE id = 4711 AND name = 'hush'")) {
                rows.next();
                Plan plan = Plan.parse(rows.getString(1));
                assertThat(plan.nodeType()).contains("Scan");
                assertThat(plan.relation()).contains("t");
                assertThat(plan.totalCost()).isPositive();
                assertThat(plan.render())
                        .contains("t_pkey")
                        .contains("Filter")
                        .doesNotContain("hush")
                        .doesNotContain("4711");
            }
        }
    }

    @Test
    void refusesOtherText() {
        assertThatThrownBy(() -> Plan.parse("{\"hush\"")).hasMessage("not the JSON of EXPLAIN");
        assertThatThrownBy(() -> Plan.parse("[]")).hasMessage("not the JSON of EXPLAIN");
    }
}

package io.quern.optimizer.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.optimizer.CatalogFixture;
import io.quern.optimizer.Context;
import io.quern.optimizer.PostgresServer;
import io.quern.optimizer.ServerAnalyzer;
import io.quern.optimizer.rewrite.Rewriter;

import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How long it takes to parse, resolve and run all rules over the statements of all pages, on one
 * thread, warm, PostgreSQL's reading of the statement and of every candidate included. The bound is
 * what an analysis may cost; the printed figures are what it does.
 */
final class AnalysisSpeedIT {
    private static final int OF_EACH_PAGE = 25;
    private static final double MOST_MILLIS = 50;

    @Test
    void analysesWithinItsBudget() throws SQLException {
        List<Double> millis = new ArrayList<>();
        for (Rule rule : Rules.ALL) {
            RulePage page = RulePage.read(rule.id().value());
            String name = PostgresServer.shared().createDatabase();
            try (Connection c = PostgresServer.shared().connect(name);
                    Connection reader = PostgresServer.shared().connect(name);
                    Statement s = c.createStatement()) {
                s.execute(page.schema());
                var rewriter = new Rewriter(new ServerAnalyzer(reader));
                var context = new Context(CatalogFixture.read(c), List.of("public"), "UTC");
                for (int round = 0; round < 3; round++) {
                    for (String sql : statements(page)) {
                        long start = System.nanoTime();
                        rewriter.analyse(new io.quern.optimizer.Statement(sql, List.of()), context);
                        if (round == 2) {
                            millis.add((System.nanoTime() - start) / 1e6);
                        }
                    }
                }
            }
        }
        millis.sort(null);
        double sum = millis.stream().mapToDouble(Double::doubleValue).sum();
        System.out.printf(
                "%d statements: median %.2f ms, 99 %% within %.2f ms, longest %.2f ms, %.0f a second%n",
                millis.size(),
                millis.get(millis.size() / 2),
                millis.get(millis.size() * 99 / 100),
                millis.getLast(),
                millis.size() * 1000 / sum);
        assertThat(millis).hasSizeGreaterThan(500);
        assertThat(millis.get(millis.size() * 95 / 100)).isLessThan(MOST_MILLIS);
    }

    private static List<String> statements(RulePage page) {
        Set<String> all = new LinkedHashSet<>();
        page.cases().stream()
                .filter(c -> c.expectation() != RulePage.Expectation.SAME)
                .filter(c -> c.expectation() != RulePage.Expectation.OTHER)
                .forEach(c -> all.add(c.sql()));
        List<String> list = new ArrayList<>(all);
        int step = Math.max(1, list.size() / OF_EACH_PAGE);
        List<String> some = new ArrayList<>();
        for (int i = 0; i < list.size(); i += step) {
            some.add(list.get(i));
        }
        return some;
    }
}

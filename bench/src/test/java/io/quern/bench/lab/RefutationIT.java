package io.quern.bench.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.advisor.Lab.Outcome;
import io.quern.advisor.Lab.Verdict;
import io.quern.advisor.lab.Budget;
import io.quern.advisor.lab.EquivalenceLab;
import io.quern.optimizer.CatalogFixture;
import io.quern.optimizer.Context;
import io.quern.optimizer.PostgresServer;
import io.quern.optimizer.Statement;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The lab tells wrong pairs from right ones. */
final class RefutationIT {
    /** A wrong pair has this long; a right one ends after so many databases. */
    private static final Budget WRONG = new Budget(Duration.ofSeconds(5), 10_000, 7);

    private static final Budget RIGHT = new Budget(Duration.ofSeconds(5), 60, 11);

    @Test
    void wrongPairsAreRefutedAndRightOnesAreNot() throws IOException, SQLException {
        Pairs pairs = Pairs.read();
        assertThat(pairs.all()).filteredOn(Pairs.Pair::wrong).hasSizeGreaterThanOrEqualTo(60);
        assertThat(pairs.all()).filteredOn(p -> !p.wrong()).hasSizeGreaterThanOrEqualTo(60);
        assertThat(pairs.all()).extracting(Pairs.Pair::name).doesNotHaveDuplicates();
        Context context = context(pairs.schema());
        List<String> mistaken = new ArrayList<>();
        try (var hunting = new EquivalenceLab(WRONG, InstantSource.system());
                var sparing = new EquivalenceLab(RIGHT, InstantSource.system())) {
            for (Pairs.Pair pair : pairs.all()) {
                Verdict verdict =
                        (pair.wrong() ? hunting : sparing)
                                .refute(context, of(pair.before()), of(pair.after()));
                Outcome expected =
                        pair.wrong() ? Outcome.COUNTEREXAMPLE : Outcome.NO_COUNTEREXAMPLE;
                // other columns would be no counterexample that a database shows
                if (verdict.outcome() != expected || (pair.wrong() && verdict.databases() == 0)) {
                    mistaken.add(pair.name() + ": " + verdict);
                }
            }
        }
        assertThat(mistaken).isEmpty();
    }

    private static Statement of(String sql) {
        return new Statement(sql, List.of());
    }

    private static Context context(String schema) throws SQLException {
        PostgresServer server = PostgresServer.shared();
        try (Connection connection = server.connect(server.createDatabase());
                var statement = connection.createStatement()) {
            statement.execute(schema);
            return new Context(CatalogFixture.read(connection), List.of("public"), "UTC");
        }
    }
}

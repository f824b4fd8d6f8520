package io.quern.advisor.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.quern.advisor.Planner.Imagined;
import io.quern.advisor.Planner.WhatIf;
import io.quern.advisor.Proposal.NewIndex;
import io.quern.advisor.Refused;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.Context;
import io.quern.optimizer.IndexDefinition;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Statement;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The twins of a server's databases: when they are made, made again and ended. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwinsIT {
    private static final String PAID = "SELECT * FROM orders WHERE placed = DATE '2024-03-01'";
    private static final NewIndex BY_DATE =
            new NewIndex(
                    new IndexDefinition(
                            new QualifiedName("public", "orders"),
                            List.of(new IndexDefinition.Key("placed", false))),
                    "quern_by_date",
                    0);

    private RealServer real;
    private final List<TwinServer> started = new ArrayList<>();
    private int reads;
    private boolean launches = true;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Twins twins = new Twins(this::read, database -> Glance.NONE, this::launch, () -> now);

    @BeforeAll
    void start() throws Exception {
        real = RealServer.start(18);
    }

    @AfterAll
    void stop() throws Exception {
        real.close();
    }

    @AfterEach
    void end() {
        twins.close();
        twins = new Twins(this::read, database -> Glance.NONE, this::launch, () -> now);
        launches = true;
        started.clear();
        reads = 0;
    }

    private Snapshot read(String database) {
        reads++;
        try {
            return real.snapshot(database);
        } catch (SQLException e) {
            throw new Refused("cannot be read");
        }
    }

    private TwinServer launch(int major) throws IOException, InterruptedException {
        if (!launches) {
            throw new IOException("there is no PostgreSQL " + major + " here");
        }
        TwinServer server = TwinServer.start(major, step -> {});
        started.add(server);
        return server;
    }

    private Imagined plan(Catalog catalog, String role, NewIndex... indexes) {
        return twins.plan(
                new WhatIf(
                        new Context(catalog, List.of("public"), "UTC"),
                        role,
                        new Statement(PAID, List.of()),
                        Set.of(indexes)));
    }

    @Test
    void plansWithAndWithoutAnIndex() throws Exception {
        String database = real.common();
        Catalog catalog = real.catalog(database);
        Imagined without = plan(catalog, "");
        double upstream = real.plan(database, PAID).totalCost();
        assertThat(without.plan().totalCost()).isCloseTo(upstream, within(0.02 * upstream));
        assertThat(without.major()).isEqualTo(18);
        assertThat(without.asOf()).isEqualTo(now);
        Imagined with = plan(catalog, "", BY_DATE);
        assertThat(with.plan().totalCost()).isLessThan(upstream / 5);
        assertThat(with.plan().text()).contains("quern_by_date");
        assertThat(twins.bytes(new Context(catalog, List.of("public"), ""), BY_DATE))
                .isBetween(200_000L, 1_000_000L);
        assertThat(reads).isEqualTo(1);
    }

    @Test
    void plansUnderTheSettingsOfARole() throws Exception {
        String database = real.common();
        real.sql(database, "CREATE ROLE hasty");
        real.sql(database, "ALTER ROLE hasty SET seq_page_cost = 100");
        Catalog catalog = real.catalog(database);
        assertThat(plan(catalog, "hasty").plan().totalCost())
                .isGreaterThan(10 * plan(catalog, "").plan().totalCost());
    }

    @Test
    void followsTheSchemaAndTheStatistics() throws Exception {
        String database = real.database("C");
        Catalog catalog = real.catalog(database);
        double slow = plan(catalog, "").plan().totalCost();
        plan(real.catalog(database), "");
        assertThat(reads).as("of the same schema").isEqualTo(1);
        real.sql(database, "CREATE INDEX placed ON orders (placed)");
        double quick = plan(real.catalog(database), "").plan().totalCost();
        assertThat(quick).isLessThan(slow / 5);
        assertThat(reads).isEqualTo(2);
        now = now.plus(Duration.ofMinutes(61));
        assertThat(plan(real.catalog(database), "").asOf()).isEqualTo(now);
        assertThat(reads).isEqualTo(3);
        assertThat(started).as("servers").hasSize(1);
        assertThat(started.getFirst().databases()).as("of twins").isEqualTo(1);
    }

    @Test
    void survivesTheEndOfItsServer() throws Exception {
        Catalog catalog = real.catalog(real.common());
        double cost = plan(catalog, "").plan().totalCost();
        started.getFirst().close();
        assertThat(plan(catalog, "").plan().totalCost()).isEqualTo(cost);
        assertThat(started).hasSize(2);
    }

    @Test
    void whatCannotBeHadIsNotTriedAgainAtOnce() throws Exception {
        Catalog catalog = real.catalog(real.common());
        launches = false;
        assertThatThrownBy(() -> plan(catalog, ""))
                .isInstanceOf(Refused.class)
                .hasMessage("the planner twin cannot be made: there is no PostgreSQL 18 here");
        assertThatThrownBy(() -> plan(catalog, "")).hasMessageContaining("no PostgreSQL 18");
        assertThat(reads).isEqualTo(1);
        launches = true;
        now = now.plus(Duration.ofMinutes(11));
        assertThat(plan(catalog, "").plan().totalCost()).isPositive();
    }

    @Test
    void refusesAStatementAndKeepsTheTwin() throws Exception {
        Catalog catalog = real.catalog(real.common());
        WhatIf wrong =
                new WhatIf(
                        new Context(catalog, List.of("public"), ""),
                        "",
                        new Statement("SELECT nowhere FROM orders", List.of()),
                        Set.of());
        assertThatThrownBy(() -> twins.plan(wrong))
                .isInstanceOf(Refused.class)
                .hasMessage("the twin's PostgreSQL refuses: SQLSTATE 42703");
        assertThat(plan(catalog, "").plan().totalCost()).isPositive();
        assertThat(started).hasSize(1);
    }

    @Test
    void endsWhatNobodyAsks() throws Exception {
        Catalog catalog = real.catalog(real.common());
        plan(catalog, "");
        twins.closeIdle();
        assertThat(started.getFirst().directory()).exists();
        now = now.plus(Duration.ofMinutes(16));
        twins.closeIdle();
        assertThat(started.getFirst().directory()).doesNotExist();
        assertThat(plan(catalog, "").plan().totalCost()).isPositive();
    }

    @Test
    void isOfNoUseOnceClosed() throws Exception {
        Catalog catalog = real.catalog(real.common());
        plan(catalog, "");
        twins.close();
        assertThat(started.getFirst().directory()).doesNotExist();
        assertThatThrownBy(() -> plan(catalog, "")).hasMessage("Quern is shutting down");
        assertThat(started).hasSize(1);
    }
}

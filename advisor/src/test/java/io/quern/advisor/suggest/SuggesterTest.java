package io.quern.advisor.suggest;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.advisor.Catalogs;
import io.quern.advisor.Declined;
import io.quern.advisor.Describer;
import io.quern.advisor.Explainer;
import io.quern.advisor.IndexBuilder;
import io.quern.advisor.Lab;
import io.quern.advisor.Planner;
import io.quern.advisor.Proposal;
import io.quern.advisor.Refused;
import io.quern.advisor.SecondOpinion;
import io.quern.advisor.Sighting;
import io.quern.advisor.StoreUnavailable;
import io.quern.advisor.Suggestion;
import io.quern.advisor.TemplateStats;
import io.quern.optimizer.Analysis;
import io.quern.optimizer.Candidate;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.Context;
import io.quern.optimizer.Edit;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.IndexDefinition;
import io.quern.optimizer.Piece;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Refusal;
import io.quern.optimizer.RuleId;
import io.quern.optimizer.Statement;
import io.quern.optimizer.Table;
import io.quern.optimizer.Template;
import io.quern.optimizer.index.IndexAnalyzer;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

class SuggesterTest {
    private static final QualifiedName ORDERS = new QualifiedName("public", "orders");
    private static final IndexDefinition BY_CUSTOMER =
            new IndexDefinition(ORDERS, List.of(new IndexDefinition.Key("customer", false)));
    private static final IndexDefinition BY_DATE =
            new IndexDefinition(ORDERS, List.of(new IndexDefinition.Key("at", false)));

    private final Fakes world = new Fakes();
    private final Suggester suggester =
            new Suggester(
                    world,
                    world,
                    world,
                    world,
                    world,
                    world.second,
                    world,
                    world,
                    world,
                    world,
                    Suggester.Attention.DEFAULT,
                    () -> world.now);

    private static TemplateStats stats(long fingerprint, String text, long count, double total) {
        return new TemplateStats(
                "db",
                new Template(new Fingerprint(fingerprint), text),
                count,
                0,
                count,
                total,
                1,
                2,
                3);
    }

    private List<Suggestion> proposed(String kind) {
        return world.suggestions.stream().filter(s -> s.proposal().kind().equals(kind)).toList();
    }

    @Test
    void proposesARewriteWithItsEvidence() {
        world.add(stats(1, "SELECT ?", 100, 5_000), "SELECT 'rewrite me'");
        assertThat(suggester.runOnce()).isEqualTo(1);
        Suggestion suggestion = proposed("rewrite").getFirst();
        assertThat(suggestion.proposal())
                .isEqualTo(
                        new Proposal.Rewrite(
                                List.of(new RuleId("Rule")),
                                "redacted 0 edits",
                                "redacted 1 edits"));
        assertThat(suggestion.state()).isEqualTo(Suggestion.State.PROPOSED);
        assertThat(suggestion.evidence().facts())
                .containsExactly(
                        "a fact",
                        "PostgreSQL reports the same parameter and result types for both forms");
        assertThat(suggestion.evidence().lab()).isEqualTo("as the lab says");
        assertThat(suggestion.evidence().costBefore()).isEqualTo(100);
        assertThat(suggestion.evidence().costAfter()).isEqualTo(1);
        assertThat(suggestion.evidence().callsPerHour()).isEqualTo(50);
        assertThat(suggestion.evidence().meanMillis()).isEqualTo(50);
        assertThat(suggestion.toString()).doesNotContain("rewrite me");
        assertThat(world.paths).containsOnly("\"me\", \"public\"");
    }

    @Test
    void aRefutedRewriteIsNeverShownButCounted() {
        world.add(stats(1, "SELECT ?", 100, 5_000), "SELECT 'rewrite me'");
        world.outcome = Lab.Outcome.COUNTEREXAMPLE;
        assertThat(suggester.runOnce()).isZero();
        assertThat(suggester.declined().toString())
                .contains("counterexample")
                .doesNotContain("secret");
        Declined.Refuted refuted = suggester.declined().refuted().getFirst();
        assertThat(refuted.rules()).containsExactly(new RuleId("Rule"));
        assertThat(refuted.before()).isEqualTo("redacted 0 edits");
        assertThat(refuted.after()).isEqualTo("redacted 1 edits");
        assertThat(refuted.verdict()).isEqualTo("as the lab says");
        assertThat(refuted.outline()).isEqualTo("orders: (a, NULL)");
        world.version++;
        world.now = world.now.plusSeconds(60);
        assertThat(suggester.runOnce()).isZero();
        assertThat(suggester.declined().refuted()).hasSize(1);
        assertThat(suggester.declined().refuted().getFirst().times()).isEqualTo(2);
        assertThat(suggester.declined().refuted().getFirst().last()).isEqualTo(world.now);
    }

    @Test
    void withoutTheLabARewriteWaitsAndIsTriedAgain() {
        world.add(stats(1, "SELECT ?", 100, 5_000), "SELECT 'rewrite me'");
        world.outcome = Lab.Outcome.UNAVAILABLE;
        assertThat(suggester.runOnce()).isZero();
        assertThat(suggester.declined().reasons().toString()).contains("lab-unavailable");
        world.outcome = Lab.Outcome.NO_COUNTEREXAMPLE;
        assertThat(suggester.runOnce()).isEqualTo(1);
    }

    @Test
    void whatTheLabCannotTryIsShownWithThatReason() {
        world.add(stats(1, "SELECT ?", 100, 5_000), "SELECT 'rewrite me'");
        world.outcome = Lab.Outcome.UNSUPPORTED;
        assertThat(suggester.runOnce()).isEqualTo(1);
        assertThat(proposed("rewrite").getFirst().evidence().lab())
                .isEqualTo("not tried: as the lab says");
    }

    @Test
    void anIndexWantedByManyIsOneSuggestionForTheOneThatCostsMost() {
        world.add(stats(1, "SELECT 1", 100, 5_000), "SELECT customer");
        world.add(stats(2, "SELECT 2", 100, 9_000), "SELECT customer, more");
        assertThat(suggester.runOnce()).isEqualTo(1);
        Suggestion suggestion = proposed("index").getFirst();
        assertThat(suggestion.template().fingerprint()).isEqualTo(new Fingerprint(2));
        Proposal.NewIndex index = (Proposal.NewIndex) suggestion.proposal();
        assertThat(index.name()).matches("quern_[0-9a-f]{12}");
        assertThat(index.definition()).isEqualTo(BY_CUSTOMER);
        assertThat(suggestion.evidence().notes())
                .anyMatch(n -> n.contains("serves template 0000000000000001"))
                .anyMatch(n -> n.contains("serves template 0000000000000002"))
                .anyMatch(n -> n.contains("public.orders had 42 inserts"))
                .anyMatch(n -> n.equals("cannot be built as things stand: GRANT me"));
        assertThat(suggestion.evidence().notes())
                .anyMatch(n -> n.endsWith("; the planner's cost without it 100.00, with it 2.00"))
                .contains(
                        "plans are those of a PostgreSQL 18 beside Quern with the statistics of"
                                + " 1970-01-01 00:00 UTC");
        assertThat(suggestion.evidence().planBefore()).contains("twin's plan");
        assertThat(suggestion.evidence().planAfter()).contains("twin's plan with an index");
        assertThat(suggestion.evidence().costAfter()).isEqualTo(2);
        assertThat(index.bytes()).isEqualTo(16_384);
    }

    @Test
    void theUpstreamsOwnOpinionOfAnIndexIsToldWhereItHasOne() {
        world.add(stats(1, "SELECT 1", 100, 5_000), "SELECT customer");
        world.hypothetical = Optional.of(3.0);
        assertThat(suggester.runOnce()).isEqualTo(1);
        assertThat(proposed("index").getFirst().evidence().notes())
                .contains(
                        "HypoPG on the upstream disagrees: with the index it expects a cost of"
                                + " 3.00, the planner twin 2.00");
    }

    @Test
    void anIndexThePlannerPassesOverIsNotSuggested() {
        world.add(stats(1, "SELECT 1", 100, 5_000), "SELECT customer");
        world.withIndex = 100;
        assertThat(suggester.runOnce()).isZero();
        assertThat(count("suggest", "planner-passes-over")).isEqualTo(1);
    }

    @Test
    void anIndexIsShownForTheTemplatesThePlannerWouldUseItFor() {
        world.add(stats(1, "SELECT 1", 100, 5_000), "SELECT customer");
        world.add(stats(2, "SELECT 2", 100, 9_000), "SELECT customer, overlooked");
        assertThat(suggester.runOnce()).isEqualTo(1);
        Suggestion suggestion = proposed("index").getFirst();
        assertThat(suggestion.template().fingerprint()).isEqualTo(new Fingerprint(1));
        assertThat(suggestion.evidence().notes())
                .anyMatch(n -> n.contains("would not be used for template 0000000000000002"));
    }

    @Test
    void withoutATwinTheUpstreamsOwnPlansAreShown() {
        world.add(stats(1, "SELECT ?", 100, 5_000), "SELECT 'rewrite me'");
        world.add(stats(2, "SELECT 1", 100, 5_000), "SELECT customer");
        world.twin = false;
        assertThat(suggester.runOnce()).isEqualTo(2);
        Suggestion rewrite = proposed("rewrite").getFirst();
        assertThat(rewrite.evidence().planBefore()).contains("plan");
        assertThat(rewrite.evidence().costAfter()).isEqualTo(1);
        assertThat(rewrite.evidence().notes())
                .containsExactly("no plan of the planner twin: no PostgreSQL 18 here");
        Suggestion index = proposed("index").getFirst();
        assertThat(index.evidence().planBefore()).contains("plan");
        assertThat(index.evidence().planAfter()).isEmpty();
        assertThat(index.evidence().notes())
                .contains(
                        "no plan of the planner twin: no PostgreSQL 18 here",
                        "its size is estimated by a formula");
        assertThat(((Proposal.NewIndex) index.proposal()).bytes()).isEqualTo(8192);
    }

    @Test
    void aTwinThatTheUpstreamContradictsIsNotBelieved() {
        world.add(stats(1, "SELECT ?", 100, 5_000), "SELECT 'rewrite me'");
        world.twinCost = 50;
        assertThat(suggester.runOnce()).isEqualTo(1);
        Suggestion rewrite = proposed("rewrite").getFirst();
        assertThat(rewrite.evidence().planBefore()).contains("plan");
        assertThat(rewrite.evidence().costBefore()).isEqualTo(100);
        assertThat(rewrite.evidence().notes())
                .containsExactly(
                        "the planner twin estimates 50.00 for the statement as it is, the upstream"
                                + " itself 100.00");
    }

    @Test
    void theRewrittenFormIsAskedForItsIndexesToo() {
        world.add(stats(1, "SELECT ?", 100, 5_000), "SELECT 'rewrite me' at");
        assertThat(suggester.runOnce()).isEqualTo(2);
        Suggestion index = proposed("index").getFirst();
        assertThat(((Proposal.NewIndex) index.proposal()).definition()).isEqualTo(BY_DATE);
        assertThat(index.evidence().notes())
                .anyMatch(n -> n.contains("in the form rewritten by Rule"));
    }

    @Test
    void namesAreStableAndDifferByDefinition() {
        assertThat(IndexSuggester.name(BY_CUSTOMER))
                .isEqualTo(IndexSuggester.name(BY_CUSTOMER))
                .isNotEqualTo(IndexSuggester.name(BY_DATE));
    }

    @Test
    void doesNotProposeAnIndexTwiceNorExamineAnewTooSoon() {
        world.add(stats(1, "SELECT ?", 100, 5_000), "SELECT customer");
        assertThat(suggester.runOnce()).isEqualTo(1);
        int asked = world.described;
        assertThat(suggester.runOnce()).isZero();
        assertThat(world.described).isEqualTo(asked);
        world.version++;
        assertThat(suggester.runOnce()).isZero();
        assertThat(world.described).isGreaterThan(asked);
        assertThat(count("suggest", "index-known")).isEqualTo(1);
        asked = world.described;
        world.now = world.now.plus(Duration.ofHours(2));
        suggester.runOnce();
        assertThat(world.described).isGreaterThan(asked);
    }

    @Test
    void leavesAloneWhatIsRareFastOrNoQuery() {
        world.add(stats(1, "SELECT ?", 3, 5_000), "SELECT customer");
        world.add(stats(2, "SELECT ?", 100_000, 5_000), "SELECT customer");
        world.add(stats(3, "UPDATE orders SET customer = ?", 100, 5_000), "UPDATE customer");
        assertThat(suggester.runOnce()).isZero();
        assertThat(world.described).isZero();
    }

    @Test
    void eachFailureCostsOneTemplateOnlyAndIsCounted() {
        world.add(stats(1, "SELECT 1", 100, 5_000), "SELECT throw");
        world.add(stats(2, "SELECT 2", 100, 5_000), "SELECT undescribed");
        world.stats.add(stats(3, "SELECT 3", 100, 5_000));
        world.add(stats(4, "SELECT 4", 100, 5_000), "SELECT 'rewrite me' other-shape");
        world.add(stats(5, "SELECT 5", 100, 5_000), "SELECT unplanned 'rewrite me'");
        world.add(stats(6, "SELECT 6", 100, 5_000), "SELECT no-path");
        assertThat(suggester.runOnce()).isEqualTo(1);
        assertThat(proposed("rewrite").getFirst().evidence().planBefore()).isEmpty();
        assertThat(proposed("rewrite").getFirst().evidence().notes())
                .containsExactly(
                        "no plan of the planner twin: unplanned", "no plan: GRANT SELECT ON t");
        assertThat(count("suggest", "failed")).isEqualTo(1);
        assertThat(count("suggest", "refused")).isEqualTo(1);
        assertThat(count("suggest", "no-example")).isEqualTo(1);
        assertThat(count("suggest", "no-plan")).isEqualTo(1);
        assertThat(count("suggest", "unknown-search-path")).isEqualTo(1);
        assertThat(count("Rule", "shape-differs")).isEqualTo(1);
        assertThat(count("Other", "nullable-column")).isPositive();
        assertThat(suggester.declined().reasons().toString()).doesNotContain("secret");
    }

    @Test
    void withoutACatalogNothingIsProposed() {
        world.add(stats(1, "SELECT ?", 100, 5_000), "SELECT customer");
        world.trusted = false;
        assertThat(suggester.runOnce()).isZero();
        assertThat(count("suggest", "no-catalog")).isEqualTo(1);
        world.trusted = true;
        assertThat(suggester.runOnce()).isEqualTo(1);
    }

    @Test
    void aStoreThatIsDownLosesNothing() {
        world.add(stats(1, "SELECT ?", 100, 5_000), "SELECT 'rewrite me' at");
        world.storeDown = true;
        assertThat(suggester.runOnce()).isZero();
        assertThat(count("suggest", "store-unavailable")).isPositive();
        world.storeDown = false;
        assertThat(suggester.runOnce()).isEqualTo(2);
    }

    private long count(String by, String code) {
        return suggester.declined().reasons().stream()
                .filter(c -> c.by().equals(by) && c.code().equals(code))
                .mapToLong(Declined.Reason::times)
                .sum();
    }

    /** The world around the suggester; what it answers depends on words in the statement. */
    private static final class Fakes
            implements Workload,
                    Catalogs,
                    Describer,
                    Planner,
                    Explainer,
                    IndexBuilder,
                    Lab,
                    Optimizer,
                    Sink {
        final List<TemplateStats> stats = new ArrayList<>();
        final Map<Fingerprint, Sighting> examples = new HashMap<>();
        final List<Suggestion> suggestions = new ArrayList<>();
        final Set<String> paths = new HashSet<>();
        Instant now = Instant.EPOCH;
        long version;
        int described;
        boolean trusted = true;
        boolean storeDown;
        boolean twin = true;
        double twinCost = 100;
        double withIndex = 2;
        Optional<Double> hypothetical = Optional.empty();
        final SecondOpinion second =
                (database, path, statement, ddl) -> {
                    assertThat(ddl).startsWith("CREATE INDEX \"quern_");
                    return hypothetical;
                };
        Lab.Outcome outcome = Lab.Outcome.NO_COUNTEREXAMPLE;

        @Override
        public Lab.Verdict refute(Context context, Statement before, Statement after) {
            assertThat(before.sql()).isNotEqualTo(after.sql());
            return new Lab.Verdict(
                    outcome,
                    7,
                    "as the lab says",
                    Optional.of(new Lab.Counterexample("INSERT 'secret'", "orders: (a, NULL)")));
        }

        void add(TemplateStats template, String sql) {
            stats.add(template);
            Fingerprint fingerprint = template.template().fingerprint();
            examples.put(
                    fingerprint,
                    new Sighting(
                            "db",
                            "me",
                            sql.contains("no-path") ? "" : "\"$user\", public",
                            "UTC",
                            fingerprint,
                            new Statement(sql, List.of())));
        }

        @Override
        public List<TemplateStats> top(int n) {
            return stats;
        }

        @Override
        public Optional<Sighting> example(String database, Fingerprint fingerprint) {
            return Optional.ofNullable(examples.get(fingerprint));
        }

        @Override
        public double hoursWatched() {
            return 2;
        }

        @Override
        public Optional<Catalog> current(String database) {
            Table orders =
                    new Table(
                            1,
                            ORDERS,
                            Table.Kind.TABLE,
                            List.of(),
                            List.of(),
                            List.of(),
                            List.of(),
                            List.of(),
                            Optional.empty(),
                            Table.Inheritance.NONE,
                            new Table.Security("me", false, false),
                            false,
                            false,
                            new Table.Storage(false, 1, 1, 42));
            return trusted
                    ? Optional.of(new Catalog("db", 180000, List.of(orders)))
                    : Optional.empty();
        }

        @Override
        public long version() {
            return version;
        }

        @Override
        public void suspect(String database) {}

        @Override
        public Shape describe(String database, String searchPath, Statement statement) {
            described++;
            paths.add(searchPath);
            if (statement.sql().contains("undescribed")) {
                throw new Refused("does not accept it");
            }
            boolean other =
                    statement.sql().startsWith("rewritten")
                            && statement.sql().contains("other-shape");
            return new Shape(List.of(23), List.of(other ? 20 : 23));
        }

        @Override
        public Explained explain(String database, String searchPath, Statement statement) {
            assertThat(statement.parameterTypes()).containsExactly(23);
            if (statement.sql().contains("unplanned")) {
                throw new Refused("GRANT SELECT ON t");
            }
            return new Explained("plan", statement.sql().startsWith("rewritten") ? 1 : 100);
        }

        @Override
        public Imagined plan(WhatIf question) {
            if (!twin) {
                throw new Refused("no PostgreSQL 18 here");
            }
            String sql = question.statement().sql();
            if (sql.contains("unplanned")) {
                throw new Refused("unplanned");
            }
            double cost = sql.startsWith("rewritten") ? 1 : twinCost;
            boolean helped = !question.indexes().isEmpty() && !sql.contains("overlooked");
            Explained plan =
                    helped
                            ? new Explained("twin's plan with an index", cost * withIndex / 100)
                            : new Explained("twin's plan", cost);
            return new Imagined(plan, 18, Instant.EPOCH);
        }

        @Override
        public long bytes(Context context, Proposal.NewIndex index) {
            if (!twin) {
                throw new Refused("no PostgreSQL 18 here");
            }
            return 16_384;
        }

        @Override
        public void build(String database, Proposal.NewIndex index) {
            throw new AssertionError("nobody approved");
        }

        @Override
        public void drop(String database, Proposal.NewIndex index) {
            throw new AssertionError("nobody approved");
        }

        @Override
        public Optional<String> obstacle(String database, Proposal.NewIndex index) {
            return Optional.of("GRANT me");
        }

        @Override
        public List<String> leftovers(String database) {
            return List.of();
        }

        @Override
        public Analysis rewrites(Statement statement, Context context) {
            if (statement.sql().contains("throw")) {
                throw new IllegalStateException("secret literal");
            }
            assertThat(context.searchPath()).containsExactly("me", "public");
            List<Refusal> refusals =
                    List.of(new Refusal("Other", "nullable-column", "orders.x may be NULL"));
            if (!statement.sql().contains("rewrite me")) {
                return new Analysis(true, List.of(), refusals);
            }
            return new Analysis(
                    true,
                    List.of(
                            new Candidate(
                                    List.of(new RuleId("Rule")),
                                    "rewritten " + statement.sql(),
                                    List.of(new Edit(0, 1, List.of(new Piece.Text("x")))),
                                    List.of(),
                                    List.of("a fact"))),
                    refusals);
        }

        @Override
        public IndexAnalyzer.Findings indexes(Statement statement, Context context) {
            List<IndexAnalyzer.Finding> findings = new ArrayList<>();
            if (statement.sql().contains("customer")) {
                findings.add(new IndexAnalyzer.Finding(BY_CUSTOMER, "filters by customer", 8192));
            }
            if (statement.sql().startsWith("rewritten") && statement.sql().contains(" at")) {
                findings.add(new IndexAnalyzer.Finding(BY_DATE, "filters by at", 8192));
            }
            return new IndexAnalyzer.Findings(findings, List.of());
        }

        @Override
        public String redacted(String sql, List<Edit> edits) {
            return "redacted " + edits.size() + " edits";
        }

        @Override
        public List<String> searchPath(String setting, String role) {
            return List.of(role, "public");
        }

        @Override
        public boolean propose(Suggestion suggestion) {
            if (storeDown) {
                throw new StoreUnavailable("down", new IllegalStateException());
            }
            boolean known =
                    suggestions.stream()
                            .anyMatch(
                                    s ->
                                            s.proposal()
                                                            .identity()
                                                            .equals(
                                                                    suggestion
                                                                            .proposal()
                                                                            .identity())
                                                    && s.template().equals(suggestion.template()));
            return !known && suggestions.add(suggestion);
        }

        @Override
        public Set<String> indexNames(String database) {
            Set<String> names = new HashSet<>();
            for (Suggestion suggestion : suggestions) {
                if (suggestion.proposal() instanceof Proposal.NewIndex index) {
                    names.add(index.name());
                }
            }
            return names;
        }
    }
}

package io.quern.advisor.admin;

import io.quern.advisor.Declined;
import io.quern.advisor.Evidence;
import io.quern.advisor.Proposal;
import io.quern.advisor.Suggestion;
import io.quern.advisor.Suggestion.State;
import io.quern.advisor.TemplateStats;
import io.quern.advisor.TrialResult;
import io.quern.advisor.TrialResult.ArmSummary;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.IndexDefinition;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.RuleId;
import io.quern.optimizer.Template;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Suggestions and templates as a shop would bring them about. */
final class Samples {
    static final Declined DECLINED =
            new Declined(
                    List.of(
                            new Declined.Reason(
                                    "NotInToNotExists", "nullable", 128, "line.item may be NULL"),
                            new Declined.Reason(
                                    "suggest",
                                    "planner-passes-over",
                                    7,
                                    "the planner would not use the index wanted: CREATE INDEX"
                                            + " CONCURRENTLY \"quern_5c8a1b2f9d03\" ON"
                                            + " \"public\".\"orders\" (\"status\", \"placed_at\")")),
                    List.of(
                            new Declined.Refuted(
                                    "shop",
                                    new Template(
                                            new Fingerprint(0x4de1_f00dL),
                                            "SELECT id FROM item WHERE id NOT IN (SELECT item FROM"
                                                    + " line WHERE qty > ?)"),
                                    List.of(new RuleId("NotInToNotExists")),
                                    "SELECT id FROM item WHERE id NOT IN (SELECT item FROM line"
                                            + " WHERE qty > ?)",
                                    "SELECT id FROM item WHERE NOT EXISTS (SELECT FROM line WHERE"
                                            + " qty > ? AND line.item = item.id)",
                                    "the rewrite returns other rows than the original does on a"
                                            + " database of 2 rows, number 3 (0 s, seed 42)",
                                    """
                                    public.item (id): (a)
                                    public.line (item): (NULL)
                                    original: no rows
                                    rewrite: (a)
                                    """,
                                    3,
                                    Instant.parse("2026-11-22T14:20:00Z"))));

    static final Instant NOW = Instant.parse("2026-11-22T15:00:00Z");

    static final String REVENUE =
            "SELECT o.id, o.customer_id, o.placed_at, SUM(i.quantity * i.price) AS total FROM"
                    + " orders AS o JOIN order_items AS i ON i.order_id = o.id WHERE date_trunc(?,"
                    + " o.placed_at) = ? AND o.status = ? GROUP BY o.id ORDER BY total DESC LIMIT ?";
    static final String REVENUE_AFTER =
            "SELECT o.id, o.customer_id, o.placed_at, SUM(i.quantity * i.price) AS total FROM"
                    + " orders AS o JOIN order_items AS i ON i.order_id = o.id WHERE o.placed_at >= ?"
                    + " AND o.placed_at < ? + INTERVAL ? AND o.status = ? GROUP BY o.id ORDER BY total"
                    + " DESC LIMIT ?";
    static final String NEVER_ORDERED =
            "SELECT c.id, c.email FROM customers AS c WHERE c.id NOT IN (SELECT o.customer_id FROM"
                    + " orders AS o WHERE o.placed_at BETWEEN ? AND ?) AND c.active ORDER BY c.id";
    static final String NEVER_ORDERED_AFTER =
            "SELECT c.id, c.email FROM customers AS c WHERE NOT EXISTS (SELECT ? FROM orders AS o"
                    + " WHERE o.placed_at BETWEEN ? AND ? AND o.customer_id = c.id) AND c.active ORDER"
                    + " BY c.id";
    static final String RECENT_EVENTS =
            "SELECT id, kind, payload FROM events WHERE customer_id = ? AND kind = ? ORDER BY"
                    + " created_at DESC LIMIT ?";
    static final String BY_EMAIL = "SELECT * FROM customers WHERE lower(email) = ?";

    private Samples() {}

    static Template template(String text) {
        return new Template(new Fingerprint(0x9e3779b97f4a7c15L * text.hashCode()), text);
    }

    static Suggestion dateRange(long id, State state) {
        return suggestion(
                id,
                REVENUE,
                new Proposal.Rewrite(
                        List.of(new RuleId("TruncatedDateToRange")), REVENUE, REVENUE_AFTER),
                evidence(
                        List.of(
                                "date_trunc is immutable on timestamp without time zone, and"
                                        + " placed_at has that type.",
                                "The unit is a literal that names a whole day, month or year.",
                                "The range covers exactly the values that truncate to the given"
                                        + " one."),
                        Optional.of(PLAN_BEFORE),
                        Optional.of(PLAN_AFTER),
                        18412.6,
                        309.4),
                state,
                Duration.ofMinutes(12));
    }

    static Suggestion notExists(long id, State state) {
        return suggestion(
                id,
                NEVER_ORDERED,
                new Proposal.Rewrite(
                        List.of(new RuleId("NotInToNotExists")),
                        NEVER_ORDERED,
                        NEVER_ORDERED_AFTER),
                evidence(
                        List.of(
                                "orders.customer_id is NOT NULL.",
                                "customers.id is NOT NULL, it is the primary key."),
                        Optional.of(PLAN_BEFORE),
                        Optional.of(PLAN_AFTER),
                        8123456,
                        9120),
                state,
                Duration.ofHours(5));
    }

    static Suggestion index(long id, State state) {
        var definition =
                new IndexDefinition(
                        new QualifiedName("public", "events"),
                        List.of(
                                new IndexDefinition.Key("customer_id", false),
                                new IndexDefinition.Key("kind", false),
                                new IndexDefinition.Key("created_at", true)));
        return suggestion(
                id,
                RECENT_EVENTS,
                new Proposal.NewIndex(definition, "quern_5f2c81aa", 25_165_824),
                new Evidence(
                        List.of("No valid index starts with these columns."),
                        "none: an index changes no result",
                        Optional.of(PLAN_BEFORE),
                        Optional.empty(),
                        5210,
                        Double.NaN,
                        9420,
                        38.4,
                        List.of(
                                "Each INSERT into events will write one more index entry; 1 200"
                                        + " rows were inserted in the last hour."),
                        Optional.empty()),
                state,
                Duration.ofHours(30));
    }

    static TrialResult trial(long n, double before, double after) {
        return new TrialResult(
                new ArmSummary(n, before * 1.08, before, before * 1.9, before * 2.7, 0, 20),
                new ArmSummary(n * 4, after * 1.11, after, after * 2.1, after * 3.3, 0, 20),
                before / after,
                before / after * 0.87,
                before / after * 1.16,
                "concurrent, at random");
    }

    static Suggestion suggestion(
            long id,
            String template,
            Proposal proposal,
            Evidence evidence,
            State state,
            Duration age) {
        return new Suggestion(
                id,
                "shop",
                template(template),
                proposal,
                evidence,
                state,
                "",
                NOW.minus(age),
                NOW.minus(age.dividedBy(2)));
    }

    static TemplateStats stats(String text, long count, double median) {
        return new TemplateStats(
                "shop",
                template(text),
                count,
                count / 9000,
                count * 12,
                count * median * 1.13,
                median,
                median * 2.2,
                median * 3.9);
    }

    private static Evidence evidence(
            List<String> facts,
            Optional<String> before,
            Optional<String> after,
            double costBefore,
            double costAfter) {
        return new Evidence(
                facts,
                "not asked yet: the lab comes later",
                before,
                after,
                costBefore,
                costAfter,
                1240,
                212.7,
                List.of("The gain depends on how selective the values are."),
                Optional.empty());
    }

    private static final String PLAN_BEFORE =
            """
            Limit  (cost=18412.31..18412.33 rows=10 width=52)
              ->  Sort  (cost=18412.31..18415.98 rows=1468 width=52)
                    Sort Key: (sum((i.quantity * i.price))) DESC
                    ->  HashAggregate  (cost=18362.24..18380.59 rows=1468 width=52)
                          Group Key: o.id
                          ->  Hash Join  (cost=9211.00..18325.54 rows=4404 width=30)
                                ->  Seq Scan on orders o  (cost=0.00..9183.00 rows=1468 width=20)
                                      Filter: ((status = $3) AND (date_trunc($1, placed_at) = $2))
            """;
    private static final String PLAN_AFTER =
            """
            Limit  (cost=309.31..309.34 rows=10 width=52)
              ->  Sort  (cost=309.31..309.62 rows=121 width=52)
                    Sort Key: (sum((i.quantity * i.price))) DESC
                    ->  GroupAggregate  (cost=0.85..306.70 rows=121 width=52)
                          ->  Nested Loop  (cost=0.85..303.07 rows=363 width=30)
                                ->  Index Scan using orders_placed_at on orders o
                                      Index Cond: ((placed_at >= $1) AND (placed_at < ($2 + $3)))
            """;
}

package io.quern.optimizer.random;

import io.quern.optimizer.Candidate;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.CatalogFixture;
import io.quern.optimizer.Context;
import io.quern.optimizer.RuleId;
import io.quern.optimizer.ServerAnalyzer;
import io.quern.optimizer.Statement;
import io.quern.optimizer.outcome.Outcome;
import io.quern.optimizer.outcome.Parameter;
import io.quern.optimizer.outcome.Session;
import io.quern.optimizer.outcome.Slots;
import io.quern.optimizer.rewrite.Rewriter;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A schema with rows in which statements are tried against what the rules make of them. */
final class Trial {
    /** The last version that leaves everything to the rules. */
    private static final int OLDER = 159_999;

    private final Session session;
    private final Rewriter rewriter;
    private final Context context;
    private final Map<RuleId, Integer> compared =
            new TreeMap<>((a, b) -> a.value().compareTo(b.value()));
    private int pairs;

    /**
     * A statement to try.
     *
     * @param base what is analysed
     * @param other what is executed: the same but for its literals
     */
    record Case(
            String base,
            String other,
            List<Parameter> parameters,
            List<Parameter> values,
            boolean ordered) {}

    /** A rewrite that a client would notice. */
    record Difference(Case one, List<RuleId> rules, String rewritten, String what) {
        /** What sort of difference it is. */
        String sort() {
            return what.lines().findFirst().orElse("").split("[ :]", -1)[0];
        }
    }

    private Trial(Session session, Rewriter rewriter, Context context) {
        this.session = session;
        this.rewriter = rewriter;
        this.context = context;
    }

    /**
     * Builds the schema in an emptied database.
     *
     * @param analyst another connection to it
     */
    static Trial of(Schema schema, Connection own, Connection analyst, Dice dice)
            throws SQLException {
        String zone = dice.of("UTC", "UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia");
        try (var s = own.createStatement();
                var t = analyst.createStatement()) {
            own.setAutoCommit(true);
            s.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
            s.execute("SET timezone = '" + zone + "'; SET statement_timeout = '2s'");
            t.execute("SET timezone = '" + zone + "'");
            s.setEscapeProcessing(false);
            for (List<String> part :
                    List.of(Schema.TYPES, schema.ddl(), schema.rows(), schema.later())) {
                for (String sql : part) {
                    build(s, sql);
                }
            }
            for (String setting : List.of("enable_seqscan", "enable_hashjoin", "enable_sort")) {
                s.execute("SET " + setting + " = " + dice.of("on", "on", "off"));
            }
            s.execute("SET plan_cache_mode = " + dice.of("auto", "force_generic_plan"));
            s.execute("ANALYZE");
        }
        Catalog here = CatalogFixture.read(own);
        Catalog catalog =
                dice.oneIn(2)
                        ? here
                        : new Catalog(
                                here.database(),
                                OLDER,
                                here.tables(),
                                here.otherRelations(),
                                here.routines());
        Session session = new Session(own);
        session.tables();
        return new Trial(
                session,
                new Rewriter(new ServerAnalyzer(analyst)),
                new Context(catalog, List.of("public"), zone));
    }

    /** What is not possible here is left out: a row, a constraint. */
    private static boolean build(java.sql.Statement s, String sql) {
        try {
            s.execute(sql);
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    Session session() {
        return session;
    }

    /** How often each rule had a part in a rewrite that was compared. */
    Map<RuleId, Integer> compared() {
        return compared;
    }

    int pairs() {
        return pairs;
    }

    /** What the rules find, of a statement that can be read. */
    List<Candidate> candidates(String sql, List<Parameter> parameters) throws SQLException {
        return rewriter.analyse(new Statement(sql, session.types(parameters)), context)
                .candidates();
    }

    /** The first rewrite that a client would notice; null if there is none. */
    @Nullable Difference difference(Case one, List<Candidate> candidates) throws SQLException {
        if (candidates.isEmpty() || !Slots.alike(one.base(), one.other())) {
            return null;
        }
        Outcome before = session.run(one.other(), one.values());
        if (before.error() != null) {
            return null;
        }
        List<Parameter> resolved = session.resolved(one.other(), one.values());
        for (Candidate candidate : candidates) {
            Optional<String> rewritten = Slots.rewritten(candidate, one.base(), one.other());
            if (rewritten.isEmpty()) {
                continue;
            }
            Outcome after = session.run(rewritten.get(), resolved);
            String what = after.unlike(before, one.ordered());
            if (what != null) {
                return new Difference(one, candidate.rules(), rewritten.get(), what);
            }
            pairs++;
            candidate.rules().forEach(rule -> compared.merge(rule, 1, Integer::sum));
        }
        return null;
    }
}

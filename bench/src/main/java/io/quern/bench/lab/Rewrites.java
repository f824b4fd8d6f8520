package io.quern.bench.lab;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.upstream.CatalogLoader;
import io.quern.bench.process.TestServer;
import io.quern.optimizer.Candidate;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.Context;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Statement;
import io.quern.optimizer.catalog.ParseAnalyzer;
import io.quern.optimizer.rewrite.Rewriter;
import io.quern.optimizer.rule.Rule;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the rules make of the statements on their pages: with their guards what is right, and
 * mutants that no guard keeps from being made. A mutant is wrong if its rows differ on the page's
 * own data, which the optimizer's tests see to; else it may be, or its guard be careful.
 */
final class Rewrites {
    /** The page of the guards that all rules share, tried with a rule that finds much. */
    private static final String SHARED = "EveryRule";

    private static final String SHARED_BY = "TruncatedDateToRange";

    /**
     * The guards about what is no data, and why the lab has nothing to refute where they decline.
     * They have tests of their own.
     */
    static final Map<String, String> ENVIRONMENT =
            Map.of(
                    "not-select", "it changes rows, and others may change them meanwhile",
                    "locking", "it locks rows, and others may change them meanwhile",
                    "volatile", "a function returns what it likes",
                    "undetermined", "the original has several right results",
                    "row-security", "the rows depend on who asks",
                    "ambiguous", "the table meant depends on the rights of who asks",
                    "search-path", "the functions meant depend on what others create",
                    "view", "a function may see rows that the view hides",
                    "moment", "a literal depends on the time of day");

    /** Of the right rewrites that one heading of a page stands for. */
    private static final int MOST_ALIKE = 2;

    /** How sure it is that the two return the same. */
    enum Kind {
        RIGHT,
        WRONG,
        DOUBTFUL
    }

    /**
     * A statement and what became of it.
     *
     * @param name page, line and guard
     */
    record Rewrite(String name, Kind kind, Context context, Statement before, Statement after) {}

    private final TestServer upstream;
    private final CatalogLoader catalogs;
    private final ParseAnalyzer analyzer;
    private final int most;

    /**
     * @param most how many of a page's right rewrites to make
     */
    Rewrites(TestServer upstream, CatalogLoader catalogs, ParseAnalyzer analyzer, int most) {
        this.upstream = requireNonNull(upstream, "upstream");
        this.catalogs = requireNonNull(catalogs, "catalogs");
        this.analyzer = requireNonNull(analyzer, "analyzer");
        this.most = most;
    }

    /** The pages, with the rule that each is about. */
    static Map<RulePage, Rule> pages() throws IOException {
        Map<RulePage, Rule> pages = new LinkedHashMap<>();
        for (Rule rule : Rewriter.ALL) {
            pages.put(RulePage.read(rule.id().value()), rule);
            if (rule.id().value().equals(SHARED_BY)) {
                pages.put(RulePage.read(SHARED), rule);
            }
        }
        return pages;
    }

    /** Makes a page's tables and everything of it that is a query. */
    List<Rewrite> of(RulePage page, Rule rule) throws SQLException {
        String database = "page_" + page.name().toLowerCase(Locale.ROOT);
        try (Connection connection = upstream.superuser()) {
            Sql.run(connection, "CREATE DATABASE " + database);
        }
        try (Connection connection = upstream.server().connect(database)) {
            Sql.run(connection, page.schema());
            Catalog catalog = catalogs.load(database).catalog();
            List<Rewrite> rewrites = new ArrayList<>();
            for (RulePage.Case one : tried(page)) {
                Context context = new Context(catalog, one.path(), one.timeZone());
                Statement before = new Statement(one.sql(), types(connection, one));
                Statement after =
                        new Statement(
                                rewritten(before, context, rule, one), before.parameterTypes());
                rewrites.add(new Rewrite(name(page, one), kind(one), context, before, after));
            }
            return rewrites;
        }
    }

    private static String name(RulePage page, RulePage.Case one) {
        return page.name() + ":" + one.line() + " " + String.join(" ", one.codes());
    }

    private static Kind kind(RulePage.Case one) {
        return switch (one.heading()) {
            case FIRES -> Kind.RIGHT;
            case REFUTED -> Kind.WRONG;
            case DECLINES -> Kind.DOUBTFUL;
        };
    }

    /** All mutants, and some of what is right. */
    private List<RulePage.Case> tried(RulePage page) {
        Map<Integer, List<RulePage.Case>> right = new LinkedHashMap<>();
        List<RulePage.Case> tried = new ArrayList<>();
        for (RulePage.Case one : page.cases()) {
            if (one.sql().matches("(?is)(update|delete)\\b.*")
                    || one.codes().stream().anyMatch(ENVIRONMENT::containsKey)) {
                continue;
            }
            if (kind(one) == Kind.RIGHT) {
                right.computeIfAbsent(one.line(), line -> new ArrayList<>()).add(one);
            } else {
                tried.add(one);
            }
        }
        List<RulePage.Case> ofEach =
                right.values().stream().flatMap(alike -> spread(alike, MOST_ALIKE)).toList();
        spread(ofEach, most).forEach(tried::add);
        return tried;
    }

    /** At most so many of a list, far from each other. */
    private static Stream<RulePage.Case> spread(List<RulePage.Case> all, int most) {
        int count = Math.min(most, all.size());
        return IntStream.range(0, count).mapToObj(i -> all.get(i * all.size() / count));
    }

    private String rewritten(Statement before, Context context, Rule rule, RulePage.Case one) {
        Context asked =
                new Context(
                        without(rule, context.catalog()), context.searchPath(), context.timeZone());
        Set<String> waived = new HashSet<>(one.codes());
        return new Rewriter(analyzer, List.of(rule), waived)
                .analyse(before, asked).candidates().stream()
                        .findFirst()
                        .map(Candidate::sql)
                        .orElseThrow(() -> new IllegalStateException("nothing is made of " + one));
    }

    /** As of a server of the last version that does not do by itself what the rule does. */
    private static Catalog without(Rule rule, Catalog here) {
        return here.major() < rule.nativeFrom()
                ? here
                : here.ofVersion(rule.nativeFrom() * 10_000 - 1);
    }

    /** The parameters' types as PostgreSQL resolves them. */
    private static List<Integer> types(Connection connection, RulePage.Case one)
            throws SQLException {
        if (one.types().isEmpty()) {
            return List.of();
        }
        String path =
                one.path().stream().map(QualifiedName::quote).collect(Collectors.joining(", "));
        Sql.run(connection, "SET search_path = " + path);
        Sql.run(
                connection,
                "PREPARE asked (" + String.join(", ", one.types()) + ") AS " + one.sql());
        List<Integer> types =
                Sql.texts(
                                connection,
                                "SELECT unnest(parameter_types)::oid FROM pg_prepared_statements"
                                        + " WHERE name = 'asked'")
                        .stream()
                        .map(Integer::parseUnsignedInt)
                        .toList();
        Sql.run(connection, "DEALLOCATE asked");
        Sql.run(connection, "RESET search_path");
        return types;
    }
}

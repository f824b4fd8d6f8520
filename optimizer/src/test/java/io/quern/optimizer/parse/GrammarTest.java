package io.quern.optimizer.parse;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.Level;

import org.apache.calcite.sql.JoinType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

final class GrammarTest {

    private static Tree tree(String sql) {
        Grammar.Result result = Grammar.parse(sql);
        assertThat(result).as(sql).isInstanceOf(Tree.class);
        return (Tree) result;
    }

    private static String text(Tree tree, Span span) {
        return span.isEmpty()
                ? ""
                : tree.tokens()
                        .sql()
                        .sql()
                        .substring(
                                tree.tokens().sql().start(span.from()),
                                tree.tokens().sql().end(span.to() - 1));
    }

    private static List<String> conjuncts(String sql) {
        Tree tree = tree(sql);
        PostgresSelect select =
                (PostgresSelect)
                        (tree.node() instanceof OrderedQuery query ? query.query : tree.node());
        return Level.conjuncts(select.getWhere()).stream()
                .map(node -> text(tree, tree.bracketed(node)))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT o.date, o.user, value, year AS \"Year\" FROM orders o WHERE o.id = $1 LIMIT $2 OFFSET $3",
                "SELECT '😀', \"ü\" FROM t\n\tWHERE a = '😀''x' -- note\n AND b = E'\\'' /* x /* y */ */;",
                "SELECT a::numeric(10, 2)[], CAST(b AS timestamp(0) without time zone) FROM t WHERE c @> '{}'::jsonb",
                "SELECT interval '1 day', date '2020-01-01', now() - interval '7 days' FROM t",
                "SELECT extract(year FROM a), substring(b FROM 1 FOR 2), trim(BOTH ' ' FROM c), position('x' IN d) FROM t",
                "SELECT DISTINCT ON (a, b) a FROM t ORDER BY a, b DESC NULLS LAST",
                "SELECT count(*) FILTER (WHERE a > 1), array_agg(x ORDER BY y), sum(z) OVER (PARTITION BY q ORDER BY r) FROM t",
                "WITH x AS MATERIALIZED (SELECT 1 AS a) SELECT * FROM x WHERE a BETWEEN 1 AND 2",
                "SELECT a FROM t WHERE b = ANY($1) AND c = ANY(ARRAY[1, 2]) AND d ->> 'k' = 'v' FOR UPDATE SKIP LOCKED",
                "UPDATE t SET a = $1, b = now() WHERE id = $2 RETURNING *",
                "DELETE FROM t WHERE id = 5",
                "SELECT a AT TIME ZONE 'UTC' FROM t WHERE b IS NOT DISTINCT FROM c AND d COLLATE \"C\" > 'x'",
                "SELECT 1 FROM a JOIN b USING (id) LEFT JOIN (SELECT 2 AS id FROM c) AS d ON d.id = a.id, LATERAL (SELECT 1) e",
                "SELECT 1 UNION ALL (SELECT 2 ORDER BY 1 LIMIT 1)",
                "SELECT CASE WHEN a THEN 'x' ELSE 'y' END FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.id = t.id)",
            })
    void readsPostgres(String sql) {
        tree(sql);
    }

    @Test
    void splitsConditionsAsPostgresDoes() {
        assertThat(
                        conjuncts(
                                "select 1 from t where a = 'x'::text and (b between 1 and 2 and (c or d))"
                                        + " and case when e and f then g end and t.and = 1"))
                .containsExactly(
                        "a = 'x'::text",
                        "b between 1 and 2",
                        "(c or d)",
                        "case when e and f then g end",
                        "t.and = 1");
        assertThat(conjuncts("select 1 from t where a = 1 or b = 2 and c = 3 order by d"))
                .containsExactly("a = 1 or b = 2 and c = 3");
    }

    @Test
    void knowsClausesJoinsAndLevels() {
        Tree tree =
                tree(
                        "SELECT DISTINCT x.a b FROM s.\"T t\" x LEFT JOIN u ON u.a = x.a WHERE x.a IN"
                                + " (SELECT v.c FROM v WHERE v.d = 1) ORDER BY x.a DESC, b LIMIT 5");
        var query = (OrderedQuery) tree.node();
        var select = (PostgresSelect) query.query;
        assertThat(text(tree, tree.span(select.getSelectList()))).isEqualTo("x.a b");
        assertThat(select.isDistinct()).isTrue();
        assertThat(query.fetch).isNotNull();
        assertThat(query.orderList)
                .extracting(key -> text(tree, tree.span(key)))
                .containsExactly("x.a DESC", "b");
        var join = (SqlJoin) requireNonNull(select.getFrom());
        assertThat(join.getJoinType()).isEqualTo(JoinType.LEFT);
        var left = (SqlCall) join.getLeft();
        assertThat(((SqlIdentifier) left.operand(0)).names).containsExactly("s", "T t");
        assertThat(text(tree, tree.span(requireNonNull(join.getCondition()))))
                .isEqualTo("u.a = x.a");
        var in = (SqlCall) requireNonNull(select.getWhere());
        assertThat(text(tree, tree.span(in.operand(1))))
                .isEqualTo("SELECT v.c FROM v WHERE v.d = 1");
    }

    @Test
    void refusesWithoutQuotingTheStatement() {
        for (String sql :
                List.of(
                        "SELECT secret_word FROM FROM t WHERE a = 'hush'",
                        "SELECT 1 INTO secret_word FROM t",
                        "SELECT 1 FROM t WHERE secret_word LIKE",
                        "SELECT 'hush",
                        "SELECT 1; SELECT 'hush'",
                        "CREATE TABLE secret_word (a text DEFAULT 'hush')",
                        "",
                        "hush")) {
            Grammar.Result result = Grammar.parse(sql);
            assertThat(result).as(sql).isInstanceOf(Grammar.Declined.class);
            assertThat(((Grammar.Declined) result).refusal().toString())
                    .doesNotContain("hush")
                    .doesNotContain("secret_word");
        }
    }

    @Test
    void readsLongStatementsFlatly() {
        tree("SELECT '" + "x".repeat(1_000_000) + "'");
        tree("SELECT 1 FROM t WHERE a IN (0" + ", 1".repeat(20_000) + ")");
        tree("SELECT 1 FROM t WHERE a = 0" + " OR a = 1".repeat(20_000));
        tree("INSERT INTO t VALUES (0, 'x')" + ", (1, 'y')".repeat(15_000));
    }

    @Test
    void boundsLengthAndDepth() {
        assertThat(Grammar.parse("SELECT '" + "x".repeat(Grammar.MAX_CHARS) + "'"))
                .isInstanceOf(Grammar.Declined.class);
        assertThat(Grammar.parse("SELECT 1" + ", 1".repeat(Grammar.MAX_TOKENS / 2)))
                .isInstanceOf(Grammar.Declined.class);
        assertThat(Grammar.parse("SELECT 1" + " || 1".repeat(2000)))
                .isInstanceOf(Grammar.Declined.class);
        assertThat(Grammar.parse("SELECT " + "(".repeat(5000) + "1" + ")".repeat(5000)))
                .isInstanceOf(Grammar.Declined.class);
        assertThat(Grammar.parse("SELECT 1 WHERE " + "NOT ".repeat(15_000) + "true"))
                .isInstanceOf(Grammar.Declined.class);
        assertThat(Grammar.parse("SELECT " + "- ".repeat(30_000) + "1"))
                .isInstanceOf(Grammar.Declined.class);
    }
}

package io.quern.optimizer.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.optimizer.RuleTester;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Set;

final class NotInToNotExistsIT {
    private static final RuleTester TESTER =
            RuleTester.of(
                    new NotInToNotExists(),
                    """
                    CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
                    CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, city text, big bigint NOT NULL,
                                            loose text COLLATE nocase NOT NULL);
                    INSERT INTO customers SELECT i, 'c' || i % 7, CASE WHEN i % 3 > 0 THEN 'x' END, i, 'L' || i % 5
                        FROM generate_series(1, 40) i;
                    CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, referrer int, note text NOT NULL,
                                         total int NOT NULL, loose text COLLATE nocase NOT NULL);
                    INSERT INTO orders SELECT i, 1 + i % 11, CASE WHEN i % 5 > 0 THEN i END, 'c' || i % 3, i % 10, 'l' || i % 2
                        FROM generate_series(1, 60) i;
                    CREATE TABLE hidden (id int NOT NULL);
                    ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;
                    CREATE SCHEMA strict;
                    CREATE TABLE strict.items (item int NOT NULL);
                    CREATE SCHEMA loose;
                    CREATE TABLE loose.items (item int);
                    CREATE TABLE bytewise (c text COLLATE "C" NOT NULL);
                    CREATE VIEW seen AS SELECT * FROM orders;
                    """);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)",
                "SELECT c.id FROM customers c WHERE NOT c.id IN (SELECT o.customer_id FROM orders o WHERE o.total = 3)",
                "SELECT id FROM customers WHERE id NOT IN(SELECT customer_id FROM orders WHERE total = 1 OR total = 2 -- x\n)",
                "SELECT id, city FROM customers WHERE city = 'x' AND name NOT IN (SELECT DISTINCT note FROM orders WHERE total > 5) AND id < 30",
                "SELECT c.id FROM customers c WHERE c.id NOT IN (SELECT o.customer_id FROM orders o WHERE o.note = c.name)",
                "SELECT count(*) FROM customers c JOIN orders o ON o.customer_id = c.id WHERE o.total NOT IN (SELECT total FROM orders x WHERE x.id = c.id)",
                "SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders WHERE false)",
                "SELECT a.id FROM customers a WHERE id NOT IN (SELECT o.customer_id FROM orders o LEFT JOIN customers b ON b.id = o.total WHERE b.city IS NULL)",
            })
    void keepsTheRows(String sql) {
        TESTER.on(sql).sameRows();
    }

    @Test
    void qualifiesWhatMovesInwards() {
        assertThat(
                        TESTER.on(
                                        "SELECT id FROM customers WHERE id NOT IN (SELECT customer_id"
                                                + " FROM orders WHERE total = $1 OR total = 2)")
                                .withParameter(23, "1")
                                .sameRows())
                .isEqualTo(
                        "SELECT id FROM customers WHERE NOT EXISTS (SELECT 1 FROM orders WHERE"
                                + " (total = $1 OR total = 2) AND customers.id = customer_id)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nullable-column | SELECT id FROM customers WHERE id NOT IN (SELECT referrer FROM orders)",
                "nullable-column | SELECT id FROM customers WHERE city NOT IN (SELECT note FROM orders)",
                "types-differ | SELECT id FROM customers WHERE big NOT IN (SELECT total FROM orders)",
                "collation | SELECT id FROM customers WHERE loose NOT IN (SELECT loose FROM orders)",
                "collations-differ | SELECT id FROM customers WHERE name NOT IN (SELECT c FROM bytewise)",
                "outer-join | SELECT c.id FROM customers c LEFT JOIN orders o ON o.id = c.id WHERE o.total NOT IN (SELECT id FROM orders x)",
                "outer-join | SELECT id FROM customers WHERE id NOT IN (SELECT o.total FROM customers x LEFT JOIN orders o ON o.id = x.id)",
                "name-capture | SELECT o.id FROM orders o WHERE o.id NOT IN (SELECT o.customer_id FROM orders o)",
                "name-capture | SELECT id FROM orders WHERE id NOT IN (SELECT customer_id FROM orders)",
                "outer-column | SELECT id FROM customers WHERE id NOT IN (SELECT big FROM orders)",
                "subquery-form | SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders LIMIT 1)",
                "subquery-form | SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders GROUP BY customer_id)",
                "subquery-form | SELECT id FROM customers WHERE id NOT IN (SELECT total FROM orders UNION SELECT 1)",
                "subquery-form | SELECT id FROM customers WHERE id NOT IN (SELECT DISTINCT ON (total) id FROM orders)",
                "output | SELECT id FROM customers WHERE id NOT IN (SELECT max(total) FROM orders)",
                "left-side | SELECT id FROM customers WHERE (id, big) NOT IN (SELECT id, id FROM orders)",
                "left-side | SELECT id FROM customers WHERE id + 1 NOT IN (SELECT id FROM orders)",
                "row-security | SELECT id FROM customers WHERE id NOT IN (SELECT id FROM hidden)",
                "locking | SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders) FOR SHARE",
                "not-select | DELETE FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)",
                "function | SELECT id, random() FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)",
                "may-fail | SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders WHERE 1 / total = 1)",
                "may-fail | SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders) AND 1 / id = 1",
                "column | SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM seen)",
                "column | WITH orders AS (SELECT 1 AS customer_id) SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)",
            })
    void declines(String code, String sql) {
        TESTER.on(sql).declines(code);
    }

    /** PostgreSQL passes over a schema the role may not use: it finds nullable.items then. */
    @Test
    void doesNotGuessWhichOfTwoSchemasIsMeant() {
        String sql = "SELECT id FROM customers WHERE id NOT IN (SELECT item FROM items)";
        TESTER.on(sql).withSearchPath("strict", "public").sameRows();
        TESTER.on(sql).withSearchPath("strict", "loose", "public").declines("column");
        TESTER.on(sql).withSearchPath("information_schema", "strict", "public").declines("column");
        TESTER.on(sql.replace("items", "strict.items"))
                .withSearchPath("strict", "loose", "public")
                .sameRows();
    }

    @Test
    void leavesOtherPlacesAlone() {
        TESTER.on("SELECT id NOT IN (SELECT customer_id FROM orders) FROM customers").ignores();
        TESTER.on("SELECT 1 FROM customers WHERE id = 1 OR id NOT IN (SELECT id FROM orders)")
                .ignores();
        TESTER.on("SELECT 1 FROM customers WHERE id NOT IN (1, 2)").ignores();
        TESTER.on("SELECT 1 FROM customers WHERE id IN (SELECT id FROM orders)").ignores();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nullable-column | SELECT id FROM customers WHERE id NOT IN (SELECT referrer FROM orders)",
                "nullable-column | SELECT id FROM customers WHERE city NOT IN (SELECT note FROM orders)",
                "outer-join | SELECT c.id FROM customers c LEFT JOIN orders o ON o.id = c.id + 50 WHERE o.total NOT IN (SELECT id FROM orders x WHERE x.id > 5)",
                "outer-join | SELECT id FROM customers WHERE id NOT IN (SELECT o.total FROM customers x LEFT JOIN orders o ON o.id = x.id + 50)",
                "name-capture | SELECT o.id FROM orders o WHERE o.id NOT IN (SELECT o.customer_id FROM orders o)",
            })
    void isWrongWithoutAGuard(String guard, String sql) {
        TESTER.withRule(new NotInToNotExists(Set.of(guard, "may-fail"))).on(sql).differs();
    }
}

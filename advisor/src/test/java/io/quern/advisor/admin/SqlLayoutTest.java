package io.quern.advisor.admin;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;

import org.junit.jupiter.api.Test;

import java.util.stream.Collectors;

final class SqlLayoutTest {

    @Test
    void clauses_begin_lines_and_subqueries_are_indented() {
        assertThat(text(Samples.NEVER_ORDERED))
                .isEqualTo(
                        """
                        SELECT c.id, c.email
                        FROM customers AS c
                        WHERE c.id NOT IN (
                          SELECT o.customer_id
                          FROM orders AS o
                          WHERE o.placed_at BETWEEN ? AND ?
                        )
                          AND c.active
                        ORDER BY c.id""");
    }

    @Test
    void keywords_inside_functions_names_and_literals_break_nothing() {
        String sql = "SELECT extract(year FROM t.x), left(t.\"from\", 2), 'a FROM b' || t.order";
        assertThat(text(sql)).isEqualTo(sql);
    }

    @Property(tries = 300)
    void nothing_but_white_space_changes(
            @ForAll
                    @Chars({'(', ')', ' ', '\'', '"', '$', '-', '/', '*', ',', '.', '?', '\n'})
                    @CharRange(from = 'a', to = 'e')
                    String sql) {
        String whole = "SELECT " + sql + " FROM t WHERE (SELECT " + sql + ")";
        assertThat(bare(text(sql))).isEqualTo(bare(sql));
        assertThat(bare(text(whole))).isEqualTo(bare(whole));
    }

    private static String text(String sql) {
        return SqlView.of(sql).runs().stream().map(SqlView.Run::text).collect(Collectors.joining());
    }

    private static String bare(String sql) {
        return sql.replaceAll("\\s", "");
    }
}

package io.quern.optimizer.lex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quern.optimizer.Edit;
import io.quern.optimizer.Piece;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class SqlTextTest {

    @Test
    void offsetsAreInChars() {
        SqlText sql = SqlText.of("SELECT 'é😀', über FROM t");
        assertThat(sql.count()).isEqualTo(6);
        assertThat(sql.text(1)).isEqualTo("'é😀'");
        assertThat(sql.text(3)).isEqualTo("über");
        assertThat(sql.tokenAt(0)).isZero();
        assertThat(sql.tokenAt(6)).as("white space").isEqualTo(1);
        assertThat(sql.tokenAt(sql.start(3) + 1)).isEqualTo(3);
        assertThat(sql.tokenAt(1000)).isEqualTo(6);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "select  a,b from \"t\" where x=1 -- c§SELECT a, b FROM t WHERE x = ?",
                "SELECT Count(*) from \"T\".x;§SELECT count(*) FROM \"T\".x",
                "a IN(1,2 , 3)§a IN (?)",
                "insert into t(a) values(1),(2)§INSERT INTO t(a) VALUES (?)",
                "date_trunc('day',c)::date=-1§date_trunc(?, c)::date = ?",
                "a - 1, coalesce(-1,$2), x[1]§a - ?, COALESCE(?, ?), x[?]",
                "\"user\" and user and \"a b\" and \"Ü\"§\"user\" AND USER AND \"a b\" AND Ü",
            })
    void templates(String sql, String template) {
        assertThat(SqlText.of(sql).template().text()).isEqualTo(template);
        assertThat(SqlText.of(sql).template().fingerprint())
                .isEqualTo(SqlText.of(sql).fingerprint());
    }

    @Test
    void editsLeaveTheRestByteForByte() {
        SqlText sql = SqlText.of("SELECT /* é */ a  FROM t\nWHERE(f(a)) = 'x' -- end");
        // tokens: SELECT a FROM t WHERE ( f ( a ) ) = 'x'
        var replace =
                new Edit(
                        5,
                        13,
                        List.of(
                                new Piece.Text("a >= "),
                                new Piece.Source(12, 13),
                                new Piece.Text("::date")));
        assertThat(sql.apply(List.of(replace)))
                .isEqualTo("SELECT /* é */ a  FROM t\nWHERE a >= 'x' ::date -- end");
        assertThat(sql.redacted(List.of(replace)))
                .isEqualTo("SELECT a  FROM t\nWHERE a >= ? ::date");
        assertThat(sql.apply(List.of())).isEqualTo(sql.sql());
    }

    @Test
    void aListBecomesTheTextOfAnArray() {
        SqlText sql = SqlText.of("a IN (1, - 2 /* two */ ,\n3)");
        // tokens: a IN ( 1 , - 2 , 3 )
        var replace =
                new Edit(
                        1,
                        10,
                        List.of(
                                new Piece.Text("= ANY("),
                                new Piece.ArrayText(3, 9),
                                new Piece.Text(")")));
        assertThat(sql.apply(List.of(replace))).isEqualTo("a = ANY('{1,-2,3}')");
        assertThat(sql.redacted(List.of(replace))).isEqualTo("a = ANY('{?,-?,?}')");
        SqlText strings = SqlText.of("('a, b', '')");
        var quoted = new Edit(0, 5, List.of(new Piece.ArrayText(1, 4)));
        assertThat(strings.apply(List.of(quoted))).isEqualTo("'{\"a, b\",\"\"}'");
        assertThat(strings.redacted(List.of(quoted))).isEqualTo("'{?,?}'");
        var beyond = new Edit(0, 1, List.of(new Piece.ArrayText(8, 11)));
        assertThatThrownBy(() -> sql.apply(List.of(beyond)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void insertionsGoBeforeTheirToken() {
        SqlText sql = SqlText.of("a -- x\nb --y");
        assertThat(
                        sql.apply(
                                List.of(
                                        new Edit(0, 0, List.of(new Piece.Text("<"))),
                                        new Edit(1, 1, List.of(new Piece.Text("(( "))),
                                        new Edit(1, 2, List.of(new Piece.Source(0, 2))),
                                        new Edit(2, 2, List.of(new Piece.Text("c"))))))
                .isEqualTo("< a -- x\n(( a -- x\nb c --y");
    }

    @Test
    void deletionKeepsNeighboursApart() {
        SqlText sql = SqlText.of("a(b)c");
        assertThat(sql.apply(List.of(new Edit(1, 4, List.of())))).isEqualTo("a c");
    }

    @Test
    void refusesEditsThatDoNotFit() {
        SqlText sql = SqlText.of("a b");
        List<Piece> none = List.of();
        assertThatThrownBy(() -> sql.apply(List.of(new Edit(0, 3, none))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sql.apply(List.of(new Edit(1, 2, none), new Edit(0, 1, none))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> sql.apply(List.of(new Edit(0, 1, List.of(new Piece.Source(1, 3))))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tellsNothingOfWhatItCannotRead() {
        assertThat(SqlText.redact("SELECT 'secret")).isEqualTo("[unreadable SQL, 14 characters]");
        assertThat(SqlText.redact("SELECT 'x', 12 /* secret */ FROM t"))
                .isEqualTo("SELECT ?, ? FROM t");
        assertThatThrownBy(() -> SqlText.of("SELECT 'secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> SqlText.of("SELECT \ud800"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(SqlText.of("SELECT 'secret'")).hasToString("SELECT ?");
    }
}

package io.quern.optimizer.lex;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

class LexerPropertyTest {

    private static final List<String> PLAIN =
            List.of(
                    "SELECT", "a", "\"A b\"", "IN", "VALUES", "ARRAY", "(", ")", "[", "]", ",", ";",
                    ".", "::", ":=", "..", ":", "+", "-", "*", "<=", "->>", "@-", "NULL", "TRUE",
                    "été", "U&\"x\"", "\\", "{", "$", "BY", "user");

    private static final List<List<String>> LITERALS =
            List.of(
                    List.of("'a'", "''", "'it''s'", "E'\\''", "$$x'$$", "$q$ -- $q$", "U&'\\0061'"),
                    List.of("1", "0", "2147483647", "007"),
                    List.of("3000000000", "9223372036854775807"),
                    List.of("1.5", "1e9", ".5", "99999999999999999999"),
                    List.of("B'01'", "X'ff'"),
                    List.of("N'a'", "n'b'"));

    private static final List<String> GAPS =
            List.of(" ", "\n", "\t ", " /* c */ ", " -- '\n", "/*/**/*/ ");

    /** One token: which plain word or kind of literal, and which of its spellings. */
    record Item(int kind, int spelling) {
        String text(int shift) {
            if (kind < PLAIN.size()) {
                return PLAIN.get(kind);
            }
            List<String> spellings = LITERALS.get(kind - PLAIN.size());
            return spellings.get((spelling + shift) % spellings.size());
        }
    }

    @Provide
    Arbitrary<List<Item>> statements() {
        Arbitrary<Integer> kinds =
                Arbitraries.integers().between(0, PLAIN.size() + LITERALS.size() - 1);
        return Combinators.combine(kinds, Arbitraries.integers().between(0, 20))
                .as(Item::new)
                .list()
                .ofMaxSize(25);
    }

    @Provide
    Arbitrary<byte[]> noise() {
        Arbitrary<Byte> sqlish =
                Arbitraries.chars()
                        .with("'\"$/*-+;:.\\()eEuU&bnx019_ \n\t,[]@a\u00e9")
                        .map(c -> (byte) c.charValue());
        return Arbitraries.frequencyOf(Tuple.of(6, sqlish), Tuple.of(1, Arbitraries.bytes()))
                .array(byte[].class)
                .ofMaxSize(60);
    }

    @Property(tries = 3000)
    void anyBytesAreTiledByTokensAndGapsOrRefused(
            @ForAll("noise") byte[] bytes, @ForAll boolean conforming) {
        var lexer = new Lexer();
        if (lexer.lex(bytes, 0, bytes.length, conforming)) {
            int at = 0;
            for (int token = 0; token < lexer.count(); token++) {
                assertThat(lexer.start(token)).isGreaterThanOrEqualTo(at);
                assertThat(lexer.end(token)).isGreaterThan(lexer.start(token));
                assertThat(Scan.gap(bytes, at, bytes.length)).isEqualTo(lexer.start(token));
                at = lexer.end(token);
            }
            assertThat(Scan.gap(bytes, at, bytes.length)).isEqualTo(bytes.length);
        }
    }

    @Property(tries = 2000)
    void prefixesNeverFailButForZeroBytes(@ForAll("noise") byte[] bytes) {
        var lexer = new Lexer();
        boolean lexed = lexer.lexPrefix(bytes, 0, bytes.length, true);
        for (byte b : bytes) {
            lexed |= b == 0;
        }
        assertThat(lexed).isTrue();
    }

    @Property(tries = 2000)
    void literalsSpacingCommentsAndCaseDoNotMatter(
            @ForAll("statements") List<Item> items, @ForAll long seed) {
        String sql = text(items, 0, " ");
        String other = text(items, 1 + Math.floorMod(seed, 7), seed);
        assertThat(LexerTest.skeleton(other)).as(other).isEqualTo(LexerTest.skeleton(sql));
        assertThat(LexerTest.fingerprint(other)).as(other).isEqualTo(LexerTest.fingerprint(sql));
        assertThat(SqlText.of(other).template()).isEqualTo(SqlText.of(sql).template());
        assertThat(SqlText.of(other).count()).isEqualTo(items.size());
    }

    @Property(tries = 2000)
    void anyOtherTokenChangesTheSkeleton(
            @ForAll("statements") List<Item> items, @ForAll("statements") List<Item> others) {
        boolean same =
                items.stream()
                        .map(Item::kind)
                        .toList()
                        .equals(others.stream().map(Item::kind).toList());
        if (!same) {
            assertThat(LexerTest.skeleton(text(items, 0, " ")))
                    .isNotEqualTo(LexerTest.skeleton(text(others, 0, " ")));
        }
    }

    @Property(tries = 2000)
    void oneTokenReplacedChangesTheSkeleton(
            @ForAll("statements") List<Item> items, @ForAll long seed) {
        if (!items.isEmpty()) {
            var random = new Random(seed);
            List<Item> changed = new ArrayList<>(items);
            int at = random.nextInt(items.size());
            Item old = items.get(at);
            int kinds = PLAIN.size() + LITERALS.size();
            int kind = (old.kind() + 1 + random.nextInt(kinds - 1)) % kinds;
            changed.set(at, new Item(kind, 0));
            assertThat(LexerTest.skeleton(text(changed, 0, " ")))
                    .isNotEqualTo(LexerTest.skeleton(text(items, 0, " ")));
        }
    }

    @Property(tries = 500)
    void redactionShowsNoLiteral(@ForAll("statements") List<Item> items) {
        List<Item> secretive = new ArrayList<>(items);
        String sql = text(secretive, 0, " ") + " 'secret' /* secret */ $$secret$$ -- secret";
        assertThat(SqlText.redact(sql)).doesNotContain("secret");
        assertThat(SqlText.of(sql).template().text()).doesNotContain("secret");
    }

    private static String text(List<Item> items, int shift, String gap) {
        var sql = new StringBuilder();
        for (Item item : items) {
            sql.append(item.text(shift)).append(gap);
        }
        return sql.toString();
    }

    private static String text(List<Item> items, int shift, long seed) {
        var random = new Random(seed);
        var sql = new StringBuilder();
        for (Item item : items) {
            String text = item.text(shift);
            boolean word = text.chars().allMatch(c -> c < 0x80 && Character.isLetter(c));
            sql.append(random.nextBoolean() && word ? swapped(text) : text);
            // a line break between two strings would make them one
            boolean string = item.kind() >= PLAIN.size();
            sql.append(string ? " /* ' */ " : GAPS.get(random.nextInt(GAPS.size())));
        }
        return sql.toString();
    }

    private static String swapped(String word) {
        var swapped = new StringBuilder();
        word.chars().forEach(c -> swapped.append((char) (c ^ 0x20)));
        return swapped.toString();
    }

    @Property(tries = 300)
    void oneLexerServesManyTexts(@ForAll("noise") byte[] first, @ForAll("noise") byte[] second) {
        var reused = new Lexer();
        reused.lex(first, 0, first.length, true);
        var fresh = new Lexer();
        byte[] padded = new byte[second.length + 10];
        Arrays.fill(padded, (byte) '\'');
        System.arraycopy(second, 0, padded, 5, second.length);
        boolean lexed = fresh.lex(second, 0, second.length, true);
        assertThat(reused.lex(padded, 5, second.length, true)).isEqualTo(lexed);
        if (lexed) {
            assertThat(reused.fingerprint()).isEqualTo(fresh.fingerprint());
            assertThat(Arrays.copyOf(reused.skeleton(), reused.skeletonLength()))
                    .isEqualTo(Arrays.copyOf(fresh.skeleton(), fresh.skeletonLength()));
            assertThat(new String(reused.splice(List.of()), StandardCharsets.ISO_8859_1))
                    .isEqualTo(new String(second, StandardCharsets.ISO_8859_1));
        }
    }
}

package io.quern.advisor.lab;

import static io.quern.advisor.lab.Schema.statement;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.advisor.Lab.Outcome;
import io.quern.advisor.Lab.Verdict;
import io.quern.advisor.copy.Original;
import io.quern.optimizer.Analysis;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.Context;
import io.quern.optimizer.Statement;
import io.quern.optimizer.Table;
import io.quern.optimizer.catalog.ParseAnalyzer;
import io.quern.optimizer.catalog.ParseAnalyzer.Analyzed;
import io.quern.optimizer.catalog.ParseAnalyzer.Unread;
import io.quern.optimizer.rewrite.Rewriter;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The lab speaks for the upstream's version with a server of that, or says that it does not. */
class LabVersionsIT {
    private static final Budget SHORT = new Budget(Duration.ofSeconds(3), 1_200, 7);
    private static final String NOTE = "on PostgreSQL 18, for there is no PostgreSQL 15 here";

    private static final Map<Integer, EmbeddedServer> started = new HashMap<>();
    private static EquivalenceLab lab;
    private static EquivalenceLab poor;

    @BeforeAll
    static void open() {
        lab = new EquivalenceLab(LabVersionsIT::start, SHORT, InstantSource.system());
        poor = new EquivalenceLab(new OnlyBundled(), SHORT, InstantSource.system());
    }

    @AfterAll
    static void close() {
        lab.close();
        poor.close();
    }

    private static EmbeddedServer start(int major) throws IOException, InterruptedException {
        EmbeddedServer server = EmbeddedServer.start(LabServer.options(major), step -> {});
        started.put(major, server);
        return server;
    }

    /** A machine without any other version. */
    private static final class OnlyBundled implements LabServers.Launcher {
        @Override
        public EmbeddedServer launch(int major) throws IOException, InterruptedException {
            assertThat(major).isEqualTo(Binaries.BUNDLED);
            return EmbeddedServer.start(LabServer.options(major), step -> {});
        }

        @Override
        public boolean has(int major) {
            return major == Binaries.BUNDLED;
        }
    }

    private static Context context(int major, List<Table> tables) {
        return new Context(
                new Catalog("shop" + major, major * 10_000, tables), List.of("public"), "UTC");
    }

    private static Context shop(int major) {
        return context(major, Schema.SHOP.tables());
    }

    private static Verdict refute(EquivalenceLab lab, Context context, String sql) {
        Statement statement = statement(sql, List.of());
        return lab.refute(context, statement, statement);
    }

    private static ParseAnalyzer.Answer read(EquivalenceLab lab, Context context, String sql) {
        return lab.analyzer().analyze(statement(sql, List.of()), context);
    }

    @ParameterizedTest
    @MethodSource("io.quern.advisor.lab.EquivalenceLabIT#wrong")
    void wrongPairsAreRefutedOnTheOldest(EquivalenceLabIT.Pair pair) {
        assertThat(refute(lab, pair).outcome()).isEqualTo(Outcome.COUNTEREXAMPLE);
    }

    @ParameterizedTest
    @MethodSource("io.quern.advisor.lab.EquivalenceLabIT#right")
    void rightPairsAreNotRefutedOnTheOldest(EquivalenceLabIT.Pair pair) {
        Verdict verdict = refute(lab, pair);
        assertThat(verdict.outcome())
                .as("%s %s", verdict.reason(), verdict.counterexample())
                .isEqualTo(Outcome.NO_COUNTEREXAMPLE);
    }

    private static Verdict refute(EquivalenceLab lab, EquivalenceLabIT.Pair pair) {
        return lab.refute(
                shop(15),
                statement(pair.before(), pair.types()),
                statement(pair.after(), pair.types()));
    }

    @Test
    void eachVersionHasAServerOfItsOwn() {
        String since16 = "SELECT any_value(id) FROM item";
        assertThat(read(lab, shop(18), since16)).isInstanceOf(Analyzed.class);
        assertThat(read(lab, shop(15), since16))
                .isInstanceOfSatisfying(
                        Unread.class,
                        unread ->
                                assertThat(unread.reason())
                                        .contains("function any_value(integer) does not exist")
                                        .doesNotContain("on PostgreSQL"));
        assertThat(refute(lab, shop(15), "SELECT id FROM item").reason())
                .doesNotContain("on PostgreSQL");
    }

    @Test
    void theTreesOfTheOldestAreRead() {
        Analysis analysis =
                new Rewriter(lab.analyzer())
                        .analyse(
                                statement(
                                        "SELECT l.note FROM line l JOIN item i ON i.id = l.item"
                                                + " WHERE date_trunc('day', i.made) = $1",
                                        List.of(1114)),
                                shop(15));
        assertThat(analysis.candidates()).isNotEmpty();
    }

    @Test
    void aLaterServerStandsInAndSaysSo() {
        assertThat(read(poor, shop(15), "SELECT id FROM item")).isInstanceOf(Analyzed.class);
        Verdict verdict = refute(poor, shop(15), "SELECT id FROM item");
        assertThat(verdict.outcome()).isEqualTo(Outcome.NO_COUNTEREXAMPLE);
        assertThat(verdict.reason()).endsWith("; " + NOTE);
        assertThat(read(poor, shop(15), "SELECT nothing FROM item"))
                .isInstanceOfSatisfying(
                        Unread.class, unread -> assertThat(unread.reason()).endsWith(NOTE));
        assertThat(refute(poor, shop(18), "SELECT id FROM item").reason())
                .doesNotContain("on PostgreSQL");
    }

    @Test
    void whatALaterServerWouldTakeForSomethingElseIsDeclined() throws Exception {
        Context words =
                context(
                        15,
                        List.of(Schema.table("t", List.of(), "id integer", "system_user text")));
        assertThat(refute(poor, words, "SELECT system_user FROM t").reason())
                .isEqualTo("the word system_user means something else " + NOTE);
        assertThat(read(poor, words, "SELECT system_user FROM t")).isInstanceOf(Unread.class);
        assertThat(read(poor, words, "SELECT t.system_user, \"system_user\" FROM t"))
                .isInstanceOf(Analyzed.class);
        Catalog made =
                Original.empty()
                        .sql(
                                "CREATE TABLE t (id integer); CREATE FUNCTION any_value(integer)"
                                        + " RETURNS integer LANGUAGE sql IMMUTABLE RETURN $1 + 1;"
                                        + " CREATE FUNCTION some_value(integer)"
                                        + " RETURNS integer LANGUAGE sql IMMUTABLE RETURN $1 + 1")
                        .catalog();
        Context functions =
                new Context(
                        new Catalog(
                                "functions",
                                150_000,
                                made.tables(),
                                made.otherRelations(),
                                made.routines(),
                                made.definitions()),
                        List.of("public"),
                        "UTC");
        assertThat(refute(poor, functions, "SELECT any_value(id) FROM t").reason())
                .startsWith("the function public.any_value(integer) may be hidden")
                .endsWith(NOTE);
        assertThat(refute(poor, functions, "SELECT some_value(id) FROM t").outcome())
                .isEqualTo(Outcome.NO_COUNTEREXAMPLE);
        Statement typed = statement("SELECT id FROM t WHERE $1 IS NULL", List.of(12_000));
        assertThat(poor.refute(functions, typed, typed).reason())
                .isEqualTo("the lab does not know the type of a parameter " + NOTE);
    }

    @ParameterizedTest
    @ValueSource(ints = {19, 20})
    void nobodySpeaksForANewerUpstream(int major) {
        String reason =
                "the upstream's PostgreSQL "
                        + major
                        + " is newer than the lab's 18, which may read the statement otherwise";
        Verdict verdict = refute(lab, shop(major), "SELECT id FROM item");
        assertThat(verdict.outcome()).isEqualTo(Outcome.UNSUPPORTED);
        assertThat(verdict.reason()).isEqualTo(reason);
        assertThat(read(lab, shop(major), "SELECT id FROM item")).isEqualTo(new Unread(reason));
    }

    /** PostgreSQL's own list of words is the judge of Quern's. */
    @Test
    void theWordsThatCameSinceTheOldestAreKnown() throws Exception {
        assertThat(read(lab, shop(15), "SELECT 1")).isInstanceOf(Analyzed.class);
        assertThat(read(lab, shop(18), "SELECT 1")).isInstanceOf(Analyzed.class);
        Set<String> reserved = words(18, "R', 'T");
        reserved.removeAll(words(15, "R', 'T"));
        assertThat(reserved).isEqualTo(Substitute.RESERVED.keySet());
        Set<String> calls = words(18, "C");
        calls.removeAll(words(15, "C"));
        assertThat(calls).isEqualTo(Substitute.CALLS);
    }

    private static Set<String> words(int major, String kinds) throws SQLException {
        Set<String> words = new HashSet<>();
        EmbeddedServer server = Objects.requireNonNull(started.get(major));
        try (Connection connection = server.connect("postgres");
                var statement = connection.createStatement();
                var row =
                        statement.executeQuery(
                                "SELECT word FROM pg_get_keywords() WHERE catcode IN ('"
                                        + kinds
                                        + "')")) {
            while (row.next()) {
                words.add(row.getString(1));
            }
        }
        return words;
    }
}

package io.quern.optimizer.random;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.optimizer.Candidate;
import io.quern.optimizer.PostgresServer;
import io.quern.optimizer.RuleId;
import io.quern.optimizer.outcome.Parameter;
import io.quern.optimizer.outcome.Slots;
import io.quern.optimizer.random.RandomStatements.Made;
import io.quern.optimizer.random.Trial.Case;
import io.quern.optimizer.random.Trial.Difference;
import io.quern.optimizer.rewrite.Rewriter;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Runs random statements over random schemas and everything the rules make of them on a real
 * PostgreSQL, also with other literals and other parameters, and compares what a client sees.
 *
 * <p>{@code -Dquern.test.pairs=30000} is the long form, in which every rule must have acted often;
 * {@code -Dquern.test.seed=N} begins with that schema; {@code -Dquern.test.rule=NAME} tries the
 * statements of one rule.
 */
final class RandomStatementsIT {
    private static final int PAIRS = Integer.getInteger("quern.test.pairs", 200);
    private static final boolean LONG = PAIRS >= 10_000;
    private static final long SEED = Long.getLong("quern.test.seed", 0);
    private static final String ONLY = System.getProperty("quern.test.rule", "");
    private static final int MOST_DIFFERENCES = Integer.getInteger("quern.test.differences", 3);

    private static final int STATEMENTS = 60;
    private static final int AT_LEAST = 30;

    /** It acts where a join is said twice by chance; its page tries it. */
    private static final String WITHOUT_PATTERN = "RepeatedJoinToCommonTable";

    private static final long FIXED = 20_241;

    private final List<String> rules =
            Rewriter.ALL.stream()
                    .map(rule -> rule.id().value())
                    .filter(name -> !name.equals(WITHOUT_PATTERN))
                    .filter(name -> ONLY.isEmpty() || name.equals(ONLY))
                    .toList();
    private final List<List<String>> pools = Kind.pools();
    private final Map<String, Integer> compared = new TreeMap<>();
    private final List<String> differences = new ArrayList<>();
    private int statements;
    private int rewritten;
    private int pairs;

    /** The same statements each time. */
    @Test
    void noRewriteIsNoticed() throws SQLException {
        run(SEED == 0 ? FIXED : SEED);
    }

    /** Others each time. */
    @Test
    void noRewriteOfFreshStatementsIsNoticed() throws SQLException {
        if (!LONG && SEED == 0) {
            run(System.nanoTime());
        }
    }

    private void run(long seed) throws SQLException {
        System.out.println("seed " + seed);
        String database = PostgresServer.shared().createDatabase();
        try (Connection own = PostgresServer.shared().connect(database);
                Connection analyst = PostgresServer.shared().connect(database)) {
            for (int i = 0; pairs < PAIRS && differences.size() < MOST_DIFFERENCES; i++) {
                round(seed + i, own, analyst);
            }
        }
        System.out.printf(
                "%d statements, %d of them rewritten, %d pairs compared, seed %d%n%s%n",
                statements, rewritten, pairs, seed, table());
        assertThat(differences).isEmpty();
        assertThat(pairs).isGreaterThanOrEqualTo(PAIRS);
        if (LONG && ONLY.isEmpty()) {
            assertThat(rules)
                    .allSatisfy(
                            rule ->
                                    assertThat(compared.getOrDefault(rule, 0))
                                            .as(rule)
                                            .isGreaterThan(AT_LEAST));
        }
    }

    private String table() {
        return rules.stream()
                .map(rule -> "%7d %s".formatted(compared.getOrDefault(rule, 0), rule))
                .collect(Collectors.joining("\n"));
    }

    private void round(long seed, Connection own, Connection analyst) throws SQLException {
        Dice dice = new Dice(seed);
        Schema schema = RandomSchema.make(dice);
        Trial trial = Trial.of(schema, own, analyst, dice);
        var random = new RandomStatements(dice, schema.tables(), rules);
        for (int i = 0; i < STATEMENTS && differences.size() < MOST_DIFFERENCES; i++) {
            statements++;
            Made made = random.next();
            Difference found = attack(trial, made, dice);
            if (found != null) {
                Difference least = new Shrinking(trial, found).run();
                String shown = "seed " + seed + "\n" + Shrinking.shown(trial, schema, least);
                System.out.println(shown);
                differences.add(shown);
                break;
            }
        }
        trial.session().rollback();
        pairs += trial.pairs();
        for (Map.Entry<RuleId, Integer> entry : trial.compared().entrySet()) {
            // the tables that the search groups are part of its name
            String rule = entry.getKey().value().replaceAll("\\(.*", "");
            compared.merge(rule, entry.getValue(), Integer::sum);
        }
    }

    private @Nullable Difference attack(Trial trial, Made made, Dice dice) throws SQLException {
        List<Parameter> parameters = made.parameters();
        List<Candidate> candidates = trial.candidates(made.sql(), parameters);
        if (candidates.isEmpty()) {
            return null;
        }
        rewritten++;
        var first = new Case(made.sql(), made.sql(), parameters, parameters, made.ordered());
        Difference found = trial.difference(first, candidates);
        for (int i = 0; i < 2 && found == null; i++) {
            String other = Slots.replaced(made.sql(), l -> dice.oneIn(3), l -> literal(l, dice));
            List<Parameter> values =
                    parameters.stream().map(p -> dice.oneIn(2) ? p : another(p, dice)).toList();
            // a literal may be the number of what is sorted by
            boolean ordered = made.ordered() && other.equals(made.sql());
            if (!other.equals(made.sql()) || !values.equals(parameters)) {
                found =
                        trial.difference(
                                new Case(made.sql(), other, parameters, values, ordered),
                                candidates);
            }
        }
        return found;
    }

    private static Parameter another(Parameter parameter, Dice dice) {
        for (Kind kind : Kind.values()) {
            if (kind.type().equals(parameter.type())) {
                String value = dice.oneIn(6) ? null : kind.value(dice, true);
                return new Parameter(parameter.type(), value);
            }
        }
        return parameter;
    }

    /** One that may stand in a literal's place at another execution. */
    private String literal(String literal, Dice dice) {
        if (!literal.endsWith("'")) {
            return literal.contains(".")
                    ? dice.of("0.0", "1.0", "2.5", "3.00", "777.0")
                    : dice.of("0", "1", "2", "3", "5", "12", "2024", "2147483647");
        }
        String text = literal.substring(literal.indexOf('\'') + 1, literal.length() - 1);
        List<List<String>> fitting = pools.stream().filter(pool -> pool.contains(text)).toList();
        List<String> pool = dice.pick(fitting.isEmpty() || dice.oneIn(10) ? pools : fitting);
        String value = Kind.quoted(dice.pick(pool));
        return dice.oneIn(10) ? "E" + value.replace("\\", "\\\\") : value;
    }
}

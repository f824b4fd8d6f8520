package io.quern.advisor.lab;

import static java.util.stream.Collectors.joining;

import io.quern.advisor.Lab.Counterexample;
import io.quern.advisor.Lab.Outcome;
import io.quern.advisor.Lab.Verdict;
import io.quern.advisor.copy.SchemaCopy;
import io.quern.advisor.copy.Words;
import io.quern.advisor.lab.Answer.Failure;
import io.quern.advisor.lab.Answer.Rows;
import io.quern.optimizer.Check;
import io.quern.optimizer.Column;
import io.quern.optimizer.Context;
import io.quern.optimizer.Statement;
import io.quern.optimizer.View;
import io.quern.optimizer.lex.SqlText;

import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** One attempt to refute that two statements are equivalent, from schema to verdict. */
final class Hunt {
    /** Where the session's time zone is unknown: one without and two with odd clock changes. */
    private static final List<String> ZONES =
            List.of("UTC", "America/New_York", "Australia/Lord_Howe");

    private static final Set<String> PRESENT =
            Set.of(
                    "now",
                    "current_date",
                    "current_timestamp",
                    "localtimestamp",
                    "transaction_timestamp",
                    "statement_timestamp");

    /** Every so many databases the original runs twice. */
    private static final int REPETITION = 16;

    private static final int SHRINKING = 400;

    private final Context context;
    private final Budget budget;
    private final InstantSource clock;
    private final List<String> zones;

    Hunt(Context context, Budget budget, InstantSource clock) {
        this.context = context;
        this.budget = budget;
        this.clock = clock;
        this.zones = context.timeZone().isEmpty() ? ZONES : List.of(context.timeZone());
    }

    /** What is known once PostgreSQL has accepted both statements. */
    private record Pair(
            Ground ground,
            Duel duel,
            Generator generator,
            List<String> parameterTypes,
            boolean ordered) {}

    /**
     * Hunts.
     *
     * @throws Unsupported if the pair cannot be tried
     * @throws SQLException if the server fails
     * @throws InterruptedException if this thread was interrupted
     */
    Verdict run(LabServers.Use use, Mirrors mirrors, Statement before, Statement after)
            throws Unsupported, SQLException, InterruptedException {
        Reading said = read(before).with(read(after));
        if (said.arbitrary()) {
            // the rewrite may be: which rows it takes shows where that matters
            throw new Unsupported("LIMIT or OFFSET without ORDER BY takes any rows");
        }
        Set<String> words = new LinkedHashSet<>(Words.of(SqlText.of(before.sql())));
        words.addAll(Words.of(SqlText.of(after.sql())));
        SchemaCopy copy =
                mirrors.copies()
                        .of(
                                context.catalog(),
                                context.searchPath(),
                                words,
                                before.parameterTypes());
        Reading all = said.with(behind(copy));
        Mirror mirror = mirrors.of(use, context, copy, List.of(before, after));
        try (LabServer.Arena arena = mirror.database().enter()) {
            Ground ground = Ground.of(mirror, arena, copy);
            Preparation preparation = new Preparation(arena, context, zones);
            preparation.declineVolatile(all.calls());
            var prepared = preparation.prepare(before, after, ground);
            if (prepared.refusal().isPresent()) {
                return prepared.refusal().get();
            }
            List<String> types = prepared.parameterTypes();
            // A time without an offset means the session's.
            LabServer.execute(
                    arena.reader(), List.of("SET TimeZone = " + Literals.quote(zones.getFirst())));
            Pools pools =
                    Pools.of(
                            // casts run what checks of domains call
                            arena.reader(),
                            new Seeds(List.copyOf(all.literals())),
                            elementTypes(ground.tables(), types),
                            present(all.names()),
                            zones);
            Generator generator =
                    new Generator(
                            ground.tables(),
                            types,
                            pools,
                            zones.size(),
                            all.names(),
                            budget.seed());
            Duel duel = new Duel(arena, ground.tables(), zones);
            return hunt(new Pair(ground, duel, generator, types, all.ordered()));
        }
    }

    /** What views, functions and CHECKs say that the statements do not. */
    private static Reading behind(SchemaCopy copy) {
        Stream<String> views =
                copy.views().stream().flatMap(v -> v.view().stream()).map(View::definition);
        Stream<String> checks =
                copy.tables().stream().flatMap(t -> t.checks().stream()).map(Check::expression);
        Stream<String> bounds =
                copy.tables().stream().flatMap(t -> t.inheritance().partitionBound().stream());
        return Stream.of(views, copy.texts().stream(), checks, bounds)
                .flatMap(texts -> texts)
                .map(Reading::behind)
                .reduce(Reading.NOTHING, Reading::with);
    }

    private static Reading read(Statement statement) throws Unsupported {
        try {
            return Reading.of(SqlText.of(statement.sql()));
        } catch (IllegalArgumentException e) {
            throw new Unsupported("the statement's text cannot be lexed");
        }
    }

    private static Set<String> elementTypes(List<CopiedTable> tables, List<String> parameters) {
        Set<String> types = new LinkedHashSet<>();
        Stream.concat(
                        tables.stream().flatMap(t -> t.columns().stream()).map(Column::type),
                        parameters.stream())
                .forEach(type -> types.add(type.replace("[]", "")));
        return types;
    }

    private Collection<LocalDateTime> present(Set<String> names) {
        return names.stream().anyMatch(PRESENT::contains)
                ? List.of(LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
                : List.of();
    }

    private Verdict hunt(Pair pair) throws Unsupported, SQLException, InterruptedException {
        long start = System.nanoTime();
        long deadline = start + budget.time().toNanos();
        Tally tally = new Tally();
        for (int i = 0; i < budget.databases() && System.nanoTime() < deadline; i++) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Sample sample = pair.generator().next();
            Duel.Round round;
            try {
                round = pair.duel().run(sample);
            } catch (SQLException e) {
                tally.unmade(e);
                continue;
            }
            if (round.before() instanceof Failure failure) {
                decline(failure, pair.ground());
                tally.failed(failure);
                continue;
            }
            if (round.after() instanceof Failure failure) {
                decline(failure, pair.ground());
            }
            tally.ran((Rows) round.before());
            Optional<Verdict> verdict = judge(pair, sample, round, tally, start);
            if (verdict.isPresent()) {
                return verdict.get();
            }
        }
        return tally.unrefuted(took(start), budget.seed());
    }

    /** An error that says something about the lab, not about the statement. */
    private static void decline(Failure failure, Ground ground) throws Unsupported {
        switch (failure.sqlState()) {
            case "42501", Ground.NOT_COPIED -> {
                throw ground.tainted().isEmpty()
                        ? new Unsupported("the statement needs a privilege the lab does not give")
                        : Preparation.tainted(ground);
            }
            case "25006" -> throw new Unsupported("the statement writes");
            default -> {}
        }
    }

    /** A verdict if this database is a counterexample. */
    private Optional<Verdict> judge(
            Pair pair, Sample sample, Duel.Round round, Tally tally, long start)
            throws Unsupported, SQLException {
        Rows before = (Rows) round.before();
        if (round.after() instanceof Rows after && !after.columns().equals(before.columns())) {
            return Optional.of(otherColumns(before, after));
        }
        if (round.differs(false)) {
            Sample exact = pair.duel().exact(sample);
            if (!pair.duel().deterministic(exact, before, false)) {
                throw new Unsupported(
                        "the original itself returns different rows on the same data");
            }
            return Optional.of(report(pair, exact, false, tally, start));
        }
        if (pair.ordered() && round.differs(true)) {
            Sample exact = pair.duel().exact(sample);
            // Where it does not even agree with itself, rows tie: they may come in any order.
            if (pair.duel().deterministic(exact, before, true)) {
                return Optional.of(report(pair, exact, true, tally, start));
            }
        }
        if (tally.databases() % REPETITION == 0 && !pair.duel().repeats(sample, before)) {
            throw new Unsupported("the original itself returns different rows on the same data");
        }
        return Optional.empty();
    }

    private static Verdict otherColumns(Rows before, Rows after) {
        return new Verdict(
                Outcome.COUNTEREXAMPLE,
                1,
                "the rewrite returns other columns",
                Optional.of(Outline.ofColumns(before.columns(), after.columns())));
    }

    private Verdict report(Pair pair, Sample found, boolean ordered, Tally tally, long start)
            throws SQLException {
        Duel duel = pair.duel();
        Shrinker.Check check =
                sample -> {
                    Duel.Round round = runOrSkip(duel, sample);
                    return round != null
                            && round.differs(ordered)
                            && duel.deterministic(sample, (Rows) round.before(), ordered);
                };
        Shrinker shrinker = new Shrinker(check, pair.generator(), pair.parameterTypes(), SHRINKING);
        Sample small = shrinker.shrink(found);
        Duel.Round round = duel.run(small);
        String what =
                round.after() instanceof Failure failure
                        ? "the rewrite fails (SQLSTATE " + failure.sqlState() + ") where the"
                        : ordered
                                ? "the rewrite orders rows otherwise than the"
                                : "the rewrite returns other rows than the";
        return new Verdict(
                Outcome.COUNTEREXAMPLE,
                tally.databases(),
                String.format(
                        Locale.ROOT,
                        "%s original does on a database of %d rows, number %,d (%s, seed %d)",
                        what,
                        small.rows(),
                        tally.databases(),
                        Tally.seconds(took(start)),
                        budget.seed()),
                Optional.of(new Counterexample(print(small, round), Outline.of(small, round))));
    }

    /** Null if the database cannot be: a key forbids two of its rows. */
    private static Duel.@Nullable Round runOrSkip(Duel duel, Sample sample) {
        try {
            return duel.run(sample);
        } catch (SQLException impossible) {
            return null;
        }
    }

    private String print(Sample sample, Duel.Round round) {
        StringBuilder text = new StringBuilder();
        text.append("SET TimeZone = '").append(zones.get(sample.zone())).append("';\n");
        sample.inserts().forEach(insert -> text.append(insert).append(";\n"));
        for (int i = 0; i < sample.parameters().size(); i++) {
            String value = sample.parameters().get(i);
            text.append("-- $").append(i + 1).append(" = ");
            text.append(value == null ? "NULL" : Literals.quote(value)).append('\n');
        }
        text.append("-- original:\n").append(comment(round.before()));
        text.append("-- rewrite:\n").append(comment(round.after()));
        return text.toString();
    }

    private static String comment(Answer answer) {
        return answer.text().lines().map(line -> "-- " + line + "\n").collect(joining());
    }

    private static Duration took(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}

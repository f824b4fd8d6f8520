package io.quern.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.quern.advisor.Lab;
import io.quern.advisor.lab.Budget;
import io.quern.advisor.lab.EquivalenceLab;
import io.quern.advisor.report.VerdictLine;
import io.quern.advisor.suggest.Optimizer;
import io.quern.advisor.upstream.UpstreamDatabases;
import io.quern.optimizer.Context;
import io.quern.optimizer.Statement;
import io.quern.optimizer.lex.Script;
import io.quern.proxy.config.Configuration;
import io.quern.proxy.config.PostgresUrl;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code quern verify}: tries to refute that two statements always return the same. */
@Command(
        name = "verify",
        description = "Tries to refute that two statements are equivalent, on generated databases.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:no counterexample was found",
            "1:there is a counterexample; of several pairs, to one of them",
            "2:a pair could not be tried, or the command is wrong"
        },
        mixinStandardHelpOptions = true)
final class Verify implements Callable<Integer> {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    enum Format {
        text,
        json
    }

    @Mixin private final Where where = new Where();
    @Mixin private final Sender sender = new Sender();

    @Option(
            names = "--before",
            paramLabel = "FILE",
            description = "the original; - is standard input")
    private @Nullable String before;

    @Option(names = "--after", paramLabel = "FILE", description = "what is said to be equivalent")
    private @Nullable String after;

    @Option(
            names = "--pairs",
            paramLabel = "FILE",
            description =
                    "or many: lines of {\"name\", \"before\", \"after\"}; - is standard input")
    private @Nullable String pairs;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "at most this long for a pair (default: 3)")
    private int seconds = (int) Budget.DEFAULT.time().toSeconds();

    @Option(
            names = "--databases",
            paramLabel = "N",
            description = "at most so many for a pair (default: 10000)")
    private int databases = Budget.DEFAULT.databases();

    @Option(names = "--seed", description = "of the generated databases (default: 7)")
    private long seed = Budget.DEFAULT.seed();

    @Option(names = "--format", description = "text or json", defaultValue = "text")
    private Format format = Format.text;

    @Spec private @Nullable CommandSpec spec;

    /** Two statements; named if there are several pairs. */
    record Pair(@Nullable String name, String before, String after) {
        Pair {
            requireNonNull(before, "before");
            requireNonNull(after, "after");
        }
    }

    @Override
    public Integer call() throws IOException {
        if (seconds < 1 || databases < 1) {
            throw wrong("--seconds and --databases are at least 1");
        }
        List<Pair> all = pairs();
        Configuration configuration = where.configuration(Map.of());
        PostgresUrl url = configuration.upstream();
        Budget budget = new Budget(Duration.ofSeconds(seconds), databases, seed);
        PrintStream stdout = new PrintStream(System.out, true, UTF_8);
        Exit exit = Exit.SAME;
        try (UpstreamDatabases upstream =
                        new UpstreamDatabases(new ServedDatabases(configuration.upstreams()));
                EquivalenceLab lab = new EquivalenceLab(budget, InstantSource.system())) {
            Context context = sender.context(upstream, url, Optimizer.of(lab.analyzer()));
            for (Pair pair : all) {
                Lab.Verdict verdict =
                        lab.refute(
                                context,
                                new Statement(pair.before(), List.of()),
                                new Statement(pair.after(), List.of()));
                VerdictLine line = VerdictLine.of(pair.name(), verdict);
                boolean object = format == Format.json || pairs != null;
                stdout.print(object ? line.json() : line.text());
                exit = exit.and(Exit.of(verdict.outcome()));
            }
        }
        return exit.code();
    }

    /** How it ends; of several the worst, and a counterexample is more than an open question. */
    private enum Exit {
        SAME,
        UNTRIED,
        DIFFERENT;

        static Exit of(Lab.Outcome outcome) {
            return switch (outcome) {
                case NO_COUNTEREXAMPLE -> SAME;
                case COUNTEREXAMPLE -> DIFFERENT;
                case UNSUPPORTED, UNAVAILABLE -> UNTRIED;
            };
        }

        Exit and(Exit other) {
            return compareTo(other) > 0 ? this : other;
        }

        int code() {
            return switch (this) {
                case SAME -> 0;
                case DIFFERENT -> 1;
                case UNTRIED -> 2;
            };
        }
    }

    private List<Pair> pairs() throws IOException {
        if (pairs != null && before == null && after == null) {
            return lines(Input.text("--pairs", pairs));
        }
        if (pairs != null || before == null || after == null) {
            throw wrong("name either --before and --after, or --pairs");
        }
        return List.of(
                new Pair(
                        null,
                        one("--before", Input.text("--before", before)),
                        one("--after", Input.text("--after", after))));
    }

    private List<Pair> lines(String text) {
        List<Pair> read = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (!line.isBlank()) {
                try {
                    read.add(JSON.readValue(line, Pair.class));
                } catch (JsonProcessingException e) {
                    throw wrong(
                            "--pairs: line "
                                    + number
                                    + " is no {\"name\", \"before\", \"after\"} with texts");
                }
            }
        }
        if (read.isEmpty()) {
            throw wrong("--pairs: there is no pair");
        }
        return read;
    }

    private String one(String option, String text) {
        List<Script.Item> items = Script.split(text);
        if (items.size() != 1) {
            throw wrong(option + ": it holds " + items.size() + " statements, not one");
        }
        return items.getFirst().sql();
    }

    private ParameterException wrong(String what) {
        return new ParameterException(requireNonNull(spec).commandLine(), what);
    }
}

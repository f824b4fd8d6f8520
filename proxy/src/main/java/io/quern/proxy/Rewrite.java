package io.quern.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.quern.advisor.lab.Budget;
import io.quern.advisor.lab.EquivalenceLab;
import io.quern.advisor.report.RewriteReport;
import io.quern.advisor.suggest.Examiner;
import io.quern.advisor.suggest.Optimizer;
import io.quern.advisor.upstream.PlanExplainer;
import io.quern.advisor.upstream.PreparedDescriber;
import io.quern.advisor.upstream.UpstreamDatabases;
import io.quern.optimizer.Candidate;
import io.quern.optimizer.Context;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.RuleId;
import io.quern.optimizer.lex.Script;
import io.quern.proxy.config.Configuration;
import io.quern.proxy.config.PostgresUrl;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code quern rewrite}: what Quern would make of a file of statements, and why not. */
@Command(
        name = "rewrite",
        description = "Shows the rewrites of statements, with the lab's verdict and the costs.",
        mixinStandardHelpOptions = true)
final class Rewrite implements Callable<Integer> {
    enum Format {
        text,
        json
    }

    @Mixin private final Where where = new Where();
    @Mixin private final Sender sender = new Sender();

    @Option(
            names = "--sql-file",
            paramLabel = "FILE",
            description = "statements as psql would split them; - is standard input")
    private @Nullable String file;

    @Parameters(arity = "0..1", paramLabel = "SQL", description = "or the statements themselves")
    private @Nullable String sql;

    @Option(names = "--format", description = "text or json", defaultValue = "text")
    private Format format = Format.text;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        List<Script.Item> items = Script.split(text());
        Configuration configuration = where.configuration(Map.of());
        PostgresUrl url = configuration.upstream();
        RewriteReport report;
        try (UpstreamDatabases databases =
                        new UpstreamDatabases(new ServedDatabases(configuration.upstreams()));
                EquivalenceLab lab = new EquivalenceLab(Budget.DEFAULT, InstantSource.system())) {
            Optimizer optimizer = Optimizer.of(lab.analyzer());
            Context context = sender.context(databases, url, optimizer);
            Examiner examiner =
                    new Examiner(
                            optimizer,
                            new PreparedDescriber(databases),
                            new PlanExplainer(databases),
                            lab);
            List<RewriteReport.Entry> entries = new ArrayList<>();
            items.forEach(item -> entries.add(entry(item, examiner.examine(context, item.sql()))));
            report = new RewriteReport(entries);
        }
        PrintStream stdout = new PrintStream(System.out, true, UTF_8);
        stdout.print(format == Format.json ? report.json() : report.text());
        return 0;
    }

    private String text() throws IOException {
        if ((file == null) == (sql == null)) {
            throw new ParameterException(
                    requireNonNull(spec).commandLine(),
                    "name either --sql-file or the statements themselves");
        }
        if (sql != null) {
            return sql;
        }
        return Input.text("--sql-file", requireNonNull(file));
    }

    private static RewriteReport.Entry entry(Script.Item item, Examiner.Examined examined) {
        return new RewriteReport.Entry(
                item.sql(),
                item.line(),
                examined.fingerprint().map(Fingerprint::toString),
                examined.parsed(),
                examined.reason(),
                examined.candidates().stream().map(Rewrite::row).toList(),
                examined.refusals());
    }

    private static RewriteReport.Row row(Examiner.Proposed proposed) {
        Candidate candidate = proposed.candidate();
        return new RewriteReport.Row(
                candidate.rules().stream().map(RuleId::value).toList(),
                candidate.sql(),
                candidate.facts(),
                RewriteReport.Verdict.of(proposed.verdict()),
                proposed.costBefore(),
                proposed.costAfter());
    }
}

package io.quern.bench.rewrites;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.bench.result.Machine;
import io.quern.bench.result.RewriteResult;
import io.quern.bench.result.RewriteResult.Row;
import io.quern.bench.result.Saving;
import io.quern.bench.result.Turns;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code quern bench rewrites}: the measured suite, rewritten by Quern and timed side by side. */
@Command(
        name = "rewrites",
        description = "Rewrites slow statements and times both forms in turns.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:done", "1:a case failed, or a form has other rows than its original"})
public final class Rewrites implements Callable<Integer> {
    @Option(names = "--only", split = ",", description = "such as 04,10,f1 (default: all)")
    private List<String> only = List.of();

    @Option(names = "--by-hand", description = "times the forms a person wrote, too")
    private boolean byHand;

    @Mixin private Turns turns = new Turns(120);

    @Mixin private Saving saving = new Saving();

    @Spec private CommandSpec spec = CommandSpec.create();

    private final PrintWriter err = new PrintWriter(System.err, true, UTF_8);

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        double load = Machine.loadNow();
        List<Case> cases = chosen();
        List<Row> rows = new ArrayList<>();
        RewriteResult result;
        try (Course course = Course.start(terms(), err::println)) {
            for (Case each : cases) {
                err.println(each.number() + " " + each.name());
                Row row = course.row(each);
                if (!row.failure().isEmpty()) {
                    err.println("   failed: " + row.failure());
                }
                rows.add(row);
            }
            result = new RewriteResult(course.machine(load), turns.rounds(), rows);
        }
        System.out.println(result.text());
        System.out.flush();
        saving.keep(result, "rewrites");
        return result.sound() ? 0 : 1;
    }

    private Course.Terms terms() {
        return new Course.Terms(turns.rounds(), byHand, turns.limit());
    }

    private List<Case> chosen() throws IOException {
        List<Case> all = Case.all();
        List<String> unknown = new ArrayList<>(only);
        unknown.removeAll(all.stream().map(Case::number).toList());
        if (!unknown.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "no such case: " + unknown);
        }
        return only.isEmpty() ? all : all.stream().filter(c -> only.contains(c.number())).toList();
    }
}

package io.quern.bench.tpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.bench.result.Machine;
import io.quern.bench.result.Saving;
import io.quern.bench.result.TpcResult;
import io.quern.bench.result.TpcResult.Row;
import io.quern.bench.result.Turns;
import io.quern.optimizer.Context;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code quern bench tpc}: TPC-H and TPC-DS, rewritten by Quern and timed side by side. */
@Command(
        name = "tpc",
        description = "Reads and rewrites TPC-H and TPC-DS, and runs what it finds.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done",
            "1:a statement is not parsed, not resolved or failed, or a rewrite has other rows"
        })
public final class Tpc implements Callable<Integer> {
    @Option(
            names = "--scale",
            description = "of the data, about as many gigabytes (default: ${DEFAULT-VALUE})",
            defaultValue = "0.1")
    private double scale = 0.1;

    @Option(names = "--only", split = ",", description = "such as h17,ds04 (default: all)")
    private List<String> only = List.of();

    @Mixin private Turns turns = new Turns(60);

    @Mixin private Saving saving = new Saving();

    @Spec private CommandSpec spec = CommandSpec.create();

    private final PrintWriter err = new PrintWriter(System.err, true, UTF_8);

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        double load = Machine.loadNow();
        check();
        int rounds = turns.rounds();
        Map<Suite, List<Query>> chosen = chosen();
        List<Row> rows = new ArrayList<>();
        TpcResult result;
        try (Examination examination = Examination.start(rounds, turns.limit(), err::println)) {
            for (Map.Entry<Suite, List<Query>> suite : chosen.entrySet()) {
                err.println("loading the tables of " + suite.getKey());
                Context context = examination.load(suite.getKey(), scale);
                for (Query query : suite.getValue()) {
                    err.println(query.number());
                    rows.add(examination.row(query, context));
                }
            }
            result = new TpcResult(examination.machine(load), scale, rounds, rows);
        }
        System.out.println(result.text());
        System.out.flush();
        saving.keep(result, "tpc");
        return result.sound() ? 0 : 1;
    }

    private void check() {
        // with fewer than a hundred suppliers some sell a part twice, against the primary key
        if (!(scale >= 0.01) || scale > 100) {
            throw refused("scale must be from 0.01 to 100: " + scale);
        }
    }

    private ParameterException refused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private Map<Suite, List<Query>> chosen() throws IOException {
        List<String> unknown = new ArrayList<>(only);
        Map<Suite, List<Query>> chosen = new LinkedHashMap<>();
        for (Suite suite : Suite.all()) {
            List<Query> queries =
                    suite.queries().stream()
                            .filter(q -> only.isEmpty() || only.contains(q.number()))
                            .toList();
            queries.forEach(q -> unknown.remove(q.number()));
            if (!queries.isEmpty()) {
                chosen.put(suite, queries);
            }
        }
        if (!unknown.isEmpty()) {
            throw refused("no such statement: " + unknown);
        }
        return chosen;
    }
}

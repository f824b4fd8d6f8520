package io.quern.advisor.lab;

import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** Makes a counterexample small: drops rows, then makes values plain, while it still refutes. */
final class Shrinker {

    /** Whether a database is still a counterexample. */
    interface Check {
        boolean refutes(Sample sample) throws SQLException;
    }

    private final Check check;
    private final Generator generator;
    private final List<String> parameterTypes;
    private int attempts;

    /**
     * @param attempts how many smaller databases to try at most
     */
    Shrinker(Check check, Generator generator, List<String> parameterTypes, int attempts) {
        this.check = check;
        this.generator = generator;
        this.parameterTypes = List.copyOf(parameterTypes);
        this.attempts = attempts;
    }

    Sample shrink(Sample counterexample) throws SQLException {
        Sample best = dropRows(counterexample);
        best = simplifyParameters(best);
        return simplifyCells(best);
    }

    private Sample dropRows(Sample start) throws SQLException {
        Sample best = start;
        for (int table = 0; table < start.contents().size(); table++) {
            int row = 0;
            while (row < best.contents().get(table).rows().size()) {
                List<List<@Nullable String>> fewer =
                        new ArrayList<>(best.contents().get(table).rows());
                fewer.remove(row);
                Sample smaller = best.with(table, fewer);
                if (refutes(smaller)) {
                    best = smaller;
                } else {
                    row++;
                }
            }
        }
        return best;
    }

    private Sample simplifyParameters(Sample start) throws SQLException {
        Sample best = start;
        for (int i = 0; i < parameterTypes.size(); i++) {
            String plain = generator.plainest(parameterTypes.get(i));
            if (!Objects.equals(plain, best.parameters().get(i))) {
                Sample simpler = best.withParameter(i, plain);
                best = refutes(simpler) ? simpler : best;
            }
        }
        return best;
    }

    private Sample simplifyCells(Sample start) throws SQLException {
        Sample best = start;
        for (int table = 0; table < start.contents().size(); table++) {
            CopiedTable copied = start.contents().get(table).table();
            for (int row = 0; row < best.contents().get(table).rows().size(); row++) {
                for (int column = 0; column < copied.columns().size(); column++) {
                    String plain = generator.plainest(copied.columns().get(column).type());
                    Sample simpler = with(best, table, row, column, plain);
                    best = !simpler.equals(best) && refutes(simpler) ? simpler : best;
                }
            }
        }
        return best;
    }

    private static Sample with(Sample sample, int table, int row, int column, String value) {
        List<List<@Nullable String>> rows = new ArrayList<>(sample.contents().get(table).rows());
        List<@Nullable String> changed = new ArrayList<>(rows.get(row));
        changed.set(column, value);
        rows.set(row, Collections.unmodifiableList(changed));
        return sample.with(table, rows);
    }

    private boolean refutes(Sample sample) throws SQLException {
        return attempts-- > 0 && check.refutes(sample);
    }
}

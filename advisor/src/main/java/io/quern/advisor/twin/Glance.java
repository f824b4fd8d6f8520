package io.quern.advisor.twin;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import io.quern.advisor.Refused;
import io.quern.optimizer.QualifiedName;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Looks at some rows of the upstream that a twin is of, no more than ANALYZE would, for what no
 * statistics tell of an index that is not there: how many rows its predicate keeps, how many
 * different keys several columns or an expression make. {@link GlanceReading} does it over a
 * connection.
 */
@FunctionalInterface
public interface Glance {
    /** At nothing: all is worked out of statistics. */
    Glance NONE =
            asked -> {
                throw new Refused("no rows are looked at");
            };

    /**
     * Looks.
     *
     * @throws Refused if the rows cannot be read
     */
    Seen at(Asked asked);

    /**
     * What is looked for.
     *
     * @param keys expressions over the table's columns, as PostgreSQL prints those of an index
     * @param predicate of a partial index, likewise
     * @param copied whether the keys' values are wanted too
     */
    record Asked(
            QualifiedName table, List<String> keys, Optional<String> predicate, boolean copied) {
        public Asked {
            requireNonNull(table, "table");
            keys = List.copyOf(keys);
            requireNonNull(predicate, "predicate");
        }

        /** What SELECT gives of the keys: {@code c1}, {@code c2}, …. */
        String columns() {
            return IntStream.range(0, keys.size())
                    .mapToObj(i -> keys.get(i) + " AS c" + (i + 1))
                    .collect(joining(", "));
        }

        /** The table only. */
        @Override
        public String toString() {
            return "Asked[" + table + "]";
        }
    }

    /**
     * What was seen.
     *
     * @param kept the fraction of rows that the predicate keeps
     * @param groups the fraction of those with a key of their own, from 0 to 1
     * @param copy the keys' values in the text form of COPY, in the order of the table; empty if
     *     not wanted. The user's data
     */
    record Seen(double kept, double groups, String copy) {
        public Seen {
            requireNonNull(copy, "copy");
        }

        /** Without any value. */
        @Override
        public String toString() {
            return "Seen[" + kept + ", " + groups + "]";
        }
    }
}

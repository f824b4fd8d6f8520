package io.quern.advisor.twin;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.QualifiedName;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that an upstream's planner knows of one database beside the schema. It holds values of the
 * user's rows: never log, show or store it.
 *
 * @param serverVersion {@code server_version_num}
 * @param ordering how the database sorts text
 * @param relations tables and indexes
 * @param columns what {@code pg_stats} shows this role
 * @param joint the data of extended statistics
 * @param extremes the least and the greatest value that rows have today, by table
 * @param sights what the planner sees in indexes
 * @param settings of the planner
 * @param notes what could not be read, and why; without any value
 */
public record Snapshot(
        int serverVersion,
        Ordering ordering,
        List<Relation> relations,
        List<ColumnStatistics> columns,
        List<JointStatistics> joint,
        Map<QualifiedName, List<Extreme>> extremes,
        Map<QualifiedName, Sight> sights,
        Settings settings,
        List<String> notes) {

    /**
     * What the upstream's planner sees in an index.
     *
     * @param level the level of a B-tree's root; negative if that was not seen
     * @param query of which it takes a GIN index to read so many {@code pages}; empty if none
     */
    record Sight(int level, String query, double pages) {
        Sight {
            requireNonNull(query, "query");
        }
    }

    /**
     * How a database sorts text ({@code pg_database}).
     *
     * @param provider {@code c} the C library, {@code i} ICU, {@code b} PostgreSQL itself
     * @param collate {@code datcollate}
     * @param locale ICU's or PostgreSQL's own locale
     */
    record Ordering(char provider, String collate, Optional<String> locale) {
        Ordering {
            requireNonNull(collate, "collate");
            requireNonNull(locale, "locale");
        }
    }

    /**
     * The data of an object of CREATE STATISTICS.
     *
     * @param columns the columns it covers, each with its number in {@code distinct} and {@code
     *     dependencies}
     * @param distinct {@code n_distinct} as {@code pg_stats_ext} prints it
     * @param dependencies likewise
     * @param common the binary of {@code pg_mcv_list} in hexadecimal
     */
    record JointStatistics(
            QualifiedName name,
            boolean inherited,
            Map<Integer, String> columns,
            @Nullable String distinct,
            @Nullable String dependencies,
            @Nullable String common) {
        JointStatistics {
            requireNonNull(name, "name");
            columns = Map.copyOf(columns);
        }

        /** Without any value. */
        @Override
        public String toString() {
            return "JointStatistics[" + name + "]";
        }
    }

    /** A column's least and greatest value in text; NULL where it has none. */
    record Extreme(String column, @Nullable String least, @Nullable String greatest) {
        Extreme {
            requireNonNull(column, "column");
        }

        /** Without any value. */
        @Override
        public String toString() {
            return "Extreme[" + column + "]";
        }
    }

    /**
     * The planner's settings.
     *
     * @param general what holds for everyone who changes nothing
     * @param database what this database changes
     * @param roles what roles change, here or everywhere
     */
    record Settings(
            Map<String, String> general,
            Map<String, String> database,
            Map<String, Map<String, String>> roles) {
        Settings {
            general = Map.copyOf(general);
            database = Map.copyOf(database);
            roles = Map.copyOf(roles);
        }
    }

    public Snapshot {
        requireNonNull(ordering, "ordering");
        relations = List.copyOf(relations);
        columns = List.copyOf(columns);
        joint = List.copyOf(joint);
        extremes = Map.copyOf(extremes);
        sights = Map.copyOf(sights);
        requireNonNull(settings, "settings");
        notes = List.copyOf(notes);
    }

    /** The major version. */
    public int major() {
        return serverVersion / 10_000;
    }

    /** Counts only. */
    @Override
    public String toString() {
        return "Snapshot[" + relations.size() + " relations, " + columns.size() + " columns]";
    }
}

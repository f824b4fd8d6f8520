package io.quern.optimizer.index;

import io.quern.optimizer.Column;
import io.quern.optimizer.Context;
import io.quern.optimizer.Index;
import io.quern.optimizer.IndexDefinition;
import io.quern.optimizer.Refusal;
import io.quern.optimizer.Statement;
import io.quern.optimizer.Table;
import io.quern.optimizer.catalog.Subject;
import io.quern.optimizer.parse.Block;
import io.quern.optimizer.parse.Grammar;
import io.quern.optimizer.parse.Tree;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Proposes B-tree indexes for the filter and sort columns of a statement. Stateless.
 *
 * <p>For each table of each query level the columns are put in the order a B-tree wants: first
 * those compared with {@code =}, {@code IN} or {@code IS NULL} (most distinct values first), then
 * either the sort columns, if the whole ORDER BY is of this table and there is a LIMIT or no range,
 * or the one range column. A column joined to another table counts as an equality where nothing
 * else selects; it gives an index of its own beside.
 *
 * <p>An equality column alone must narrow the table to a tenth ({@code n_distinct} of at least 10,
 * where known); with a sort or range column behind it that is not asked, because the two together
 * narrow.
 */
public final class IndexAnalyzer {
    /** A table of fewer bytes is read as quickly without an index. */
    private static final long SMALL_TABLE = 64 * 8192L;

    private static final double FEW_DISTINCT = 10;
    private static final int MOST_KEYS = 4;

    /**
     * What came out.
     *
     * @param candidates best first; each with a sentence that says why and an estimated size
     * @param refusals why nothing, or nothing more, is proposed
     */
    public record Findings(List<Finding> candidates, List<Refusal> refusals) {
        public Findings {
            candidates = List.copyOf(candidates);
            refusals = List.copyOf(refusals);
        }
    }

    /** One proposed index. */
    public record Finding(IndexDefinition definition, String reason, long estimatedBytes) {}

    /** Analyses one statement; never throws for anything the statement contains. */
    public Findings propose(Statement statement, Context context) {
        return switch (Grammar.parse(statement.sql())) {
            case Grammar.Declined(Refusal refusal) -> new Findings(List.of(), List.of(refusal));
            case Tree tree -> propose(new Subject(statement, context, tree));
        };
    }

    private static Findings propose(Subject subject) {
        Map<IndexDefinition, Finding> found = new LinkedHashMap<>();
        List<Refusal> refusals = new ArrayList<>();
        for (Subject.Level level : subject.levels()) {
            if (level.block().kind() != Block.Kind.OTHER) {
                for (Uses uses : Uses.of(subject, level, refusals)) {
                    propose(uses, found, refusals);
                }
            }
        }
        if (found.isEmpty() && refusals.isEmpty()) {
            refuse(refusals, "no-condition", "no condition or order an index could serve");
        }
        List<Finding> best = new ArrayList<>(found.values());
        best.sort(Comparator.comparingInt((Finding f) -> f.definition().keys().size()).reversed());
        return new Findings(best, refusals);
    }

    private static void propose(
            Uses uses, Map<IndexDefinition, Finding> found, List<Refusal> refusals) {
        Table table = uses.table();
        if (table.rows() < 0) {
            refuse(refusals, "not-analysed", table.name() + " was never analysed");
            return;
        }
        if (table.bytes() < SMALL_TABLE) {
            refuse(refusals, "small-table", table.name() + " is small enough to be read whole");
            return;
        }
        List<IndexDefinition.Key> main = mainKeys(uses);
        offer(uses, main, found, refusals);
        for (Column join : uses.joined()) {
            if (main.isEmpty() || !main.getFirst().column().equals(join.name())) {
                offer(uses, List.of(key(join)), found, refusals);
            }
        }
    }

    private static List<IndexDefinition.Key> mainKeys(Uses uses) {
        List<Column> equal = new ArrayList<>(uses.equal());
        equal.sort(Comparator.comparingDouble((Column c) -> distinct(uses.table(), c)).reversed());
        List<IndexDefinition.Key> keys =
                new ArrayList<>(equal.stream().map(IndexAnalyzer::key).toList());
        boolean sorted = !uses.sort().isEmpty() && (uses.limited() || uses.ranges().isEmpty());
        if (sorted) {
            uses.sort().stream().filter(s -> !has(keys, s.column())).forEach(keys::add);
        } else {
            uses.ranges().stream()
                    .filter(c -> !has(keys, c.name()))
                    .max(Comparator.comparingDouble(c -> distinct(uses.table(), c)))
                    .ifPresent(c -> keys.add(key(c)));
        }
        boolean useful = uses.limited() || !uses.ranges().isEmpty() || !equal.isEmpty();
        return useful ? keys.subList(0, Math.min(keys.size(), MOST_KEYS)) : List.of();
    }

    private static boolean has(List<IndexDefinition.Key> keys, String column) {
        return keys.stream().anyMatch(k -> k.column().equals(column));
    }

    private static IndexDefinition.Key key(Column column) {
        return new IndexDefinition.Key(column.name(), false);
    }

    private static void offer(
            Uses uses,
            List<IndexDefinition.Key> keys,
            Map<IndexDefinition, Finding> found,
            List<Refusal> refusals) {
        if (keys.isEmpty()) {
            return;
        }
        Table table = uses.table();
        String columns =
                keys.stream()
                        .map(k -> k.column() + (k.descending() ? " DESC" : ""))
                        .collect(Collectors.joining(", "));
        for (Index index : table.indexes()) {
            if (serves(index, keys, uses.equal().size())) {
                refuse(
                        refusals,
                        "index-exists",
                        table.name() + " (" + columns + ") is served by the index " + index.name());
                return;
            }
        }
        Column first = table.column(keys.getFirst().column()).orElseThrow();
        double distinct = distinct(table, first);
        if (keys.size() == 1 && !uses.ordered(first) && distinct < FEW_DISTINCT) {
            refuse(
                    refusals,
                    "few-values",
                    table.name().name()
                            + "."
                            + first.name()
                            + " has only about "
                            + Math.round(distinct)
                            + " distinct values");
            return;
        }
        IndexDefinition definition = new IndexDefinition(table.name(), keys);
        found.putIfAbsent(
                definition,
                new Finding(definition, uses.reason(columns), IndexSize.estimate(table, keys)));
    }

    /**
     * Whether a valid, whole B-tree already starts with these keys: the first {@code equal} in any
     * order, the others in theirs, read forwards or backwards.
     */
    private static boolean serves(Index index, List<IndexDefinition.Key> keys, int equal) {
        if (!index.method().equals("btree")
                || !index.valid()
                || index.predicate().isPresent()
                || index.keys().size() < keys.size()) {
            return false;
        }
        int free = Math.min(equal, keys.size());
        List<String> leading =
                keys.subList(0, free).stream().map(IndexDefinition.Key::column).toList();
        int turned = 0;
        for (int i = 0; i < keys.size(); i++) {
            Index.Key have = index.keys().get(i);
            if (have.column().isEmpty() || !have.defaultOpclass()) {
                return false;
            }
            if (i < free) {
                if (!leading.contains(have.column().get())) {
                    return false;
                }
                continue;
            }
            if (!have.column().get().equals(keys.get(i).column())
                    || have.nullsFirst() != have.descending()) {
                return false;
            }
            turned += have.descending() == keys.get(i).descending() ? 0 : 1;
        }
        return turned == 0 || turned == keys.size() - free;
    }

    /** The number of distinct values; unknown counts as many. */
    static double distinct(Table table, Column column) {
        double distinct = column.distinct();
        if (Double.isNaN(distinct) || distinct == 0) {
            return Math.max(table.rows(), FEW_DISTINCT);
        }
        return distinct > 0 ? distinct : -distinct * table.rows();
    }

    private static void refuse(List<Refusal> refusals, String code, String reason) {
        Refusal refusal = new Refusal("index", code, reason);
        if (!refusals.contains(refusal)) {
            refusals.add(refusal);
        }
    }
}

package io.quern.optimizer.index;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Column;
import io.quern.optimizer.Context;
import io.quern.optimizer.Index;
import io.quern.optimizer.IndexDefinition;
import io.quern.optimizer.Refusal;
import io.quern.optimizer.Statement;
import io.quern.optimizer.Table;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.ParseAnalyzer;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.parse.Grammar;
import io.quern.optimizer.parse.Tree;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Proposes B-tree indexes for the filter and sort columns of a statement. As thread-safe as its
 * {@link ParseAnalyzer}.
 *
 * <p>For each table of each query level the columns are put in the order a B-tree wants: first
 * those compared with {@code =}, {@code IN}, {@code ANY} or {@code IS NULL} (most distinct values
 * first), then either the columns of the order wanted, if only its first rows are taken or there is
 * no range, or the columns of a range of rows, or the one range column. A column joined to another
 * table gives an index of its own beside; one compared with a column of the query around it is
 * compared with a value.
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

    private final ParseAnalyzer analyzer;

    public IndexAnalyzer(ParseAnalyzer analyzer) {
        this.analyzer = requireNonNull(analyzer, "analyzer");
    }

    /** Analyses one statement; never throws for anything the statement contains. */
    public Findings propose(Statement statement, Context context) {
        return switch (Grammar.parse(statement.sql())) {
            case Grammar.Declined(Refusal refusal) -> new Findings(List.of(), List.of(refusal));
            case Tree tree ->
                    switch (Resolved.read(analyzer, statement, context, tree)) {
                        case Resolved.Unresolved(Refusal reason) ->
                                new Findings(List.of(), List.of(unread(reason)));
                        case Resolved.Of(Resolved resolved) -> propose(resolved);
                    };
        };
    }

    private static Refusal unread(Refusal reason) {
        return new Refusal(
                "index",
                reason.code(),
                "no index is sought, because the statement was not understood: " + reason.reason());
    }

    private static Findings propose(Resolved statement) {
        Map<IndexDefinition, Finding> found = new LinkedHashMap<>();
        Refusals refusals = new Refusals();
        for (Uses uses : uses(statement, refusals).values()) {
            propose(uses, found, refusals);
        }
        if (found.isEmpty() && refusals.isEmpty()) {
            refusals.add("no-condition", "no condition or order an index could serve");
        }
        List<Finding> best = new ArrayList<>(found.values());
        best.sort(Comparator.comparingInt((Finding f) -> f.definition().keys().size()).reversed());
        return new Findings(best, refusals.list());
    }

    /** How the statement uses each of its tables, by their places in FROM clauses. */
    private static Map<Item, Uses> uses(Resolved statement, Refusals refusals) {
        Map<Item, Uses> uses = new LinkedHashMap<>();
        for (Level level : statement.levels()) {
            for (Item item : level.items()) {
                Optional<String> obstacle = obstacle(item, level);
                if (obstacle.isPresent()) {
                    refusals.add("relation", item.alias() + " is " + obstacle.get());
                } else {
                    item.table().ifPresent(table -> uses.put(item, new Uses(table)));
                }
            }
        }
        for (Level level : statement.levels()) {
            Conditions.read(statement, level, uses, refusals);
            Order.read(level, uses);
        }
        return uses;
    }

    /** Why a relation gets no index here. */
    private static Optional<String> obstacle(Item item, Level level) {
        if (item.table().isEmpty()) {
            boolean relation =
                    level.query().nodes("rtable").get(item.number() - 1).number("relid") != 0;
            return relation ? Optional.of("not in the catalog") : Optional.empty();
        }
        return switch (item.table().get().kind()) {
            case TABLE -> Optional.empty();
            case PARTITIONED_TABLE -> Optional.of("a partitioned table");
            case VIEW -> Optional.of("a view");
            case MATERIALIZED_VIEW -> Optional.of("a materialized view");
            case FOREIGN_TABLE -> Optional.of("a foreign table");
        };
    }

    private static void propose(Uses uses, Map<IndexDefinition, Finding> found, Refusals refusals) {
        Table table = uses.table();
        if (uses.isEmpty()) {
            return;
        }
        if (table.rows() < 0) {
            refusals.add("not-analysed", table.name() + " was never analysed");
            return;
        }
        if (table.bytes() < SMALL_TABLE) {
            refusals.add("small-table", table.name() + " is small enough to be read whole");
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
        } else if (!uses.rows().isEmpty()) {
            uses.rows().stream().filter(c -> !has(keys, c.name())).forEach(c -> keys.add(key(c)));
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
            Refusals refusals) {
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
                refusals.add(
                        "index-exists",
                        table.name() + " (" + columns + ") is served by the index " + index.name());
                return;
            }
        }
        Column first = table.column(keys.getFirst().column()).orElseThrow();
        double distinct = distinct(table, first);
        if (keys.size() == 1 && !uses.ordered(first) && distinct < FEW_DISTINCT) {
            refusals.add(
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
}

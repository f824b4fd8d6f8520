package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Who speaks of a query level's FROM items, subqueries further in included: PostgreSQL's own {@code
 * VAR} nodes, so that {@code *}, merged columns and whole rows count too. Mutable while it looks,
 * for one thread.
 */
final class Mentions {
    private static final String JOIN = "2";
    private static final String GROUP = "9";

    /**
     * A {@code VAR} as written, and what it means.
     *
     * @param number of a range table entry, 0 if that cannot be told
     * @param attribute the column's number there, 0 for a whole row
     */
    private record Mention(PgNode var, int number, int attribute) {}

    private final List<PgNode> rangeTable;
    private final Set<PgNode> except;
    private final List<Mention> found = new ArrayList<>();

    private Mentions(Level level, Set<PgNode> except) {
        this.rangeTable = level.query().nodes("rtable");
        this.except = except;
    }

    /** The items that an expression of a level speaks of; empty if that cannot be told. */
    static Optional<Set<Item>> in(PgNode expression, Level level) {
        var mentions = new Mentions(level, Set.of());
        mentions.look(expression, 0);
        Set<Item> items = new HashSet<>();
        for (Mention mention : mentions.found) {
            Optional<Item> item = level.item(mention.number());
            if (item.isEmpty()) {
                return Optional.empty();
            }
            items.add(item.get());
        }
        return Optional.of(items);
    }

    /**
     * What speaks of an item anywhere in its level but for some expressions; what could do so is
     * among it.
     */
    static List<PgNode> of(Item item, Level level, Set<PgNode> except) {
        var mentions = new Mentions(level, except);
        level.query().children(child -> mentions.look(child, 0));
        return mentions.found.stream()
                .filter(m -> m.number() == item.number() || m.number() == 0)
                .map(Mention::var)
                .toList();
    }

    /** The columns of a table that anything speaks of, by number; 0 for its whole rows. */
    static Set<Integer> columns(Item item, Level level) {
        var mentions = new Mentions(level, Set.of());
        level.query().children(child -> mentions.look(child, 0));
        return mentions.found.stream()
                .filter(m -> m.number() == item.number() || m.number() == 0)
                .map(Mention::attribute)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void look(PgNode node, int depth) {
        String kind = node.text("rtekind");
        if (except.contains(node) || kind.equals(JOIN) || kind.equals(GROUP)) {
            // a join's list of columns names them all; whoever means one is a VAR elsewhere
            return;
        }
        if (node.is("VAR") && node.integer("varlevelsup") == depth) {
            mean(node, node);
        }
        int inside = node.is("QUERY") ? depth + 1 : depth;
        node.children(child -> look(child, inside));
    }

    private void mean(PgNode var, PgNode written) {
        int number = var.integer("varno");
        int column = var.integer("varattno");
        PgNode entry =
                number > 0 && number <= rangeTable.size() ? rangeTable.get(number - 1) : null;
        String kind = entry == null ? JOIN : entry.text("rtekind");
        if (!kind.equals(JOIN) && !kind.equals(GROUP)) {
            found.add(new Mention(written, number, column));
            return;
        }
        List<PgNode> aliases =
                entry == null
                        ? List.of()
                        : entry.nodes(kind.equals(JOIN) ? "joinaliasvars" : "groupexprs");
        if (column < 1 || column > aliases.size()) {
            found.add(new Mention(written, 0, 0));
            return;
        }
        // what a merged column or a grouping key stands for is of this level; the latter is written
        // where it was first
        PgNode meant = aliases.get(column - 1);
        below(meant, kind.equals(GROUP) ? null : written, 0);
    }

    private void below(PgNode node, @Nullable PgNode written, int depth) {
        if (node.is("VAR") && node.integer("varlevelsup") == depth) {
            mean(node, written == null ? node : written);
        }
        int inside = node.is("QUERY") ? depth + 1 : depth;
        node.children(child -> below(child, written, inside));
    }
}

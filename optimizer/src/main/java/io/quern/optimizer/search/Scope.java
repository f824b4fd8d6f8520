package io.quern.optimizer.search;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;

import org.apache.calcite.sql.SqlIdentifier;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What names mean at a query level: what their nodes in PostgreSQL's tree say. A grouped expression
 * has none of its own if it is written more than once; then names are looked up as PostgreSQL does,
 * in the FROM clause of their level.
 */
final class Scope {
    private static final int RTE_JOIN = 2;
    private static final int RTE_GROUP = 9;

    private final Resolved statement;
    private final Level level;

    Scope(Resolved statement, Level level) {
        this.statement = requireNonNull(statement, "statement");
        this.level = requireNonNull(level, "level");
    }

    /**
     * A column of a FROM item.
     *
     * @param field its number from 0
     */
    record Field(Item item, int field) {}

    /** The names of an item's columns by number, as they are called here. */
    static List<String> columns(Level level, Item item) {
        PgNode names = level.query().nodes("rtable").get(item.number() - 1).node("eref");
        return names == null ? List.of() : names.texts("colnames");
    }

    /** The column that a name means. */
    Field field(SqlIdentifier name) throws Unfit {
        Optional<PgNode> read =
                statement.expression(name).map(Expression::node).filter(n -> n.is("VAR"));
        if (read.isPresent()) {
            return field(read.get(), 0);
        }
        List<Field> named = named(name);
        if (named.size() == 1) {
            return named.getFirst();
        }
        throw new Unfit("unread", "a name in it is no plain column");
    }

    private List<Field> named(SqlIdentifier name) {
        List<Field> found = new ArrayList<>();
        int parts = name.names.size();
        if (parts > 2 || name.isStar()) {
            return found;
        }
        for (Item item : level.items()) {
            List<String> columns = columns(level, item);
            boolean speaksOf = parts == 1 || item.alias().equals(name.names.getFirst());
            for (int i = 0; speaksOf && i < columns.size(); i++) {
                if (columns.get(i).equals(name.names.getLast())) {
                    found.add(new Field(item, i));
                }
            }
        }
        return found;
    }

    /**
     * The column of this level that a {@code VAR} means.
     *
     * @param depth how many levels further in it stands
     */
    Field field(PgNode var, int depth) throws Unfit {
        if (var.integer("varlevelsup") != depth) {
            throw new Unfit("correlated", "it speaks of a row of the query around it");
        }
        PgNode meant = meant(var);
        int attribute = meant == null ? 0 : meant.integer("varattno");
        Item item = meant == null ? null : level.item(meant.integer("varno")).orElse(null);
        if (item == null || attribute < 1) {
            throw new Unfit("whole-row", "it uses a whole row or a system column");
        }
        return new Field(item, attribute - 1);
    }

    /** The column of a FROM item behind those of joins and groups. */
    private @Nullable PgNode meant(PgNode var) {
        PgNode node = var;
        List<PgNode> entries = level.query().nodes("rtable");
        for (int i = 0; i < entries.size() && node != null && node.is("VAR"); i++) {
            PgNode entry = entries.get(node.integer("varno") - 1);
            List<PgNode> aliases =
                    switch (entry.integer("rtekind")) {
                        case RTE_JOIN -> entry.nodes("joinaliasvars");
                        case RTE_GROUP -> entry.nodes("groupexprs");
                        default -> List.of();
                    };
            if (aliases.isEmpty()) {
                return node;
            }
            int attribute = node.integer("varattno");
            node = attribute < 1 || attribute > aliases.size() ? null : aliases.get(attribute - 1);
        }
        return null;
    }

    /** The expression behind a grouped one: PostgreSQL 18 keeps them apart. */
    static PgNode grouped(PgNode node, Level level) {
        if (node.is("VAR") && node.integer("varlevelsup") == 0) {
            PgNode entry = level.query().nodes("rtable").get(node.integer("varno") - 1);
            if (entry.integer("rtekind") == RTE_GROUP) {
                return entry.nodes("groupexprs").get(node.integer("varattno") - 1);
            }
        }
        return node;
    }
}

package io.quern.optimizer.search;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.parse.Form;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The columns of a level that an expression speaks of. Mutable while it looks, for one thread. */
final class Mentions {
    private final Resolved statement;
    private final Level level;
    private final List<SqlIdentifier> names = new ArrayList<>();
    private final Set<Scope.Field> inQueries = new LinkedHashSet<>();
    private boolean holdsQuery;

    Mentions(Resolved statement, Level level) {
        this.statement = requireNonNull(statement, "statement");
        this.level = requireNonNull(level, "level");
    }

    /** Their names, outside queries. */
    List<SqlIdentifier> names() {
        return names;
    }

    /** What queries inside the expression speak of. */
    Set<Scope.Field> inQueries() {
        return inQueries;
    }

    boolean holdsQuery() {
        return holdsQuery;
    }

    void look(SqlNode node) throws Unfit {
        switch (node) {
            case SqlIdentifier name -> {
                if (!name.isStar()) {
                    names.add(name);
                }
            }
            default -> {
                for (SqlNode child : children(node)) {
                    if (Resolved.isQuery(child)) {
                        query((SqlCall) node);
                    } else {
                        look(child);
                    }
                }
            }
        }
    }

    /** What an expression is made of; words that look like names and are none left out. */
    static List<SqlNode> children(SqlNode node) {
        List<@Nullable SqlNode> all =
                switch (node) {
                    case SqlCall call when isWordFirst(call) ->
                            call.getOperandList().subList(1, call.operandCount());
                    case SqlCall call -> call.getOperandList();
                    case SqlNodeList list -> List.copyOf(list);
                    default -> List.of();
                };
        List<SqlNode> children = new ArrayList<>();
        for (SqlNode child : all) {
            if (child != null) {
                children.add(child);
            }
        }
        return children;
    }

    /** The name of an argument, or the field of EXTRACT. */
    private static boolean isWordFirst(SqlCall call) {
        return call.getOperator().equals(Form.NAMED_ARGUMENT)
                || (call.getOperator() instanceof Form form && form.getName().equals("extract"));
    }

    private void query(SqlCall call) throws Unfit {
        holdsQuery = true;
        PgNode query =
                statement
                        .subquery(call)
                        .map(Level::query)
                        .orElseThrow(
                                () -> new Unfit("unread", "a subquery in it could not be read"));
        inside(query, 0);
    }

    private void inside(PgNode node, int around) throws Unfit {
        int depth = node.is("QUERY") ? around + 1 : around;
        if (node.is("VAR") && node.integer("varlevelsup") >= depth) {
            inQueries.add(new Scope(statement, level).field(node, depth));
        }
        List<PgNode> children = new ArrayList<>();
        node.children(children::add);
        for (PgNode child : children) {
            inside(child, depth);
        }
    }
}

package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.parse.Form;
import io.quern.optimizer.parse.Span;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** A piece of the statement's text that a rule writes elsewhere too. */
final class Written {
    private Written() {}

    /** What a node is made of; nothing for a query, whose names are of another level. */
    static List<SqlNode> children(SqlNode node) {
        return switch (node) {
            case SqlCall call when Resolved.isQuery(call) -> List.of();
            case SqlCall call -> call.getOperandList().stream().filter(Objects::nonNull).toList();
            case SqlNodeList list -> List.copyOf(list);
            default -> List.of();
        };
    }

    /**
     * The text of a node with every column in it written by another name, so that it may stand
     * where names mean something else. Empty if it holds a query, or a name that is no table's
     * column.
     *
     * @param name what to write for a column
     */
    static Optional<List<Object>> renamed(
            Resolved statement, SqlNode node, Function<ColumnUse, String> name) {
        return renamed(statement, statement.tree().bracketed(node), node, name);
    }

    /** The same of a span around the node. */
    static Optional<List<Object>> renamed(
            Resolved statement, Span span, SqlNode node, Function<ColumnUse, String> name) {
        List<SqlIdentifier> names = new ArrayList<>();
        if (!names(node, names)) {
            return Optional.empty();
        }
        names.sort(Comparator.comparingInt(n -> statement.span(n).from()));
        List<Object> parts = new ArrayList<>();
        int at = span.from();
        for (SqlIdentifier id : names) {
            Optional<ColumnUse> column = statement.column(id);
            if (column.isEmpty()) {
                return Optional.empty();
            }
            parts.add(new Span(at, statement.span(id).from()));
            parts.add(name.apply(column.get()));
            at = statement.span(id).to();
        }
        parts.add(new Span(at, span.to()));
        return Optional.of(parts);
    }

    /** Collects the names of columns; false if there is a query. */
    static boolean names(SqlNode node, List<SqlIdentifier> into) {
        switch (node) {
            case SqlIdentifier id -> {
                if (!id.isStar()) {
                    into.add(id);
                }
            }
            case SqlCall call when call.getOperator().equals(Form.NAMED_ARGUMENT) -> {
                return names(call.operand(1), into);
            }
            case SqlCall call when Resolved.isQuery(call) -> {
                return false;
            }
            default -> {
                for (SqlNode child : children(node)) {
                    if (!names(child, into)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }
}

package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.parse.Form;
import io.quern.optimizer.parse.OrderedQuery;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** The outputs of a SELECT as they are written. */
final class Output {
    private Output() {}

    /** An output without its alias. */
    static SqlNode unaliased(SqlNode output) {
        return output instanceof SqlCall call && call.getKind() == SqlKind.AS
                ? call.operand(0)
                : output;
    }

    /** Whether it is {@code *} alone, which shows every column of FROM. */
    static boolean isStar(SqlNode output) {
        return output instanceof SqlIdentifier id && id.isStar() && id.names.size() == 1;
    }

    /** Every query written as a value in an expression, outside other queries. */
    static List<SqlCall> queries(SqlNode node) {
        List<SqlCall> found = new ArrayList<>();
        collect(node, found);
        return found;
    }

    private static void collect(SqlNode node, List<SqlCall> into) {
        if (node instanceof SqlCall call && call.getOperator().equals(Form.SCALAR_QUERY)) {
            into.add(call);
        } else {
            Written.children(node).forEach(child -> collect(child, into));
        }
    }

    /** Gives an output without an alias the name that it has. */
    static void keepName(
            Resolved statement,
            Level level,
            @Nullable SqlNode unnamed,
            PgNode part,
            Attempt attempt) {
        if (unnamed != null) {
            attempt.insert(
                    statement.tree().bracketed(unnamed).to(), " AS " + Names.of(name(level, part)));
        }
    }

    /** Writes out every output {@code *}, so that it does not show what is added to FROM. */
    static void expandStars(Level level, FromClause from, Attempt attempt) {
        level.outputs().stream()
                .filter(Output::isStar)
                .forEach(star -> attempt.replace(star, from.star()));
    }

    /** The same where an item gets columns beside these, which {@code item.*} must not show. */
    static void expandStars(
            Level level, FromClause from, Item item, List<String> columns, Attempt attempt) {
        String shown =
                columns.stream()
                        .map(c -> Names.of(item.alias()) + "." + c)
                        .collect(Collectors.joining(", "));
        for (SqlNode output : level.outputs()) {
            if (output instanceof SqlIdentifier id && id.isStar()) {
                if (isStar(output)) {
                    attempt.replace(output, from.star(item, shown));
                } else if (id.names.get(id.names.size() - 2).equals(item.alias())) {
                    attempt.replace(output, shown);
                }
            }
        }
    }

    /**
     * Whether a sort key behind a query is of its rows: an expression, or a name that no output has
     * but the column of that name. A number is an output.
     */
    static boolean sortsRows(Level level, SqlNode key) {
        SqlNode sorted = OrderedQuery.sorted(key);
        if (!(sorted instanceof SqlIdentifier id)) {
            return sorted instanceof SqlCall;
        }
        return id.names.size() > 1
                || level.query().nodes("targetList").stream()
                        .filter(t -> !t.flag("resjunk") && t.text("resname").equals(id.getSimple()))
                        .allMatch(t -> isColumn(level, t.node("expr"), id.getSimple()));
    }

    private static boolean isColumn(Level level, @Nullable PgNode expression, String name) {
        return expression != null
                && new Expression(expression, level)
                        .column()
                        .filter(c -> c.levelsUp() == 0 && c.column().name().equals(name))
                        .isPresent();
    }

    /** The name of the output that an expression of PostgreSQL's tree is, or is part of. */
    static String name(Level level, PgNode part) {
        for (PgNode target : level.query().nodes("targetList")) {
            boolean[] holds = {false};
            target.walk(node -> holds[0] |= Objects.equals(node, part));
            if (holds[0] && !target.flag("resjunk")) {
                return target.text("resname");
            }
        }
        return "";
    }
}

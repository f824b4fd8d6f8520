package io.quern.optimizer.search;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.parse.Form;
import io.quern.optimizer.parse.Span;
import io.quern.optimizer.rule.Casts;
import io.quern.optimizer.rule.Names;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.fun.SqlCase;

import java.util.ArrayList;
import java.util.List;

/**
 * Puts terms into the statement's own words, above and below a cut. A name stays as it is written
 * where it still means the same.
 */
final class Wording {
    private final Cut cut;
    private final Below below;
    private final Resolved statement;

    Wording(Cut cut, Below below) {
        this.cut = requireNonNull(cut, "cut");
        this.below = requireNonNull(below, "below");
        this.statement = cut.block().statement();
    }

    /** A term as it reads above. */
    List<Object> above(Term term) throws Unfit {
        return words(term, false);
    }

    /** A term as it reads in the derived table. */
    List<Object> below(Term term) throws Unfit {
        return words(term, true);
    }

    private List<Object> words(Term term, boolean inside) throws Unfit {
        return switch (term) {
            case Term.Column column -> List.of(name(column, inside));
            case Term.Text text -> moved(text, inside);
        };
    }

    /** What is written somewhere, in another place and without brackets around it. */
    private List<Object> moved(Term.Text text, boolean inside) throws Unfit {
        SqlNode node = text.source().node();
        List<Object> words = words(text, statement.span(node), 0, inside);
        boolean untyped = node instanceof SqlLiteral || node instanceof SqlDynamicParam;
        if (!untyped || text.source().level() == cut.block().level()) {
            return words;
        }
        // without the derived table nothing else says of which type it is
        int type =
                statement
                        .expression(node)
                        .map(Expression::type)
                        .orElseThrow(() -> new Unfit("unread", "a literal has no type"));
        return List.of("(", words, ")::" + Casts.name(type, statement));
    }

    /** What a condition says, with the brackets around it. */
    List<Object> condition(Term.Text text, boolean inside) throws Unfit {
        SqlNode node = text.source().node();
        Span span = statement.tree().bracketed(node);
        boolean bare = node.getKind() == SqlKind.OR && span.equals(statement.span(node));
        List<Object> words = words(text, span, 0, inside);
        return bare ? List.of("(", words, ")") : words;
    }

    /**
     * What a span says.
     *
     * @param shift from where the term's text is to a place where the same is written again
     */
    List<Object> words(Term.Text text, Span span, int shift, boolean inside) throws Unfit {
        List<Span> holes = text.source().holes();
        if (text.source().holdsQuery() && (inside ? cut.block().flat().nested() : changes(text))) {
            throw new Unfit("subquery", "a subquery in it speaks of what is grouped below");
        }
        List<Object> parts = new ArrayList<>();
        int at = span.from();
        for (int i = 0; i < holes.size(); i++) {
            Span hole = new Span(holes.get(i).from() + shift, holes.get(i).to() + shift);
            parts.add(new Span(at, hole.from()));
            parts.addAll(filled(hole, text.operands().get(i), inside, hole.equals(span)));
            at = hole.to();
        }
        parts.add(new Span(at, span.to()));
        return parts;
    }

    private List<Object> filled(Span hole, Term operand, boolean inside, boolean alone)
            throws Unfit {
        return switch (operand) {
            case Term.Column column ->
                    List.of(stays(column, hole, inside) ? hole : name(column, inside));
            case Term.Text text -> {
                List<Object> words = moved(text, inside);
                SqlNode node = text.source().node();
                yield alone || isClosed(node) ? words : List.of("(", words, ")");
            }
        };
    }

    /** Whether an expression reads the same wherever it stands. */
    static boolean isClosed(SqlNode node) {
        return node instanceof SqlIdentifier
                || node instanceof SqlLiteral
                || node instanceof SqlDynamicParam
                || node instanceof SqlCase
                || node.getKind() == SqlKind.OTHER_FUNCTION
                || (node instanceof SqlCall call
                        && call.getOperator() instanceof Form form
                        && form.getName().equals("extract"));
    }

    /** Whether a column that a term speaks of is called otherwise now. */
    private boolean changes(Term.Text term) {
        return cut.block().flat().nested()
                || term.columns().stream()
                        .anyMatch(c -> cut.below().contains(c.leaf()) && !keepsName(c));
    }

    /** Whether a name still means the column that it meant. */
    boolean stays(Term.Column column, Span name, boolean inside) {
        if (cut.block().flat().nested()) {
            return false;
        }
        boolean unqualified = name.length() == 1;
        return inside
                || !cut.below().contains(column.leaf())
                || (unqualified
                        ? column.name().equals(below.columns().get(column))
                        : keepsName(column));
    }

    private boolean keepsName(Term.Column column) {
        return below.isOneTable() && column.name().equals(below.columns().get(column));
    }

    private String name(Term.Column column, boolean inside) {
        String name = Names.of(column.name());
        if (inside) {
            return isOnly(column) ? name : Names.of(column.leaf().alias()) + "." + name;
        }
        return cut.below().contains(column.leaf())
                ? below.name(column)
                : Names.of(column.leaf().alias()) + "." + name;
    }

    /** Whether no other table that is grouped has a column of that name. */
    private boolean isOnly(Term.Column column) {
        return cut.below().stream()
                .filter(leaf -> !leaf.equals(column.leaf()))
                .noneMatch(leaf -> leaf.has(column.name()));
    }
}

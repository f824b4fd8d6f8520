package io.quern.optimizer.parse;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * One query level: a SELECT, or the top of an UPDATE or DELETE.
 *
 * @param span all its tokens, ORDER BY and LIMIT included, brackets around it not
 * @param output the select list; empty for UPDATE and DELETE
 * @param from the FROM clause, or the target table
 * @param where the condition after WHERE
 * @param distinct DISTINCT in either form
 * @param distinctOn DISTINCT ON
 * @param grouped GROUP BY or HAVING
 * @param windowed a WINDOW clause
 * @param orderBy the sort keys
 * @param limited LIMIT, OFFSET or FETCH
 * @param nested the query levels inside, in the order of the text
 */
public record Block(
        Kind kind,
        Span span,
        Span output,
        Optional<Relation> from,
        Optional<Span> where,
        boolean distinct,
        boolean distinctOn,
        boolean grouped,
        boolean windowed,
        List<Span> orderBy,
        boolean limited,
        List<Block> nested) {

    /** What a query level is. */
    public enum Kind {
        SELECT,
        UPDATE,
        DELETE,
        /** A set operation, VALUES, INSERT or anything else that only holds others. */
        OTHER
    }

    public Block {
        requireNonNull(kind, "kind");
        requireNonNull(span, "span");
        requireNonNull(output, "output");
        requireNonNull(from, "from");
        requireNonNull(where, "where");
        orderBy = List.copyOf(orderBy);
        nested = List.copyOf(nested);
    }
}

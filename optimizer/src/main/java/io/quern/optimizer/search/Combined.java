package io.quern.optimizer.search;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.Types;
import io.quern.optimizer.parse.Span;
import io.quern.optimizer.rule.AggregateCall;

import org.apache.calcite.sql.SqlNode;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes aggregates so that they are put together from those of groups made below.
 *
 * <p>Sums go by way of {@code numeric}, which has room for any, and back to the type that they were
 * of; a sum of integers that does not fit there would need more rows than a table can have.
 */
final class Combined {
    private static final String SUM = "pg_catalog.sum(";
    private static final String INT8 = "::pg_catalog.int8";
    private static final String NUMERIC = "::pg_catalog.numeric";

    private final Cut cut;
    private final Below below;
    private final Wording wording;
    private final Resolved statement;

    Combined(Cut cut, Below below, Wording wording) {
        this.cut = requireNonNull(cut, "cut");
        this.below = requireNonNull(below, "below");
        this.wording = requireNonNull(wording, "wording");
        this.statement = cut.block().statement();
    }

    /** An aggregate as it reads above. */
    List<Object> words(Grouped.Aggregate aggregate) throws Unfit {
        Split split =
                cut.splits().stream()
                        .filter(s -> s.aggregate().equals(aggregate))
                        .findFirst()
                        .orElseThrow();
        if (split.isIdempotent()) {
            return idempotent(split);
        }
        return switch (aggregate.call().function().name().name()) {
            case "count" -> count(split);
            case "avg" -> average(split);
            default -> sum(split);
        };
    }

    private List<Object> idempotent(Split split) throws Unfit {
        List<Object> argument =
                split.argumentBelow()
                        ? List.of(partial(split, "found"))
                        : wording.above(split.argument().orElseThrow());
        return List.of(head(split), argument, ")", filter(split));
    }

    private List<Object> count(Split split) throws Unfit {
        Object each;
        if (split.argumentBelow() || (split.filterBelow() && split.argument().isEmpty())) {
            each = partial(split, "n");
        } else if (split.argument().isEmpty()) {
            each = below.rows();
        } else {
            each = present(split);
        }
        List<Object> sum = List.of(SUM, each, ")", filter(split));
        boolean mayBeNone =
                cut.block().grouped().keys().isEmpty()
                        || split.filter().isPresent()
                        || (split.argument().isPresent()
                                && (cut.nullable() || !split.argumentBelow()));
        return mayBeNone ? List.of("coalesce(", sum, ", 0)" + INT8) : List.of(sum, INT8);
    }

    /** As many rows as a group has, if the argument is there. */
    private List<Object> present(Split split) throws Unfit {
        return List.of(
                "CASE WHEN (",
                wording.above(split.argument().orElseThrow()),
                ") IS NOT NULL THEN " + below.rows() + " END");
    }

    private List<Object> sum(Split split) throws Unfit {
        List<Object> each;
        if (split.argumentBelow()) {
            each = List.of(partial(split, "total"));
        } else if (split.branches().isEmpty()) {
            each = weighted(split);
        } else {
            each = branches(split);
        }
        boolean narrow = split.aggregate().type() == Types.INT8;
        return List.of(head(split), each, ")", filter(split), narrow ? INT8 : "");
    }

    private List<Object> average(Split split) throws Unfit {
        List<Object> filter = filter(split);
        if (split.argumentBelow()) {
            String total = partial(split, SUM, "total");
            String count = partial(split, "pg_catalog.count(", "n");
            return List.of("(" + SUM + total + ")", filter, " / " + SUM + count + ")", filter, ")");
        }
        return List.of(
                "(" + SUM,
                weighted(split),
                ")",
                filter,
                " / " + SUM,
                present(split),
                ")",
                filter,
                ")");
    }

    private List<Object> weighted(Split split) throws Unfit {
        return weighted(split.argument().orElseThrow());
    }

    private List<Object> weighted(Term term) throws Unfit {
        return List.of("(", wording.above(term), ")" + NUMERIC + " * " + below.rows());
    }

    /** A CASE whose results are sums of groups. */
    private List<Object> branches(Split split) throws Unfit {
        Term.Text text = (Term.Text) split.argument().orElseThrow();
        Span whole = statement.span(text.source().node());
        List<Object> parts = new ArrayList<>();
        int at = whole.from();
        for (Split.Branch branch : split.branches()) {
            Span span = statement.tree().bracketed(branch.node());
            parts.add(between(text, new Span(at, span.from())));
            parts.add(
                    branch.below()
                            ? below.show(
                                    "total",
                                    List.of(head(split), wording.below(branch.term()), ")"))
                            : weighted(branch.term()));
            at = span.to();
        }
        parts.add(between(text, new Span(at, whole.to())));
        return parts;
    }

    private List<Object> between(Term.Text text, Span span) throws Unfit {
        return text.part(text.source().node(), span) instanceof Term.Text part
                ? wording.words(part, span, 0, false)
                : wording.above(text.part(text.source().node(), span));
    }

    /** The aggregate itself, below. */
    private String partial(Split split, String wish) throws Unfit {
        return partial(split, head(split), wish);
    }

    private String partial(Split split, Object head, String wish) throws Unfit {
        List<Object> parts = new ArrayList<>(List.of(head));
        if (split.argument().isPresent()) {
            parts.addAll(wording.below(split.argument().get()));
        } else {
            parts.add("*");
        }
        parts.add(")");
        if (split.filterBelow()) {
            parts.addAll(filter(split, true));
        }
        return below.show(wish, parts);
    }

    /** The name and the bracket behind it. */
    private Object head(Split split) {
        Span call = statement.span(split.aggregate().call().bare());
        int open = call.from();
        while (!statement.tokens().symbol(open, "(")) {
            open++;
        }
        return new Span(call.from(), open + 1);
    }

    private List<Object> filter(Split split) throws Unfit {
        return split.filter().isPresent() && !split.filterBelow()
                ? filter(split, false)
                : List.of();
    }

    private List<Object> filter(Split split, boolean inside) throws Unfit {
        AggregateCall call = split.aggregate().call();
        SqlNode condition = call.filter().orElseThrow();
        Span span = statement.tree().bracketed(condition);
        Span whole = statement.span(call.whole());
        Term term = split.filter().orElseThrow();
        return List.of(
                " ",
                new Span(statement.span(call.bare()).to(), span.from()),
                inside ? wording.below(term) : wording.above(term),
                new Span(span.to(), whole.to()));
    }
}

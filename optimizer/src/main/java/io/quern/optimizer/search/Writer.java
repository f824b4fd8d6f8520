package io.quern.optimizer.search;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.parse.PostgresSelect;
import io.quern.optimizer.parse.Span;
import io.quern.optimizer.rule.Attempt;
import io.quern.optimizer.rule.Names;

import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes a query level anew with a cut below: every clause in the statement's own words. Mutable,
 * for one rewrite and thread.
 */
final class Writer {
    private final Block block;
    private final Cut cut;
    private final Resolved statement;
    private final Below below;
    private final Wording wording;
    private final Combined combined;
    private final Set<Term.Text> written = new HashSet<>();

    Writer(Cut cut) {
        this.cut = requireNonNull(cut, "cut");
        this.block = cut.block();
        this.statement = block.statement();
        this.below = new Below(cut);
        this.wording = new Wording(cut, below);
        this.combined = new Combined(cut, below, wording);
    }

    /** Says the edits. */
    void write(Attempt attempt) throws Unfit {
        PostgresSelect select = block.level().select().orElseThrow();
        Span whole = statement.span(select);
        List<Object> parts = new ArrayList<>();
        SqlNode first = select.getSelectList().getFirst();
        parts.add(new Span(whole.from(), statement.tree().bracketed(first).from()));
        parts.addAll(outputs());
        SqlNode having = select.getHaving();
        // what the aggregates need is known only once all are written
        List<Object> behind = new ArrayList<>(groups(select));
        if (having != null) {
            behind.add(" HAVING ");
            behind.addAll(written(statement.tree().bracketed(having)));
        }
        int end = whole.to();
        for (Grouped.Place place : block.grouped().places()) {
            if (place.span().from() >= end) {
                List<Object> words = place(place);
                if (words.size() != 1 || !words.getFirst().equals(place.span())) {
                    attempt.replace(place.span(), words.toArray());
                }
            }
        }
        parts.add(" FROM ");
        parts.addAll(from());
        List<Object> where = conditions(remaining(), " WHERE ");
        parts.addAll(where);
        parts.addAll(behind);
        Difference.edit(statement.tokens().sql(), whole, parts, attempt);
    }

    private List<Object> outputs() throws Unfit {
        List<Object> parts = new ArrayList<>();
        List<PgNode> targets =
                block.level().query().nodes("targetList").stream()
                        .filter(t -> !t.flag("resjunk"))
                        .toList();
        List<SqlNode> outputs = block.level().outputs();
        for (int i = 0; i < outputs.size(); i++) {
            SqlNode output = outputs.get(i);
            SqlNode value = Lift.unaliased(output);
            Span span = statement.tree().bracketed(value);
            List<Object> words = written(span);
            parts.add(i == 0 ? " " : ", ");
            parts.addAll(words);
            Span all = statement.span(output);
            boolean named = all.to() > span.to();
            if (named) {
                parts.add(new Span(span.to(), all.to()));
            } else if (!isSame(words, span)) {
                String name = Names.of(targets.get(i).text("resname"));
                boolean says = words.getLast() instanceof String last && last.endsWith("." + name);
                parts.add(says ? "" : " AS " + name);
            }
        }
        return parts;
    }

    private static boolean isSame(List<Object> words, Span span) {
        int at = span.from();
        for (Object word : words) {
            if (!(word instanceof Span next) || (next.from() != at && !next.isEmpty())) {
                return false;
            }
            at = next.isEmpty() ? at : next.to();
        }
        return at == span.to();
    }

    /** An expression with what is different in it written anew. */
    private List<Object> written(Span span) throws Unfit {
        List<Object> parts = new ArrayList<>();
        int at = span.from();
        for (Grouped.Place place : block.grouped().places()) {
            if (place.span().from() >= at && place.span().to() <= span.to()) {
                parts.add(new Span(at, place.span().from()));
                parts.addAll(place(place));
                at = place.span().to();
            }
        }
        parts.add(new Span(at, span.to()));
        parts.removeIf(p -> p instanceof Span s && s.isEmpty());
        return parts;
    }

    private List<Object> place(Grouped.Place place) throws Unfit {
        return switch (place.what()) {
            case Grouped.Aggregate aggregate -> combined.words(aggregate);
            case Grouped.Key key -> key(key, place.span());
            case SqlIdentifier name -> words(block.term(name), place.span(), place.span());
            default -> throw new IllegalStateException("not a place's: " + place.what());
        };
    }

    private List<Object> key(Grouped.Key key, Span span) throws Unfit {
        return cut.keys().contains(key)
                ? List.of(below.name(key))
                : words(block.term(key.node()), statement.span(key.node()), span);
    }

    /**
     * A term in the place where it is written.
     *
     * @param source where its text is
     * @param span where it stands; the same words
     */
    private List<Object> words(Term term, Span source, Span span) throws Unfit {
        return switch (term) {
            case Term.Column column ->
                    wording.stays(column, span, false) ? List.of(span) : wording.above(column);
            case Term.Text text -> {
                boolean own = statement.span(text.source().node()).equals(source);
                yield own
                        ? wording.words(text, span, span.from() - source.from(), false)
                        : Wording.isClosed(text.source().node())
                                ? wording.above(text)
                                : bracketed(wording.above(text));
            }
        };
    }

    private static List<Object> bracketed(List<Object> words) {
        return List.of("(", words, ")");
    }

    private List<Object> groups(PostgresSelect select) throws Unfit {
        List<Grouped.Key> keys = block.grouped().keys();
        SqlNodeList written = select.getGroup();
        if (keys.isEmpty() || written == null) {
            return List.of();
        }
        List<Object> parts = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            parts.add(i == 0 ? " GROUP BY " : ", ");
            boolean number = written.size() == keys.size() && written.get(i) instanceof SqlLiteral;
            Grouped.Key key = keys.get(i);
            if (number) {
                parts.add(statement.span(written.get(i)));
            } else {
                parts.addAll(key(key, statement.span(key.node())));
            }
        }
        return parts;
    }

    // FROM

    private List<Object> from() throws Unfit {
        Rows rows = block.flat().rows();
        Rows.Inner top =
                rows instanceof Rows.Inner inner ? inner : new Rows.Inner(List.of(rows), List.of());
        boolean listed =
                remaining(top, false).isEmpty()
                        && top.parts().stream().noneMatch(p -> p instanceof Rows.Outer);
        return listed ? list(top) : chain(top, true);
    }

    private List<Object> list(Rows.Inner top) throws Unfit {
        List<Object> parts = new ArrayList<>();
        for (List<Object> part : parts(top).values()) {
            parts.add(parts.isEmpty() ? "" : ", ");
            parts.addAll(part);
        }
        return parts;
    }

    /** What is joined, by its leaves; what goes below stands where the first of it stood. */
    private Map<Set<Leaf>, List<Object>> parts(Rows.Inner inner) throws Unfit {
        Map<Set<Leaf>, List<Object>> parts = new LinkedHashMap<>();
        boolean done = false;
        for (Rows part : inner.parts()) {
            if (part instanceof Rows.Base(Leaf leaf) && cut.below().contains(leaf)) {
                if (!done) {
                    parts.put(cut.below(), List.of(new Difference.Apart(derived())));
                    done = true;
                }
            } else {
                List<Object> words = rows(part);
                boolean joins = part instanceof Rows.Outer && !parts.isEmpty();
                parts.put(part.leaves(), joins ? bracketed(words) : words);
            }
        }
        return parts;
    }

    private List<Object> rows(Rows rows) throws Unfit {
        return switch (rows) {
            case Rows.Base(Leaf leaf) -> leaf(leaf);
            case Rows.Inner inner -> chain(inner, false);
            case Rows.Outer(JoinRelType type, Rows left, Rows right, List<Term.Text> on) -> {
                List<Object> parts = new ArrayList<>(rows(left));
                parts.add(" ");
                parts.add(keywords(type, left, right));
                parts.add(" ");
                boolean single =
                        right instanceof Rows.Inner inner
                                && parts(inner).size() == 1
                                && inner.parts().getFirst() instanceof Rows.Base;
                parts.addAll(single ? rows(right) : bracketed(rows(right)));
                List<Term.Text> conditions = on.stream().filter(this::remains).toList();
                parts.addAll(
                        conditions.isEmpty()
                                ? List.of(" ON true")
                                : conditions(conditions, " ON "));
                yield parts;
            }
        };
    }

    /** What stands between the sides of an outer join, if it is its name and nothing else. */
    private Object keywords(JoinRelType type, Rows left, Rows right) {
        int from = left.leaves().stream().mapToInt(leaf -> span(leaf).to()).max().orElseThrow();
        int to = right.leaves().stream().mapToInt(leaf -> span(leaf).from()).min().orElseThrow();
        boolean plain = from < to;
        for (int token = from; token < to; token++) {
            plain &= statement.tokens().word(token, OUTER_JOIN);
        }
        return plain ? new Span(from, to) : type.name() + " JOIN";
    }

    private static final Set<String> OUTER_JOIN = Set.of("left", "right", "full", "outer", "join");

    private Span span(Leaf leaf) {
        return statement.tree().bracketed(leaf.item().node());
    }

    /**
     * Joins one after the other, each with the conditions that it is the first to decide.
     *
     * @param top whether WHERE may say what is left
     */
    private List<Object> chain(Rows.Inner inner, boolean top) throws Unfit {
        List<Object> parts = new ArrayList<>();
        Set<Leaf> known = new LinkedHashSet<>();
        for (var part : parts(inner).entrySet()) {
            known.addAll(part.getKey());
            if (parts.isEmpty()) {
                parts.addAll(part.getValue());
                continue;
            }
            List<Term.Text> on =
                    inner.conditions().stream()
                            .filter(c -> remains(c) && !c.source().where())
                            .filter(c -> !written.contains(c) && known.containsAll(c.leaves()))
                            .toList();
            written.addAll(on);
            parts.add(on.isEmpty() ? " CROSS JOIN " : " JOIN ");
            parts.addAll(part.getValue());
            parts.addAll(conditions(on, " ON "));
        }
        boolean left =
                inner.conditions().stream().anyMatch(c -> remains(c) && !written.contains(c));
        if (left && !top) {
            throw new Unfit("unread", "a condition of it has no place");
        }
        return parts;
    }

    private List<Object> leaf(Leaf leaf) {
        return List.of(span(leaf));
    }

    private List<Object> derived() throws Unfit {
        List<Object> parts = new ArrayList<>(List.of("(SELECT "));
        List<Object> groups = new ArrayList<>();
        for (var column : below.columns().entrySet()) {
            List<Object> words = wording.below(column.getKey());
            groups.add(groups.isEmpty() ? "" : ", ");
            groups.addAll(words);
            parts.add(parts.size() == 1 ? "" : ", ");
            parts.addAll(words);
            if (!column.getKey().name().equals(column.getValue())) {
                parts.add(" AS " + Names.of(column.getValue()));
            }
        }
        for (var key : below.keys().entrySet()) {
            List<Object> words = wording.below(block.term(key.getKey().node()));
            groups.add(groups.isEmpty() ? "" : ", ");
            groups.addAll(words);
            parts.add(parts.size() == 1 ? "" : ", ");
            parts.addAll(words);
            parts.add(" AS " + Names.of(key.getValue()));
        }
        for (Below.Output partial : below.partials()) {
            parts.add(", ");
            parts.addAll(partial.parts());
            parts.add(" AS " + Names.of(partial.name()));
        }
        String from = " FROM ";
        for (Leaf leaf : cut.below()) {
            parts.add(from);
            parts.addAll(leaf(leaf));
            from = ", ";
        }
        String where = " WHERE ";
        for (Term.Text condition : cut.absorbed()) {
            parts.add(where);
            parts.addAll(wording.condition(condition, true));
            where = " AND ";
        }
        parts.add(" GROUP BY ");
        parts.addAll(groups);
        parts.add(") AS " + Names.of(below.alias()));
        return parts;
    }

    // conditions

    private boolean remains(Term.Text condition) {
        return !cut.absorbed().contains(condition);
    }

    /** Those of the outermost joins that are left: of WHERE, or of ON. */
    private List<Term.Text> remaining(Rows.Inner top, boolean where) {
        return top.conditions().stream()
                .filter(c -> remains(c) && c.source().where() == where)
                .toList();
    }

    private List<Term.Text> remaining() {
        return block.flat().rows() instanceof Rows.Inner top
                ? top.conditions().stream().filter(c -> remains(c) && !written.contains(c)).toList()
                : List.of();
    }

    private List<Object> conditions(List<Term.Text> all, String before) throws Unfit {
        List<Object> parts = new ArrayList<>();
        for (Term.Text condition : all) {
            parts.add(parts.isEmpty() ? before : " AND ");
            parts.addAll(wording.condition(condition, false));
        }
        return parts;
    }
}

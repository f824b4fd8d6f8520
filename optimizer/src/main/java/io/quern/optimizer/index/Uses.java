package io.quern.optimizer.index;

import io.quern.optimizer.Column;
import io.quern.optimizer.IndexDefinition;
import io.quern.optimizer.Refusal;
import io.quern.optimizer.Table;
import io.quern.optimizer.catalog.Scope;
import io.quern.optimizer.catalog.Subject;
import io.quern.optimizer.parse.Span;
import io.quern.optimizer.parse.Tokens;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How one query level uses the columns of one of its tables. Only conjuncts of the form column,
 * operator, value count (or turned round), where the value holds no column; and columns joined by
 * equality.
 */
final class Uses {
    private static final Map<String, Boolean> EQUALITY =
            Map.of("=", true, "<", false, ">", false, "<=", false, ">=", false);

    private final Scope.Item item;
    private final Table table;
    private final Set<Column> equal = new LinkedHashSet<>();
    private final Set<Column> ranges = new LinkedHashSet<>();
    private final Set<Column> joined = new LinkedHashSet<>();
    private final List<IndexDefinition.Key> sort = new ArrayList<>();
    private boolean limited;

    private Uses(Scope.Item item, Table table) {
        this.item = item;
        this.table = table;
    }

    /** One for each plain table of the level; relations that are none are refused. */
    static List<Uses> of(Subject subject, Subject.Level level, List<Refusal> refusals) {
        Map<Scope.Item, Uses> byItem = new LinkedHashMap<>();
        for (Scope.Item item : level.scope().items()) {
            if (item.table().isPresent()) {
                byItem.put(item, new Uses(item, item.table().get()));
            } else {
                refusals.add(
                        new Refusal(
                                "index",
                                "relation",
                                item.alias().orElse("a subquery") + " is " + item.reason()));
            }
        }
        List<Span> conditions = new ArrayList<>(subject.conditions(level.block()));
        subject.joinConditions(level.block())
                .forEach(on -> conditions.addAll(subject.tree().conjuncts(on)));
        for (Span conjunct : conditions) {
            read(subject, level, conjunct, byItem, refusals);
        }
        sort(subject, level, byItem);
        byItem.values().forEach(u -> u.limited = level.block().limited());
        return List.copyOf(byItem.values());
    }

    private static void read(
            Subject subject,
            Subject.Level level,
            Span conjunct,
            Map<Scope.Item, Uses> byItem,
            List<Refusal> refusals) {
        Tokens t = subject.tokens();
        Optional<Subject.Reference> left = subject.reference(conjunct.from());
        Optional<Scope.Found> column = left.flatMap(r -> own(level, r));
        if (column.isEmpty()) {
            turned(subject, level, conjunct, byItem);
            return;
        }
        Uses uses = byItem.get(column.get().item());
        int op = left.get().span().to();
        Span rest = new Span(Math.min(op + 1, conjunct.to()), conjunct.to());
        if (uses == null || op >= conjunct.to()) {
            return;
        }
        Boolean equality = t.kind(op) == Tokens.Kind.SYMBOL ? EQUALITY.get(t.folded(op)) : null;
        if (equality != null) {
            Optional<Scope.Found> other =
                    subject.reference(rest.from())
                            .filter(r -> r.span().equals(rest))
                            .flatMap(r -> own(level, r));
            if (other.isPresent() && equality) {
                uses.joined.add(column.get().column());
                Uses partner = byItem.get(other.get().item());
                if (partner != null) {
                    partner.joined.add(other.get().column());
                }
            } else if (isValue(subject, rest)) {
                (equality ? uses.equal : uses.ranges).add(column.get().column());
            }
        } else if (t.word(op, "in") && !t.word(op + 2, "select") && isValue(subject, rest)) {
            uses.equal.add(column.get().column());
        } else if (t.word(op, "between") && isValue(subject, rest)) {
            uses.ranges.add(column.get().column());
        } else if (t.words(op, "is", "null") && conjunct.to() == op + 2) {
            uses.equal.add(column.get().column());
        } else if (t.word(op, "like")) {
            refusals.add(
                    new Refusal(
                            "index",
                            "like",
                            column.get()
                                    + " is matched by LIKE, which needs another kind of index"));
        }
    }

    /** {@code value op column}. */
    private static void turned(
            Subject subject, Subject.Level level, Span conjunct, Map<Scope.Item, Uses> byItem) {
        Tokens t = subject.tokens();
        for (int i = conjunct.from() + 1; i < conjunct.to() - 1; i++) {
            Boolean equality = t.kind(i) == Tokens.Kind.SYMBOL ? EQUALITY.get(t.folded(i)) : null;
            if (equality == null) {
                continue;
            }
            Span right = new Span(i + 1, conjunct.to());
            Optional<Scope.Found> column =
                    subject.reference(i + 1)
                            .filter(r -> r.span().equals(right))
                            .flatMap(r -> own(level, r));
            if (column.isPresent() && isValue(subject, new Span(conjunct.from(), i))) {
                Uses uses = byItem.get(column.get().item());
                if (uses != null) {
                    (equality ? uses.equal : uses.ranges).add(column.get().column());
                }
            }
            return;
        }
    }

    private static void sort(Subject subject, Subject.Level level, Map<Scope.Item, Uses> byItem) {
        Tokens t = subject.tokens();
        if (level.block().grouped() || level.block().distinct()) {
            return;
        }
        List<IndexDefinition.Key> keys = new ArrayList<>();
        Uses owner = null;
        for (Span key : level.block().orderBy()) {
            Optional<Subject.Reference> reference = subject.reference(key.from());
            Optional<Scope.Found> column = reference.flatMap(r -> own(level, r));
            if (column.isEmpty()) {
                return;
            }
            int after = reference.get().span().to();
            boolean descending = t.word(after, "desc") && after < key.to();
            int end = after < key.to() && t.word(after, Set.of("asc", "desc")) ? after + 1 : after;
            Uses uses = byItem.get(column.get().item());
            // NULLS FIRST or LAST other than the default is none of a plain index's orders
            if (end != key.to() || uses == null || (owner != null && owner != uses)) {
                return;
            }
            owner = uses;
            keys.add(new IndexDefinition.Key(column.get().column().name(), descending));
        }
        if (owner != null) {
            owner.sort.addAll(keys);
        }
    }

    private static Optional<Scope.Found> own(Subject.Level level, Subject.Reference reference) {
        return level.scope().resolve(reference.qualifier(), reference.name())
                                instanceof Scope.Found found
                        && found.level() == 0
                ? Optional.of(found)
                : Optional.empty();
    }

    /** Whether an expression holds no name that could be a column: literals, parameters, clocks. */
    private static boolean isValue(Subject subject, Span span) {
        Tokens t = subject.tokens();
        for (int i = span.from(); i < span.to(); i++) {
            boolean type = t.symbol(i - 1, "::") || t.kind(i + 1) == Tokens.Kind.STRING;
            boolean column =
                    t.kind(i) == Tokens.Kind.QUOTED
                            || (t.kind(i) == Tokens.Kind.WORD
                                    && !type
                                    && !t.symbol(i + 1, "(")
                                    && t.name(i).isPresent());
            if (column || t.word(i, Set.of("select", "or", "collate"))) {
                return false;
            }
        }
        return !span.isEmpty();
    }

    Table table() {
        return table;
    }

    Set<Column> equal() {
        return equal;
    }

    Set<Column> ranges() {
        return ranges;
    }

    /** Columns equated with another table's, unless they are compared with a value as well. */
    List<Column> joined() {
        return joined.stream().filter(c -> !equal.contains(c)).toList();
    }

    List<IndexDefinition.Key> sort() {
        return sort;
    }

    boolean limited() {
        return limited;
    }

    /** Whether a range or the order speaks for a column. */
    boolean ordered(Column column) {
        return ranges.contains(column)
                || sort.stream().anyMatch(k -> k.column().equals(column.name()));
    }

    /** A sentence for people. */
    String reason(String columns) {
        List<String> parts = new ArrayList<>();
        if (!equal.isEmpty()) {
            parts.add("filters by " + names(equal));
        }
        if (!ranges.isEmpty()) {
            parts.add("takes a range of " + names(ranges));
        }
        if (!sort.isEmpty()) {
            parts.add("sorts by " + sort.getFirst().column() + (limited ? " with a limit" : ""));
        }
        if (parts.isEmpty()) {
            parts.add("joins on " + columns);
        }
        return "the statement "
                + String.join(", ", parts)
                + " and no index of "
                + item.table().orElse(table).name()
                + " starts with ("
                + columns
                + ")";
    }

    private static String names(Set<Column> columns) {
        return String.join(" and ", columns.stream().map(Column::name).toList());
    }
}

package io.quern.optimizer.catalog;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A node of PostgreSQL's own analysed query tree, as {@code nodeToString} writes it: {@code {OPEXPR
 * :opno 96 …}}. Its tag and fields are named as in {@code primnodes.h} and {@code parsenodes.h}.
 * Immutable.
 */
public final class PgNode {
    private final String tag;
    private final Map<String, Object> fields;

    /**
     * @param fields by name without the colon: a {@link PgNode}, a {@link List} of values, or the
     *     text of a token; null values are left out
     */
    PgNode(String tag, Map<String, Object> fields) {
        this.tag = requireNonNull(tag, "tag");
        this.fields = Map.copyOf(fields);
    }

    /** What kind of node it is, such as {@code OPEXPR}. */
    public String tag() {
        return tag;
    }

    public boolean is(String kind) {
        return tag.equals(kind);
    }

    /** A child; null if it is not there. */
    public @Nullable PgNode node(String field) {
        return fields.get(field) instanceof PgNode child ? child : null;
    }

    /** The nodes of a list; empty if it is not there. */
    public List<PgNode> nodes(String field) {
        List<PgNode> nodes = new ArrayList<>();
        if (fields.get(field) instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof PgNode node) {
                    nodes.add(node);
                }
            }
        }
        return nodes;
    }

    /** The texts of a list: names, or numbers without the letter that tells their kind. */
    public List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        if (fields.get(field) instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof String text) {
                    texts.add(text);
                }
            }
        }
        return texts;
    }

    /** The text of a field; empty if it is not there. */
    public String text(String field) {
        return fields.get(field) instanceof String text ? text : "";
    }

    /** A number; 0 if it is not there. Object identifiers fit. */
    public long number(String field) {
        String text = text(field);
        try {
            return text.isEmpty() ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    public int integer(String field) {
        return (int) number(field);
    }

    public boolean flag(String field) {
        return text(field).equals("true");
    }

    /** Where it starts in the statement, in bytes; -1 for what nobody wrote. */
    public int location() {
        return fields.containsKey("location") ? integer("location") : -1;
    }

    /** Hands over every child, in no particular order of fields; lists in theirs. */
    public void children(Consumer<PgNode> each) {
        fields.values().forEach(value -> children(value, each));
    }

    private static void children(Object value, Consumer<PgNode> each) {
        if (value instanceof PgNode node) {
            each.accept(node);
        } else if (value instanceof List<?> list) {
            list.forEach(element -> children(requireNonNull(element), each));
        }
    }

    /** Hands over this node and all below it, queries inside it included. */
    public void walk(Consumer<PgNode> each) {
        each.accept(this);
        children(child -> child.walk(each));
    }

    /** The tag only: constants are the user's data. */
    @Override
    public String toString() {
        return tag;
    }
}

package io.quern.optimizer.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads PostgreSQL's textual node trees: {@code outfuncs.c} writes them, and {@code pg_strtok} in
 * {@code read.c} says how they are split. Lines that the server broke for its log are joined.
 */
final class PgNodeReader {
    /** Deeper trees come from statements that the grammar refuses too. */
    private static final int MAX_DEPTH = 4000;

    private final String text;
    private int at;
    private int depth;

    private PgNodeReader(String text) {
        this.text = text;
    }

    /** The node a text holds; empty if it is not one whole node. */
    static Optional<PgNode> read(String text) {
        try {
            var reader = new PgNodeReader(text);
            Token first = reader.next();
            return first.mark("{") ? Optional.of(reader.node()) : Optional.empty();
        } catch (Malformed | StackOverflowError e) {
            return Optional.empty();
        }
    }

    private static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Malformed() {
            super("not a node tree", null, false, false);
        }
    }

    /** A token; marks are brackets and braces that nobody escaped. */
    private record Token(String text, boolean isMark) {
        boolean mark(String mark) {
            return isMark && text.equals(mark);
        }
    }

    private Token next() {
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
        if (at >= text.length()) {
            throw new Malformed();
        }
        char c = text.charAt(at);
        if ("(){}".indexOf(c) >= 0) {
            at++;
            return new Token(String.valueOf(c), true);
        }
        StringBuilder token = new StringBuilder();
        while (at < text.length()) {
            c = text.charAt(at);
            if (isSpace(c) || "(){}".indexOf(c) >= 0) {
                break;
            }
            if (c == '\\' && at + 1 < text.length()) {
                at++;
                c = text.charAt(at) == '\n' ? ' ' : text.charAt(at);
            }
            token.append(c);
            at++;
        }
        return new Token(token.toString(), false);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\n' || c == '\t';
    }

    /** What stands behind an opening brace. */
    private PgNode node() {
        if (++depth > MAX_DEPTH) {
            throw new Malformed();
        }
        String tag = next().text();
        Map<String, Object> fields = new HashMap<>();
        Token token = next();
        while (!token.mark("}")) {
            if (token.isMark() || !token.text().startsWith(":")) {
                throw new Malformed();
            }
            Object value = value(next());
            if (value != ABSENT) {
                fields.put(token.text().substring(1), value);
            }
            token = next();
            if (!token.isMark() && token.text().equals("[")) {
                fields.put("datum", datum());
                token = next();
            }
        }
        depth--;
        return new PgNode(tag, fields);
    }

    private static final Object ABSENT = new Object();

    private Object value(Token token) {
        if (token.mark("{")) {
            return node();
        }
        if (token.mark("(")) {
            return list();
        }
        if (token.isMark()) {
            throw new Malformed();
        }
        return token.text().equals("<>") ? ABSENT : token.text();
    }

    private List<Object> list() {
        if (++depth > MAX_DEPTH) {
            throw new Malformed();
        }
        List<Object> elements = new ArrayList<>();
        for (Token token = next(); !token.mark(")"); token = next()) {
            Object value = value(token);
            if (value instanceof String text) {
                // what kind of list it is: integers, object identifiers, a set
                boolean kind = elements.isEmpty() && List.of("i", "o", "x", "b").contains(text);
                if (!kind) {
                    elements.add(unquoted(text));
                }
            } else if (value != ABSENT) {
                elements.add(value);
            }
        }
        depth--;
        return elements;
    }

    private static String unquoted(String text) {
        boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        return quoted ? text.substring(1, text.length() - 1) : text;
    }

    private List<Object> datum() {
        List<Object> bytes = new ArrayList<>();
        for (Token token = next(); !token.text().equals("]"); token = next()) {
            bytes.add(token.text());
        }
        return bytes;
    }
}

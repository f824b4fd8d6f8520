package io.quern.advisor.twin;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads PostgreSQL's text of an array of one dimension: elements between commas, in quotation marks
 * where they contain what could mislead, a backslash before any character that means itself.
 */
final class ArrayText {
    private ArrayText() {}

    /** The elements; a NULL among them is read as a word. */
    static List<String> elements(String text) {
        List<String> elements = new ArrayList<>();
        int end = text.length() - 1;
        if (end < 1 || text.charAt(0) != '{' || text.charAt(end) != '}') {
            throw new IllegalArgumentException("not the text of an array");
        }
        StringBuilder element = new StringBuilder();
        boolean quoted = false;
        for (int i = 1; i < end; i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                element.append(text.charAt(++i));
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                elements.add(element.toString());
                element.setLength(0);
            } else {
                element.append(c);
            }
        }
        if (end > 1) {
            elements.add(element.toString());
        }
        return elements;
    }

    /** The elements as numbers. */
    static List<Double> numbers(String text) {
        return elements(text).stream().map(Double::valueOf).toList();
    }
}

package io.quern.proxy.net;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The start-up parameter {@code options}: command line switches of a server process, of which those
 * that make settings have a meaning here ({@code -c name=value}, {@code --name=value}).
 */
record StartupOptions(String text) {

    /** Adds the settings it makes; what makes none is ignored, as nobody could act on it. */
    void addTo(Map<String, String> settings) {
        List<String> words = words();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("-c") && i + 1 < words.size()) {
                put(words.get(++i), settings);
            } else if (word.startsWith("-c")) {
                put(word.substring(2), settings);
            } else if (word.startsWith("--")) {
                put(word.substring(2), settings);
            }
        }
    }

    private static void put(String assignment, Map<String, String> settings) {
        int equals = assignment.indexOf('=');
        if (equals > 0) {
            // in a switch, hyphens of a name stand for underscores
            settings.put(
                    assignment.substring(0, equals).replace('-', '_'),
                    assignment.substring(equals + 1));
        }
    }

    private List<String> words() {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inside = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isWhitespace(c)) {
                if (inside) {
                    words.add(word.toString());
                    word.setLength(0);
                    inside = false;
                }
            } else {
                inside = true;
                boolean escapes = c == '\\' && i + 1 < text.length();
                word.append(escapes ? text.charAt(++i) : c);
            }
        }
        if (inside) {
            words.add(word.toString());
        }
        return words;
    }
}

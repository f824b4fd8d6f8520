package io.quern.optimizer.lex;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of statements, split as psql splits it: at semicolons outside quotes, comments, brackets
 * and the bodies of SQL-standard functions. Meta-commands and the data behind {@code COPY … FROM
 * stdin} are no statements and are left out.
 */
public final class Script {

    /**
     * One statement.
     *
     * @param sql without the semicolon and the blanks around
     * @param line where it begins, from 1
     */
    public record Item(String sql, int line) {
        public Item {
            requireNonNull(sql, "sql");
        }
    }

    private static final Pattern DOLLAR =
            Pattern.compile("\\$([A-Za-z_\\x80-\\uffff][\\w\\x80-\\uffff]*)?\\$");
    private static final Pattern WORD =
            Pattern.compile("[A-Za-z_\\x80-\\uffff][\\w$\\x80-\\uffff]*");
    private static final Pattern ROUTINE =
            Pattern.compile("create (or replace )?(function|procedure)");
    private static final Pattern COPY_IN = Pattern.compile("(?is)copy\\b.*\\bfrom\\s+stdin\\b.*");

    /** How many words tell a CREATE FUNCTION from other statements. */
    private static final int HEAD = 4;

    private final String text;
    private final List<Item> items = new ArrayList<>();
    private final StringBuilder sql = new StringBuilder();
    private int at;
    private int begins = -1;
    private int brackets;
    private int blocks;
    private int words;
    private final StringBuilder head = new StringBuilder();

    private Script(String text) {
        this.text = text;
    }

    /** The statements of a file, in order; what is left open at its end is its last statement. */
    public static List<Item> split(String text) {
        Script script = new Script(requireNonNull(text, "text"));
        script.read();
        return List.copyOf(script.items);
    }

    private void read() {
        while (at < text.length()) {
            char c = text.charAt(at);
            switch (c) {
                case '\'' -> take(quoted('\'', escaping()));
                case '"' -> take(quoted('"', false));
                case '\\' -> metaCommand();
                case ';' -> semicolon();
                case '(', '[' -> {
                    brackets++;
                    take(at + 1);
                }
                case ')', ']' -> {
                    brackets = Math.max(0, brackets - 1);
                    take(at + 1);
                }
                default -> other(c);
            }
        }
        end();
    }

    private void other(char c) {
        if (text.startsWith("--", at)) {
            int end = text.indexOf('\n', at);
            take(end < 0 ? text.length() : end);
        } else if (text.startsWith("/*", at)) {
            take(commentEnd());
        } else if (c == '$') {
            dollar();
        } else if (Character.isLetter(c) || c == '_' || c >= 0x80) {
            word();
        } else {
            take(at + 1);
        }
    }

    /** Moves on to {@code end}; blanks in front of a statement do not belong to it. */
    private void take(int end) {
        String part = text.substring(at, end);
        if (begins < 0 && !part.isBlank()) {
            begins = at;
        }
        if (begins >= 0) {
            sql.append(part);
        }
        at = end;
    }

    /** Whether the quote at hand opens an E'' string. */
    private boolean escaping() {
        boolean e = at > 0 && (text.charAt(at - 1) | 0x20) == 'e';
        return e && (at == 1 || !Character.isLetterOrDigit(text.charAt(at - 2)));
    }

    private int quoted(char quote, boolean escapes) {
        for (int i = at + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (escapes && c == '\\') {
                i++;
            } else if (c == quote) {
                return i + 1;
            }
        }
        return text.length();
    }

    private int commentEnd() {
        int depth = 0;
        for (int i = at; i + 1 < text.length(); i++) {
            if (text.startsWith("/*", i)) {
                depth++;
                i++;
            } else if (text.startsWith("*/", i)) {
                i++;
                if (--depth == 0) {
                    return i + 1;
                }
            }
        }
        return text.length();
    }

    private void dollar() {
        Matcher tag = DOLLAR.matcher(text).region(at, text.length());
        if (!tag.lookingAt()) {
            take(at + 1);
            return;
        }
        int end = text.indexOf(tag.group(), tag.end());
        take(end < 0 ? text.length() : end + tag.group().length());
    }

    /** Within {@code BEGIN ATOMIC … END} of a function semicolons separate nothing. */
    private void word() {
        Matcher matcher = WORD.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            take(at + 1);
            return;
        }
        String word = matcher.group().toLowerCase(Locale.ROOT);
        if (words++ < HEAD) {
            head.append(head.isEmpty() ? "" : " ").append(word);
        }
        if (ROUTINE.matcher(head).lookingAt()) {
            boolean opens = word.equals("begin") || (word.equals("case") && blocks > 0);
            blocks += opens ? 1 : word.equals("end") && blocks > 0 ? -1 : 0;
        }
        take(matcher.end());
    }

    private void metaCommand() {
        if (text.startsWith("\\;", at)) {
            at++;
            take(at + 1);
            return;
        }
        boolean sends = text.startsWith("\\g", at);
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
        if (sends) {
            end();
        }
    }

    private void semicolon() {
        if (brackets > 0 || blocks > 0) {
            take(at + 1);
            return;
        }
        at++;
        boolean data = COPY_IN.matcher(sql).matches();
        end();
        if (data) {
            int end = text.indexOf("\n\\.", at);
            int next = end < 0 ? -1 : text.indexOf('\n', end + 1);
            at = next < 0 ? text.length() : next;
        }
    }

    private void end() {
        String statement = sql.toString().strip();
        if (!statement.isEmpty()) {
            int line = 1 + (int) text.substring(0, begins).chars().filter(c -> c == '\n').count();
            items.add(new Item(statement, line));
        }
        sql.setLength(0);
        head.setLength(0);
        begins = -1;
        brackets = 0;
        blocks = 0;
        words = 0;
    }
}

package io.quern.optimizer.random;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.optimizer.lex.Lexer;
import io.quern.optimizer.random.Trial.Case;
import io.quern.optimizer.random.Trial.Difference;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes what fails smaller while it fails in the same way: runs of tokens go, then rows. After
 * Zeller and Hildebrandt's delta debugging, over tokens in brackets that match.
 */
final class Shrinking {
    private static final long NANOS = 20_000_000_000L;
    private static final int LONGEST = 40;

    private final Trial trial;
    private final long end = System.nanoTime() + NANOS;
    private Difference least;

    Shrinking(Trial trial, Difference difference) {
        this.trial = trial;
        this.least = difference;
    }

    /** The same statement in two texts, token by token, each with the space before it. */
    private record Texts(List<String> base, List<String> other) {
        static Texts of(Case one) {
            return new Texts(tokens(one.base()), tokens(one.other()));
        }

        private static List<String> tokens(String sql) {
            byte[] bytes = sql.getBytes(UTF_8);
            Lexer lexer = new Lexer();
            lexer.lex(bytes, 0, bytes.length, true);
            List<String> tokens = new ArrayList<>();
            int at = 0;
            for (int i = 0; i < lexer.count(); i++) {
                String space = lexer.start(i) > at ? " " : "";
                int start = lexer.start(i);
                tokens.add(space + new String(bytes, start, lexer.end(i) - start, UTF_8));
                at = lexer.end(i);
            }
            return tokens;
        }

        Case without(Case one, int from, int to) {
            return new Case(
                    text(base, from, to),
                    text(other, from, to),
                    one.parameters(),
                    one.values(),
                    one.ordered());
        }

        private static String text(List<String> tokens, int from, int to) {
            return String.join("", tokens.subList(0, from))
                    + " "
                    + String.join("", tokens.subList(to, tokens.size()));
        }

        boolean balanced(int from, int to) {
            int depth = 0;
            for (String token : base.subList(from, to)) {
                depth += token.strip().equals("(") ? 1 : token.strip().equals(")") ? -1 : 0;
                if (depth < 0) {
                    return false;
                }
            }
            return depth == 0;
        }

        int close(int open) {
            for (int i = open + 2; i <= base.size(); i++) {
                if (balanced(open, i)) {
                    return i;
                }
            }
            return -1;
        }

        /** Without a bracket and the one that matches it. */
        Case unwrapped(Case one, int open, int close) {
            return new Case(
                    inner(base, open, close),
                    inner(other, open, close),
                    one.parameters(),
                    one.values(),
                    one.ordered());
        }

        private static String inner(List<String> tokens, int open, int close) {
            return text(tokens.subList(0, close - 1), open, open + 1)
                    + " "
                    + String.join("", tokens.subList(close, tokens.size()));
        }
    }

    /** A difference that nothing can be taken from, or as far as the time goes. */
    Difference run() throws SQLException {
        boolean smaller = true;
        while (smaller && System.nanoTime() < end) {
            boolean fewer = rows();
            smaller = tokens() || fewer;
        }
        return least;
    }

    private boolean tokens() throws SQLException {
        if (least.sort().equals("order")) {
            // less of an ORDER BY would leave a choice
            return false;
        }
        boolean any = false;
        for (int size = Texts.of(least.one()).base().size() - 1;
                size > 0;
                size -= size > LONGEST ? Math.max(1, size / 8) : 1) {
            for (int from = 0; System.nanoTime() < end; from++) {
                Texts texts = Texts.of(least.one());
                if (from + size > texts.base().size()) {
                    break;
                }
                if (texts.balanced(from, from + size)
                        && holds(texts.without(least.one(), from, from + size))) {
                    any = true;
                    from--;
                }
            }
        }
        for (int i = 0; i < Texts.of(least.one()).base().size(); i++) {
            Texts texts = Texts.of(least.one());
            int close = texts.base().get(i).strip().equals("(") ? texts.close(i) : -1;
            any |= close > 0 && holds(texts.unwrapped(least.one(), i, close));
        }
        return any;
    }

    private boolean holds(Case smaller) throws SQLException {
        Difference found =
                trial.difference(smaller, trial.candidates(smaller.base(), smaller.parameters()));
        if (found == null || !found.sort().equals(least.sort())) {
            return false;
        }
        least = found;
        return true;
    }

    /** Rows go for good, as far as this transaction is concerned. */
    private boolean rows() throws SQLException {
        boolean any = false;
        for (String table : trial.session().tables()) {
            List<String> places = trial.session().column("SELECT ctid FROM ONLY " + table);
            for (int size = places.size(); size > 0; size /= 2) {
                for (int at = 0; at + size <= places.size() && System.nanoTime() < end; ) {
                    List<String> gone = places.subList(at, at + size);
                    if (without(table, gone)) {
                        any = true;
                        gone.clear();
                    } else {
                        at += size;
                    }
                }
            }
        }
        return any;
    }

    private boolean without(String table, List<String> places) throws SQLException {
        trial.session().execute("SAVEPOINT rows");
        String delete =
                "DELETE FROM ONLY %s WHERE ctid = ANY ('{%s}'::tid[])"
                        .formatted(
                                table,
                                String.join(",", places.stream().map(p -> '"' + p + '"').toList()));
        if (trial.session().attempt(delete) && holds(least.one())) {
            return true;
        }
        trial.session().execute("ROLLBACK TO rows");
        return false;
    }

    /** Schema and rows that are left, both statements and what differs. */
    static String shown(Trial trial, Schema schema, Difference difference) throws SQLException {
        StringBuilder text = new StringBuilder();
        String statements = difference.one().other() + difference.rewritten();
        List<String> named =
                schema.tables().stream()
                        .map(Table::name)
                        .filter(name -> statements.contains(name))
                        .toList();
        List<String> all = new ArrayList<>(schema.ddl());
        all.addAll(schema.later());
        all.stream()
                .filter(d -> named.stream().anyMatch(d::contains))
                .forEach(d -> text.append(d).append(";\n"));
        for (Table table : schema.tables()) {
            if (!table.view() && named.contains(table.name())) {
                String values =
                        String.join(
                                ", ",
                                table.columns().stream()
                                        .map(c -> "quote_nullable(" + c.name() + ")")
                                        .toList());
                trial.session()
                        .column(
                                "SELECT concat_ws(', ', %s) FROM ONLY %s"
                                        .formatted(values, table.name()))
                        .forEach(
                                row ->
                                        text.append("INSERT INTO ")
                                                .append(table.name())
                                                .append(" VALUES (")
                                                .append(row)
                                                .append(");\n"));
            }
        }
        Case one = difference.one();
        text.append(difference.rules()).append(' ').append(one.values()).append('\n');
        if (!one.base().equals(one.other())) {
            text.append(one.base()).append("\n-- with other literals\n");
        }
        return text.append(one.other())
                .append("\n-- became\n")
                .append(difference.rewritten())
                .append("\n-- ")
                .append(difference.what())
                .append('\n')
                .toString();
    }
}

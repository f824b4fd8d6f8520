package io.quern.optimizer.outcome;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.optimizer.Candidate;
import io.quern.optimizer.lex.Lexer;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * What becomes of a statement at an execution with other literals, as the gate does it: the
 * skeleton must be the same, every check hold, and the same edits are made of the same tokens.
 */
public final class Slots {
    private Slots() {}

    /** A statement with some of its literals replaced. */
    public static String replaced(
            String sql, Predicate<String> which, UnaryOperator<String> literal) {
        byte[] bytes = sql.getBytes(UTF_8);
        Lexer lexer = lexed(sql);
        StringBuilder text = new StringBuilder();
        int at = 0;
        for (int token = 0; token < lexer.count(); token++) {
            int start = lexer.start(token);
            String old = new String(bytes, start, lexer.end(token) - start, UTF_8);
            if (lexer.kind(token).literal() && which.test(old)) {
                text.append(new String(bytes, at, start - at, UTF_8)).append(literal.apply(old));
                at = lexer.end(token);
            }
        }
        return text.append(new String(bytes, at, bytes.length - at, UTF_8)).toString();
    }

    /** Whether two texts differ in literals, spaces and comments only. */
    public static boolean alike(String base, String other) {
        byte[] bytes = other.getBytes(UTF_8);
        Lexer others = new Lexer();
        if (!others.lex(bytes, 0, bytes.length, true)) {
            return false;
        }
        return Arrays.equals(skeleton(lexed(base)), skeleton(others));
    }

    /** Whether a candidate may act on another text that is alike. */
    public static boolean admits(Candidate candidate, String other) {
        return candidate.checks().stream().allMatch(lexed(other)::holds);
    }

    /** What the candidate found for one text makes of another; nothing if it may not act on it. */
    public static Optional<String> rewritten(Candidate candidate, String base, String other) {
        return alike(base, other) && admits(candidate, other)
                ? Optional.of(new String(lexed(other).splice(candidate.edits()), UTF_8))
                : Optional.empty();
    }

    private static byte[] skeleton(Lexer lexer) {
        return Arrays.copyOf(lexer.skeleton(), lexer.skeletonLength());
    }

    private static Lexer lexed(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        Lexer lexer = new Lexer();
        if (!lexer.lex(bytes, 0, bytes.length, true)) {
            throw new IllegalArgumentException("no SQL: " + text);
        }
        return lexer;
    }
}

package io.quern.optimizer.lex;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The normal form of a statement, hashed while the lexer scans: what makes two statements one
 * template.
 *
 * <p>Literals and parameters are alike, and a sign that begins a number belongs to it. In the list
 * after IN or ARRAY, and in the rows after VALUES, an element equal to the one before it is left
 * out, so that {@code IN (1, 2, 3)} is {@code IN (?)} and a thousand rows are one. Trailing
 * semicolons are left out. Every open bracket has a frame on an explicit stack: nesting costs
 * memory, never the thread's stack. What was left out is remembered for the readable template.
 *
 * <p>The hash alone never decides what runs, so collisions merely merge two templates.
 */
final class NormalForm {
    private static final long SEED = 0x51ed270b7a2c5f0dL;
    private static final long VALUE = 0x2545f4914f6cdd1dL;
    private static final long SINGLE = 0x9fb21c651e98df25L;
    private static final long CUT = 0x6a09e667f3bcc909L;

    private enum Role {
        PLAIN,
        LIST,
        ROW
    }

    /** Where a bracket level stands in the rows of VALUES. */
    private enum Rows {
        NONE,
        EXPECTED,
        AFTER_ROW,
        AFTER_COMMA
    }

    private final BitSet omitted = new BitSet();

    private int depth;
    private long[] outer = new long[16];
    private long[] list = new long[16];
    private long[] last = new long[16];
    private int[] elements = new int[16];
    private int[] elementStart = new int[16];
    private Role[] role = new Role[16];
    private Rows[] rows = new Rows[16];
    private long[] lastRow = new long[16];
    private int[] rowComma = new int[16];

    private long h;
    private long word;

    /** Whether the last token, if no word, ends an operand. */
    private boolean operand;

    private int sign;
    private byte signByte;
    private int semicolon;
    private int statements;
    private boolean inStatement;

    void begin() {
        omitted.clear();
        depth = 0;
        rows[0] = Rows.NONE;
        h = SEED;
        word = 0;
        operand = false;
        sign = -1;
        semicolon = -1;
        statements = 0;
        inStatement = false;
    }

    /** Whether a token was left out. */
    boolean omits(int token) {
        return omitted.get(token);
    }

    /** Statements that are not empty. */
    int statements() {
        return statements;
    }

    /** The last token, if it was a word: its hash; else 0. */
    long lastWord() {
        return word;
    }

    void value(boolean number) {
        arrive();
        if (sign >= 0 && number) {
            omitted.set(sign);
            sign = -1;
        }
        settle();
        mix(VALUE);
        operand = true;
    }

    void word(long hash) {
        arrive();
        settle();
        mix(hash);
        word = hash;
        if (hash == Words.VALUES) {
            rows[depth] = Rows.EXPECTED;
        }
    }

    /**
     * A quoted identifier from {@code from} to {@code to}, quotes and {@code U&} included.
     *
     * @param simple whether without {@code U&}
     */
    void quoted(byte[] b, int from, int to, boolean simple) {
        long hash = Words.start();
        boolean plain = simple && to - from > 2 && Scan.startsWord(b[from + 1]);
        for (int k = from + 1; k < to - 1; k++) {
            hash = Words.add(hash, b[k]);
            plain &= b[k] == Scan.folded(b[k]) && b[k] != 0;
        }
        // "id" is id, but "user" is not user
        boolean name = plain && !Words.NOT_NAMES.contains(hash);
        other(name ? hash : ~hash, true);
    }

    /** A quoted identifier, or an operator of several characters. */
    void other(long hash, boolean isOperand) {
        arrive();
        settle();
        mix(hash);
        operand = isOperand;
    }

    /** A token of one character. */
    void single(int token, byte c) {
        switch (c) {
            case '(', '[' -> open(token, c);
            case ')', ']' -> close(token, c);
            case ',' -> comma(token);
            case ';' -> semicolon(token);
            case '+', '-' -> sign(token, c);
            default -> other(hashOf(c), false);
        }
    }

    private static long hashOf(byte c) {
        return SINGLE * (c + 1L);
    }

    private void sign(int token, byte c) {
        boolean binary = word == 0 ? operand : !Words.BEFORE_VALUE.contains(word);
        arrive();
        settle();
        if (binary) {
            mix(hashOf(c));
            operand = false;
        } else {
            sign = token;
            signByte = c;
        }
    }

    private void open(int token, byte c) {
        long opener = word;
        Rows state = rows[depth];
        boolean row = c == '(' && (state == Rows.EXPECTED || state == Rows.AFTER_COMMA);
        if (row) {
            flushSign();
            word = 0;
        } else {
            arrive();
            settle();
        }
        boolean listed = c == '(' ? opener == Words.IN : opener == Words.ARRAY;
        push(row ? Role.ROW : listed ? Role.LIST : Role.PLAIN, token);
        h = SEED;
        operand = false;
    }

    private void push(Role newRole, int token) {
        if (++depth == outer.length) {
            grow();
        }
        outer[depth] = h;
        role[depth] = newRole;
        list[depth] = SEED;
        elements[depth] = 0;
        elementStart[depth] = token + 1;
        rows[depth] = Rows.NONE;
    }

    private void close(int token, byte c) {
        if (depth == 0) {
            other(hashOf(c), true);
            return;
        }
        settle();
        pop(token, c, false);
        operand = true;
        word = 0;
    }

    private void pop(int token, byte c, boolean cut) {
        Role closing = role[depth];
        if (closing == Role.LIST && !cut) {
            finishElement(token);
        }
        long result = (closing == Role.LIST ? list[depth] : h) ^ hashOf(c);
        h = outer[depth--];
        if (closing != Role.ROW) {
            mix(result);
        } else if (!cut) {
            finishRow(token, result);
        }
    }

    private void finishElement(int token) {
        int d = depth;
        if (elements[d]++ > 0 && last[d] == h) {
            omitted.set(elementStart[d], token);
        } else {
            list[d] = mixed(list[d], h);
        }
        last[d] = h;
    }

    private void finishRow(int token, long result) {
        int d = depth;
        if (rows[d] == Rows.AFTER_COMMA && lastRow[d] == result) {
            omitted.set(rowComma[d], token + 1);
        } else {
            if (rows[d] == Rows.AFTER_COMMA) {
                mix(hashOf((byte) ','));
            }
            mix(result);
        }
        lastRow[d] = result;
        rows[d] = Rows.AFTER_ROW;
    }

    private void comma(int token) {
        if (depth > 0 && role[depth] == Role.LIST) {
            arrive();
            settle();
            finishElement(token);
            h = SEED;
            elementStart[depth] = token;
        } else if (rows[depth] == Rows.AFTER_ROW) {
            rows[depth] = Rows.AFTER_COMMA;
            rowComma[depth] = token;
        } else {
            arrive();
            settle();
            mix(hashOf((byte) ','));
        }
        word = 0;
        operand = false;
    }

    private void semicolon(int token) {
        if (depth > 0) {
            other(hashOf((byte) ';'), false);
            return;
        }
        settle();
        inStatement = false;
        omitted.set(token);
        if (semicolon < 0 && statements > 0) {
            semicolon = token;
        }
        word = 0;
        operand = false;
    }

    /** Before any token but those that merely go on with rows. */
    private void arrive() {
        if (!inStatement) {
            inStatement = true;
            statements++;
            if (semicolon >= 0) {
                omitted.clear(semicolon);
                semicolon = -1;
                mix(hashOf((byte) ';'));
            }
        }
        word = 0;
    }

    /** What was held back turned out to count. */
    private void settle() {
        if (rows[depth] == Rows.AFTER_COMMA) {
            mix(hashOf((byte) ','));
        }
        rows[depth] = Rows.NONE;
        flushSign();
    }

    private void flushSign() {
        if (sign >= 0) {
            mix(hashOf(signByte));
            sign = -1;
        }
    }

    /**
     * The fingerprint, never 0.
     *
     * @param count the number of tokens
     * @param cut whether the text went on: then elements and rows begun are left out
     */
    long finish(int count, boolean cut) {
        if (cut) {
            sign = -1;
        }
        while (depth > 0) {
            conclude(cut);
            pop(count, (byte) 0, cut);
        }
        conclude(cut);
        if (cut) {
            mix(CUT);
        }
        return h == 0 ? 1 : h;
    }

    private void conclude(boolean cut) {
        if (cut) {
            rows[depth] = Rows.NONE;
        }
        settle();
    }

    private void mix(long value) {
        h = mixed(h, value);
    }

    private static long mixed(long hash, long value) {
        long x = (hash ^ value) * 0x9e3779b97f4a7c15L;
        return x ^ (x >>> 32);
    }

    private void grow() {
        int size = outer.length * 2;
        outer = Arrays.copyOf(outer, size);
        list = Arrays.copyOf(list, size);
        last = Arrays.copyOf(last, size);
        elements = Arrays.copyOf(elements, size);
        elementStart = Arrays.copyOf(elementStart, size);
        role = Arrays.copyOf(role, size);
        rows = Arrays.copyOf(rows, size);
        lastRow = Arrays.copyOf(lastRow, size);
        rowComma = Arrays.copyOf(rowComma, size);
    }
}

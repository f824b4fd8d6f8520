package io.quern.optimizer.lex;

import io.quern.optimizer.Edit;
import io.quern.optimizer.SlotCheck;

import java.util.Arrays;
import java.util.List;

/**
 * Splits a statement into PostgreSQL's tokens and makes its fingerprint and its skeleton on the
 * way, in one pass over the bytes. Reusable, for one thread; allocates nothing once its buffers
 * have grown. Any encoding that leaves ASCII alone may be read. The rules are those of {@code
 * scan.l} of PostgreSQL 18.
 *
 * <p>The <b>fingerprint</b> says which template a statement belongs to and may merge too much; it
 * decides nothing. The <b>skeleton</b> is exact: two texts with equal skeletons are the same
 * sequence of tokens but for the values of literals, the kind of each literal included (a string, a
 * bit string, a number PostgreSQL reads as integer, bigint or numeric), so that token numbers and
 * whatever was proved of one text's structure hold for the other. Keywords such as NULL and TRUE
 * are no literals. It is a concatenation of self-delimiting records: a byte from 0x20 up is a token
 * of that one character; a tag below stands for a literal, or is followed by the token's bytes
 * (folded, if a word) and a zero. Statements hold no zero byte.
 *
 * <p>Where PostgreSQL sees trailing junk ({@code 1FROM}), the lexer splits like the versions that
 * allowed it and marks the skeleton.
 */
public final class Lexer {
    private static final byte TAG_WORD = 1;
    private static final byte TAG_QUOTED = 2;
    private static final byte TAG_UNICODE = 3;
    private static final byte TAG_SYMBOL = 4;
    private static final byte TAG_PARAMETER = 5;
    private static final byte TAG_STRING = 6;
    private static final byte TAG_NATIONAL = 7;
    private static final byte TAG_BITS = 8;
    private static final byte TAG_ESCAPE = 9;
    private static final byte TAG_INT4 = 10;
    private static final byte TAG_INT4_EDGE = 11;
    private static final byte TAG_INT8 = 12;
    private static final byte TAG_INT8_EDGE = 13;
    private static final byte TAG_NUMERIC = 14;
    private static final byte TAG_NEW_SPELLING = 15;
    private static final byte TAG_JUNK = 16;

    private static final byte[] NOTHING = new byte[0];

    private final NormalForm form = new NormalForm();
    private byte[] b = NOTHING;
    private int base;
    private int end;
    private boolean conforming;
    private boolean prefix;

    private int count;
    private TokenKind[] kinds = new TokenKind[256];
    private int[] starts = new int[256];
    private int[] ends = new int[256];
    private byte[] skeleton = new byte[1024];
    private int size;
    private long fingerprint;

    /**
     * Lexes a whole text. It is kept, not copied, until the next call or {@link #release}.
     *
     * @param standardConformingStrings whether a backslash is an ordinary character in a plain
     *     string
     * @return false if a literal, identifier or comment does not end, or a byte is zero: then
     *     nothing else may be asked
     */
    public boolean lex(byte[] sql, int offset, int length, boolean standardConformingStrings) {
        return lex(sql, offset, length, standardConformingStrings, false);
    }

    /**
     * Lexes the beginning of a longer text. What the cut may have gone through is left out, lists
     * and rows begun do not count, and the fingerprint differs from any whole statement's.
     *
     * @return false if a byte is zero
     */
    public boolean lexPrefix(
            byte[] sql, int offset, int length, boolean standardConformingStrings) {
        return lex(sql, offset, length, standardConformingStrings, true);
    }

    private boolean lex(byte[] sql, int offset, int length, boolean scs, boolean beginningOnly) {
        b = sql;
        base = offset;
        end = offset + length;
        conforming = scs;
        prefix = beginningOnly;
        count = 0;
        size = 0;
        if (skeleton.length < 3 * length + 16) {
            skeleton = new byte[Math.max(3 * length + 16, 2 * skeleton.length)];
        }
        form.begin();
        if (!scan()) {
            count = 0;
            return false;
        }
        fingerprint = form.finish(count, prefix);
        return true;
    }

    /** Forgets the text, so that it can be collected. */
    public void release() {
        b = NOTHING;
        count = 0;
    }

    /** The number of tokens. */
    public int count() {
        return count;
    }

    public TokenKind kind(int token) {
        return kinds[token];
    }

    /** Offset of a token's first byte from the start of the text. */
    public int start(int token) {
        return starts[token] - base;
    }

    /** Offset after a token's last byte from the start of the text. */
    public int end(int token) {
        return ends[token] - base;
    }

    /** Whether a token is this word, unquoted, in any case. {@code folded} is lower-case ASCII. */
    public boolean is(int token, String folded) {
        return kinds[token] == TokenKind.WORD && reads(token, folded, true);
    }

    /** Whether a token's bytes are exactly these ASCII characters. */
    public boolean reads(int token, String ascii) {
        return reads(token, ascii, false);
    }

    /** A token's bytes, one char each, upper-case ASCII folded. */
    public String folded(int token) {
        StringBuilder folded = new StringBuilder();
        for (int at = starts[token]; at < ends[token]; at++) {
            folded.append((char) (Scan.folded(b[at]) & 0xFF));
        }
        return folded.toString();
    }

    private boolean reads(int token, String ascii, boolean fold) {
        int start = starts[token];
        if (ends[token] - start != ascii.length()) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            byte c = fold ? Scan.folded(b[start + i]) : b[start + i];
            if (c != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a token is part of the normal form: no repeated list element, sign of a number … */
    boolean kept(int token) {
        return !form.omits(token);
    }

    /** The hash of the normal form, never 0. */
    public long fingerprint() {
        return fingerprint;
    }

    /** The buffer with the skeleton in its first {@link #skeletonLength} bytes, until next used. */
    public byte[] skeleton() {
        return skeleton;
    }

    public int skeletonLength() {
        return size;
    }

    /** The number of statements between semicolons outside parentheses, empty ones not counted. */
    public int statements() {
        return form.statements();
    }

    /** Whether the lexed text passes a check. */
    public boolean holds(SlotCheck check) {
        return check.last() < count
                && switch (check) {
                    case SlotCheck.OfOne one ->
                            one.holds(b, starts[one.token()], ends[one.token()]);
                    case SlotCheck.Alike(int one, int two) ->
                            SlotCheck.Alike.holds(
                                    b, starts[one], ends[one], starts[two], ends[two]);
                };
    }

    /** The lexed text with edits applied, see {@link SqlText#apply}. */
    public byte[] splice(List<Edit> edits) {
        return new Splice(this, b, base, end, false).apply(edits);
    }

    /** {@link #splice} with the literals and comments of the source taken out. */
    byte[] spliceRedacted(List<Edit> edits) {
        return new Splice(this, b, base, end, true).apply(edits);
    }

    private boolean scan() {
        int i = base;
        while (true) {
            i = Scan.gap(b, i, end);
            if (i < 0) {
                return prefix;
            }
            if (i >= end) {
                return true;
            }
            if (count == kinds.length) {
                grow();
            }
            starts[count] = i;
            int next = token(i);
            if (next < 0) {
                return next == UNFINISHED && prefix;
            }
            ends[count++] = next;
            i = next;
        }
    }

    /** The text ended inside a token. */
    private static final int UNFINISHED = -1;

    private static final int IMPOSSIBLE = -2;

    private int token(int i) {
        byte c = b[i];
        if (Scan.startsWord(c)) {
            int quote = literalQuote(i, c);
            return quote < 0 ? word(i) : prefixed(i, c, quote);
        }
        if (Scan.digit(c)) {
            return number(i);
        }
        return switch (c) {
            case '\'' ->
                    string(TokenKind.STRING, TAG_STRING, Scan.string(b, i, end, !conforming, true));
            case '"' -> quoted(i, i, TokenKind.QUOTED_IDENTIFIER);
            case '$' -> dollar(i);
            case '.' -> i + 1 < end && Scan.digit(b[i + 1]) ? number(i) : punctuation(i, '.', '.');
            case ':' ->
                    i + 1 < end && b[i + 1] == '='
                            ? punctuation(i, ':', '=')
                            : punctuation(i, ':', ':');
            case ',', '(', ')', '[', ']', ';' -> single(i, TokenKind.PUNCTUATION);
            case 0 -> IMPOSSIBLE;
            default -> Scan.operator(c) ? operator(i) : single(i, TokenKind.OTHER);
        };
    }

    /** Where the quote is, if a letter begins E'', B'', X'', N'', U&'' or U&""; else -1. */
    private int literalQuote(int i, byte c) {
        return switch (c | 0x20) {
            case 'e', 'b', 'x', 'n' -> i + 1 < end && b[i + 1] == '\'' ? i + 1 : -1;
            case 'u' ->
                    i + 2 < end && b[i + 1] == '&' && (b[i + 2] == '\'' || b[i + 2] == '"')
                            ? i + 2
                            : -1;
            default -> -1;
        };
    }

    private int prefixed(int i, byte letter, int quote) {
        return switch (letter | 0x20) {
            case 'e' ->
                    string(TokenKind.STRING, TAG_STRING, Scan.string(b, quote, end, true, true));
            case 'n' ->
                    string(
                            TokenKind.NATIONAL_STRING,
                            TAG_NATIONAL,
                            Scan.string(b, quote, end, !conforming, true));
            case 'u' -> {
                if (b[quote] == '"') {
                    yield quoted(i, quote, TokenKind.UNICODE_IDENTIFIER);
                }
                // PostgreSQL refuses these while plain strings have escapes
                yield conforming
                        ? string(
                                TokenKind.STRING,
                                TAG_STRING,
                                Scan.string(b, quote, end, false, true))
                        : IMPOSSIBLE;
            }
            default ->
                    string(
                            TokenKind.BIT_STRING,
                            TAG_BITS,
                            Scan.string(b, quote, end, false, false));
        };
    }

    private int string(TokenKind kind, byte tag, int next) {
        if (next < 0 || cut(next)) {
            return UNFINISHED;
        }
        kinds[count] = kind;
        if (form.lastWord() == Words.UESCAPE) {
            // the escape character decides what a name before it means: no mere value
            put(TAG_ESCAPE);
            put(starts[count], next);
        } else {
            put(tag);
        }
        form.value(false);
        return next;
    }

    private int quoted(int i, int quote, TokenKind kind) {
        int next = Scan.quotedIdentifier(b, quote, end);
        if (next < 0 || cut(next)) {
            return UNFINISHED;
        }
        kinds[count] = kind;
        put(kind == TokenKind.QUOTED_IDENTIFIER ? TAG_QUOTED : TAG_UNICODE);
        put(i, next);
        long hash = Words.start();
        boolean plain =
                kind == TokenKind.QUOTED_IDENTIFIER && next - i > 2 && Scan.startsWord(b[i + 1]);
        for (int k = i + 1; k < next - 1; k++) {
            hash = Words.add(hash, b[k]);
            plain &= b[k] == Scan.folded(b[k]) && b[k] != 0;
        }
        // "id" is id, but "user" is not user
        boolean name = plain && !Words.NOT_NAMES.contains(hash);
        form.other(name ? hash : ~hash, true);
        return next;
    }

    private int word(int i) {
        put(TAG_WORD);
        long hash = Words.start();
        byte[] out = skeleton;
        int o = size;
        int k = i;
        byte folded;
        while (k < end && (folded = Scan.folded(b[k])) != 0) {
            hash = Words.add(hash, folded);
            out[o++] = folded;
            k++;
        }
        if (cut(k)) {
            return UNFINISHED;
        }
        size = o;
        put((byte) 0);
        kinds[count] = TokenKind.WORD;
        form.word(hash);
        return k;
    }

    private int dollar(int i) {
        if (i + 1 < end && Scan.digit(b[i + 1])) {
            int k = i + 1;
            while (k < end && Scan.digit(b[k])) {
                k++;
            }
            if (cut(k)) {
                return UNFINISHED;
            }
            kinds[count] = TokenKind.PARAMETER;
            put(TAG_PARAMETER);
            put(i + 1, k);
            junk(k);
            form.value(false);
            return k;
        }
        int body = Scan.dollarTag(b, i, end);
        return body == 0
                ? single(i, TokenKind.OTHER)
                : string(TokenKind.STRING, TAG_STRING, Scan.dollarQuoted(b, i, body, end));
    }

    private int number(int i) {
        int radix = i + 1 < end && b[i] == '0' ? radix(b[i + 1]) : 10;
        if (radix != 10) {
            // one underscore may follow 0x at once
            int first = i + 2 < end && b[i + 2] == '_' ? i + 3 : i + 2;
            int k = Scan.digits(b, first, end, radix);
            if (k > first) {
                return integer(first, k, radix);
            }
            return integer(i, i + 1, 10);
        }
        int k = Scan.digits(b, i, end, 10);
        boolean numeric = false;
        if (k < end && b[k] == '.' && !(k + 1 < end && b[k + 1] == '.')) {
            numeric = true;
            k = Scan.digits(b, k + 1, end, 10);
        }
        if (k < end && (b[k] | 0x20) == 'e') {
            int power = k + 1 < end && (b[k + 1] == '+' || b[k + 1] == '-') ? k + 2 : k + 1;
            int last = Scan.digits(b, power, end, 10);
            if (last > power) {
                numeric = true;
                k = last;
            }
        }
        if (!numeric) {
            return integer(i, k, 10);
        }
        if (cut(k)) {
            return UNFINISHED;
        }
        kinds[count] = TokenKind.NUMERIC;
        put(TAG_NUMERIC);
        junk(k);
        form.value(true);
        return k;
    }

    private static int radix(byte letter) {
        return switch (letter | 0x20) {
            case 'x' -> 16;
            case 'o' -> 8;
            case 'b' -> 2;
            default -> 10;
        };
    }

    /** What an unsigned number of 64 bits may be at most before another digit is put behind it. */
    private static long limit(int radix) {
        return switch (radix) {
            case 16 -> -1L >>> 4;
            case 8 -> -1L >>> 3;
            case 2 -> -1L >>> 1;
            default -> 1_844_674_407_370_955_161L;
        };
    }

    private int integer(int digits, int k, int radix) {
        if (cut(k)) {
            return UNFINISHED;
        }
        long limit = limit(radix);
        long value = 0;
        boolean overflow = false;
        boolean newSpelling = radix != 10;
        for (int d = digits; d < k; d++) {
            if (b[d] == '_') {
                newSpelling = true;
            } else {
                overflow |= Long.compareUnsigned(value, limit) >= 0;
                value = value * radix + Scan.value(b[d]);
            }
        }
        kinds[count] = TokenKind.INTEGER;
        put(overflow ? TAG_NUMERIC : width(value));
        if (newSpelling) {
            put(TAG_NEW_SPELLING);
        }
        junk(k);
        form.value(true);
        return k;
    }

    /** The type a constant gets; a sign before it shifts the two edges. */
    private static byte width(long value) {
        if (value < 0) {
            return value == Long.MIN_VALUE ? TAG_INT8_EDGE : TAG_NUMERIC;
        }
        if (value <= Integer.MAX_VALUE) {
            return TAG_INT4;
        }
        return value == 1L + Integer.MAX_VALUE ? TAG_INT4_EDGE : TAG_INT8;
    }

    /** From PostgreSQL 15 on, a word may not follow a number at once. */
    private void junk(int k) {
        if (k < end && Scan.startsWord(b[k])) {
            put(TAG_JUNK);
        }
    }

    private int operator(int i) {
        int next = Scan.operator(b, i, end);
        return next == i + 1 ? single(i, TokenKind.OPERATOR) : symbol(i, next, TokenKind.OPERATOR);
    }

    private int punctuation(int i, char first, char second) {
        return i + 1 < end && b[i] == first && b[i + 1] == second
                ? symbol(i, i + 2, TokenKind.PUNCTUATION)
                : single(i, TokenKind.PUNCTUATION);
    }

    private int symbol(int i, int next, TokenKind kind) {
        if (cut(next)) {
            return UNFINISHED;
        }
        kinds[count] = kind;
        put(TAG_SYMBOL);
        put(i, next);
        long hash = TAG_SYMBOL;
        for (int k = i; k < next; k++) {
            hash = Words.add(hash, b[k]);
        }
        form.other(hash, false);
        return next;
    }

    private int single(int i, TokenKind kind) {
        if (cut(i + 1)) {
            return UNFINISHED;
        }
        byte c = b[i];
        kinds[count] = kind;
        if (c >= 0x20) {
            put(c);
        } else {
            put(TAG_SYMBOL);
            put(i, i + 1);
        }
        form.single(count, c);
        return i + 1;
    }

    /** Whether a token may go on behind the end of a prefix. */
    private boolean cut(int next) {
        return prefix && next >= end;
    }

    private void put(byte c) {
        skeleton[size++] = c;
    }

    /** The bytes from {@code from} to {@code to} and a zero. */
    private void put(int from, int to) {
        System.arraycopy(b, from, skeleton, size, to - from);
        size += to - from;
        put((byte) 0);
    }

    private void grow() {
        kinds = Arrays.copyOf(kinds, 2 * count);
        starts = Arrays.copyOf(starts, 2 * count);
        ends = Arrays.copyOf(ends, 2 * count);
    }
}

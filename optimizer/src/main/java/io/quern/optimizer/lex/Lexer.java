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
 * decides nothing. The {@link Skeleton} is exact: with equal ones whatever was proved of one text's
 * structure holds for the other.
 *
 * <p>Where PostgreSQL sees trailing junk ({@code 1FROM}), the lexer splits like the versions that
 * allowed it and marks the skeleton.
 */
public final class Lexer {
    private static final byte[] NOTHING = new byte[0];

    private final NormalForm form = new NormalForm();
    private final Skeleton skeleton = new Skeleton();
    private byte[] b = NOTHING;
    private int base;
    private int end;
    private boolean conforming;
    private boolean prefix;

    private int count;
    private TokenKind[] kinds = new TokenKind[256];
    private int[] starts = new int[256];
    private int[] ends = new int[256];
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
        skeleton.begin(length);
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
        return kinds[token] == TokenKind.WORD
                && Scan.reads(b, starts[token], ends[token], folded, true);
    }

    /** Whether a token's bytes are exactly these ASCII characters. */
    public boolean reads(int token, String ascii) {
        return Scan.reads(b, starts[token], ends[token], ascii, false);
    }

    /** A token's bytes, one char each, upper-case ASCII folded. */
    public String folded(int token) {
        StringBuilder folded = new StringBuilder();
        for (int at = starts[token]; at < ends[token]; at++) {
            folded.append((char) (Scan.folded(b[at]) & 0xFF));
        }
        return folded.toString();
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
        return skeleton.bytes();
    }

    public int skeletonLength() {
        return skeleton.length();
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
            int quote = Scan.literalQuote(b, i, end);
            return quote < 0 ? word(i) : prefixed(i, c, quote);
        }
        if (Scan.digit(c)) {
            return number(i);
        }
        return switch (c) {
            case '\'' -> string(TokenKind.STRING, Scan.string(b, i, end, !conforming, true));
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

    private int prefixed(int i, byte letter, int quote) {
        return switch (letter | 0x20) {
            case 'e' -> string(TokenKind.STRING, Scan.string(b, quote, end, true, true));
            case 'n' ->
                    string(
                            TokenKind.NATIONAL_STRING,
                            Scan.string(b, quote, end, !conforming, true));
            case 'u' -> {
                if (b[quote] == '"') {
                    yield quoted(i, quote, TokenKind.UNICODE_IDENTIFIER);
                }
                // PostgreSQL refuses these while plain strings have escapes
                yield conforming
                        ? string(TokenKind.STRING, Scan.string(b, quote, end, false, true))
                        : IMPOSSIBLE;
            }
            default -> string(TokenKind.BIT_STRING, Scan.string(b, quote, end, false, false));
        };
    }

    private int string(TokenKind kind, int next) {
        if (next < 0 || cut(next)) {
            return UNFINISHED;
        }
        kinds[count] = kind;
        if (form.lastWord() == Words.UESCAPE) {
            // the escape character decides what a name before it means: no mere value
            skeleton.put(Skeleton.ESCAPE);
            skeleton.put(b, starts[count], next);
        } else {
            skeleton.put(Skeleton.tag(kind));
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
        skeleton.put(kind == TokenKind.QUOTED_IDENTIFIER ? Skeleton.QUOTED : Skeleton.UNICODE);
        skeleton.put(b, i, next);
        form.quoted(b, i, next, kind == TokenKind.QUOTED_IDENTIFIER);
        return next;
    }

    private int word(int i) {
        skeleton.put(Skeleton.WORD);
        long hash = Words.start();
        byte[] out = skeleton.bytes();
        int o = skeleton.length();
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
        skeleton.endAt(o);
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
            skeleton.put(Skeleton.PARAMETER);
            skeleton.put(b, i + 1, k);
            junk(k);
            form.value(false);
            return k;
        }
        int body = Scan.dollarTag(b, i, end);
        return body == 0
                ? single(i, TokenKind.OTHER)
                : string(TokenKind.STRING, Scan.dollarQuoted(b, i, body, end));
    }

    private int number(int i) {
        int radix = i + 1 < end && b[i] == '0' ? Numeral.radix(b[i + 1]) : 10;
        if (radix != 10) {
            // one underscore may follow 0x at once
            int first = i + 2 < end && b[i + 2] == '_' ? i + 3 : i + 2;
            int k = Scan.digits(b, first, end, radix);
            if (k > first) {
                return integer(first, k, radix);
            }
            return integer(i, i + 1, 10);
        }
        int whole = Scan.digits(b, i, end, 10);
        int k = Scan.exponent(b, Scan.fraction(b, whole, end), end);
        if (k == whole) {
            return integer(i, k, 10);
        }
        if (cut(k)) {
            return UNFINISHED;
        }
        kinds[count] = TokenKind.NUMERIC;
        skeleton.put(Skeleton.NUMERIC);
        junk(k);
        form.value(true);
        return k;
    }

    private int integer(int digits, int k, int radix) {
        if (cut(k)) {
            return UNFINISHED;
        }
        kinds[count] = TokenKind.INTEGER;
        skeleton.put(Numeral.tag(b, digits, k, radix));
        if (Numeral.isNewlySpelt(b, digits, k, radix)) {
            skeleton.put(Skeleton.NEW_SPELLING);
        }
        junk(k);
        form.value(true);
        return k;
    }

    /** From PostgreSQL 15 on, a word may not follow a number at once. */
    private void junk(int k) {
        if (k < end && Scan.startsWord(b[k])) {
            skeleton.put(Skeleton.JUNK);
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
        skeleton.put(Skeleton.SYMBOL);
        skeleton.put(b, i, next);
        long hash = Skeleton.SYMBOL;
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
            skeleton.put(c);
        } else {
            skeleton.put(Skeleton.SYMBOL);
            skeleton.put(b, i, i + 1);
        }
        form.single(count, c);
        return i + 1;
    }

    /** Whether a token may go on behind the end of a prefix. */
    private boolean cut(int next) {
        return prefix && next >= end;
    }

    private void grow() {
        kinds = Arrays.copyOf(kinds, 2 * count);
        starts = Arrays.copyOf(starts, 2 * count);
        ends = Arrays.copyOf(ends, 2 * count);
    }
}

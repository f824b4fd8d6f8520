package io.quern.optimizer.lex;

import io.quern.optimizer.Edit;
import io.quern.optimizer.Piece;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Applies edits to a lexed text. All that lies outside them stays byte for byte; where new text
 * meets old, a space keeps tokens from growing together.
 */
final class Splice {
    private static final byte[] ARRAY_START = {'\'', '{'};
    private static final byte[] ARRAY_END = {'}', '\''};
    private static final byte[] QUOTE = {'"'};

    private final Lexer tokens;
    private final byte[] sql;
    private final int base;
    private final int end;
    private final boolean redact;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private byte last = ' ';
    private int next;
    private boolean gapWritten;
    private boolean seam;

    Splice(Lexer tokens, byte[] sql, int base, int end, boolean redact) {
        this.tokens = tokens;
        this.sql = sql;
        this.base = base;
        this.end = end;
        this.redact = redact;
    }

    /**
     * @throws IllegalArgumentException if the edits do not ascend or reach beyond the tokens
     */
    byte[] apply(List<Edit> edits) {
        for (Edit edit : edits) {
            if (edit.from() < next || edit.to() > tokens.count()) {
                throw new IllegalArgumentException("edits overlap or reach beyond the last token");
            }
            copy(edit.from());
            if (edit.from() < tokens.count()) {
                gapBefore(edit.from());
            }
            edit.pieces().forEach(this::write);
            seam = true;
            next = edit.to();
            gapWritten = edit.to() == edit.from() && gapWritten;
        }
        copy(tokens.count());
        gap(tokens.count() - 1, tokens.count());
        return out.toByteArray();
    }

    /** The tokens up to {@code to} with the gaps before them. */
    private void copy(int to) {
        for (; next < to; next++) {
            gapBefore(next);
            if (seam) {
                part(sql[base + tokens.start(next)]);
                seam = false;
            }
            token(next);
            gapWritten = false;
        }
    }

    private void gapBefore(int token) {
        if (!gapWritten) {
            gap(token - 1, token);
            gapWritten = true;
        }
    }

    private void write(Piece piece) {
        switch (piece) {
            case Piece.Text(String text) -> {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                if (bytes.length > 0) {
                    part(bytes[0]);
                    write(bytes, 0, bytes.length);
                }
            }
            case Piece.Source(int from, int to) -> {
                require(to);
                part(sql[base + tokens.start(from)]);
                token(from);
                for (int token = from + 1; token < to; token++) {
                    gap(token - 1, token);
                    token(token);
                }
            }
            case Piece.ArrayText(int from, int to) -> {
                require(to);
                part(ARRAY_START[0]);
                write(ARRAY_START, 0, ARRAY_START.length);
                for (int token = from; token < to; token++) {
                    element(token);
                }
                write(ARRAY_END, 0, ARRAY_END.length);
            }
        }
    }

    private void require(int to) {
        if (to > tokens.count()) {
            throw new IllegalArgumentException("a piece reaches beyond the last token");
        }
    }

    private void token(int token) {
        if (redact && tokens.kind(token).literal()) {
            out.write('?');
            last = '?';
        } else {
            write(sql, base + tokens.start(token), base + tokens.end(token));
        }
    }

    /** A token within the text of an array: a string in double quotes. */
    private void element(int token) {
        int start = base + tokens.start(token);
        int stop = base + tokens.end(token);
        if (!redact && sql[start] == '\'' && stop - start > 1) {
            write(QUOTE, 0, 1);
            write(sql, start + 1, stop - 1);
            write(QUOTE, 0, 1);
        } else {
            token(token);
        }
    }

    /** What stands between two neighbouring tokens. */
    private void gap(int left, int right) {
        int from = left < 0 ? base : base + tokens.end(left);
        int to = right < tokens.count() ? base + tokens.start(right) : end;
        if (from == to) {
            return;
        }
        boolean comment = false;
        boolean line = false;
        for (int i = from; i < to; i++) {
            comment |= sql[i] > ' ';
            line |= sql[i] == '\n';
        }
        if (!redact || !comment) {
            write(sql, from, to);
        } else if (left >= 0 && right < tokens.count()) {
            out.write(line ? '\n' : ' ');
            last = ' ';
        }
    }

    private void part(byte next) {
        if (!separates(last) && !separates(next)) {
            out.write(' ');
        }
    }

    private static boolean separates(byte c) {
        return c == ' ' || (c >= '\t' && c <= '\r') || "(),;[]".indexOf(c) >= 0;
    }

    private void write(byte[] bytes, int from, int to) {
        if (to > from) {
            out.write(bytes, from, to - from);
            last = bytes[to - 1];
        }
    }
}

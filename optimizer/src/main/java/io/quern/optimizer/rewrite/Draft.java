package io.quern.optimizer.rewrite;

import io.quern.optimizer.Edit;
import io.quern.optimizer.Piece;
import io.quern.optimizer.SlotCheck;
import io.quern.optimizer.lex.SqlText;
import io.quern.optimizer.parse.Tokens;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * A text made of a statement's own tokens and of text that rules wrote, so that edits of a
 * rewritten text become edits of the original. Immutable.
 */
final class Draft {
    private final SqlText original;
    private final List<Part> parts;
    private final List<Edit> edits;

    /**
     * A token: of the original by its number, or one that a rule wrote.
     *
     * @param origin -1 for a rule's
     * @param gap what a rule wrote in front of it
     * @param tail what a rule wrote behind it
     * @param kept whether it stands where it always stood
     * @param arrayTo of the text of an array, which is one token here, the end of its tokens of the
     *     original; else 0
     */
    private record Part(
            int origin, String text, String gap, String tail, boolean kept, int arrayTo) {
        boolean written() {
            return origin < 0;
        }

        boolean array() {
            return arrayTo > 0;
        }

        Part moved(String before) {
            return new Part(origin, text, before.isEmpty() ? gap : before, tail, false, arrayTo);
        }

        Part before(String space) {
            return new Part(origin, text, gap, space, kept, arrayTo);
        }
    }

    private Draft(SqlText original, List<Part> parts) {
        this.original = original;
        this.parts = parts;
        this.edits = difference(original, parts);
    }

    /** The statement as it came. */
    static Draft of(SqlText original) {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < original.count(); i++) {
            parts.add(new Part(i, original.text(i), "", "", true, 0));
        }
        return new Draft(original, parts);
    }

    /** The text. */
    String sql() {
        return original.apply(edits);
    }

    /** How to make it from the original. */
    List<Edit> edits() {
        return edits;
    }

    /** Whether a tokenised text is this one's: else positions in it mean nothing here. */
    boolean matches(Tokens tokens) {
        if (tokens.count() != parts.size()) {
            return false;
        }
        for (int i = 0; i < parts.size(); i++) {
            if (!tokens.text(i).equals(parts.get(i).text())) {
                return false;
            }
        }
        return true;
    }

    /** This text with edits of its own tokens, ascending and disjoint. */
    Draft apply(List<Edit> more) {
        List<Part> made = new ArrayList<>();
        int at = 0;
        for (Edit edit : more) {
            made.addAll(parts.subList(at, edit.from()));
            String gap = "";
            for (Piece piece : edit.pieces()) {
                switch (piece) {
                    case Piece.Source(int from, int to) -> {
                        for (int i = from; i < to; i++) {
                            made.add(parts.get(i).moved(gap));
                            gap = "";
                        }
                    }
                    case Piece.ArrayText(int from, int to) -> {
                        made.addAll(array(gap, parts.subList(from, to)));
                        gap = "";
                    }
                    case Piece.Text(String sql) -> gap = written(gap, sql, made);
                }
            }
            at = edit.to();
            if (!gap.isEmpty() && edit.from() == edit.to()) {
                made.add(made.removeLast().before(gap));
            }
        }
        made.addAll(parts.subList(at, parts.size()));
        return new Draft(original, made);
    }

    /** One token of many; they stay what they are if they do not follow each other. */
    private static List<Part> array(String gap, List<Part> members) {
        StringBuilder text = new StringBuilder("'{");
        Part last = null;
        for (Part member : members) {
            boolean next = last == null || member.origin() == last.origin() + 1;
            if (member.written() || member.array() || !next) {
                return members.stream().map(m -> m.moved(gap)).toList();
            }
            text.append(Piece.ArrayText.element(member.text()));
            last = member;
        }
        int from = members.getFirst().origin();
        text.append("}'");
        return List.of(
                new Part(from, text.toString(), gap, "", false, members.getLast().origin() + 1));
    }

    /** Adds a rule's tokens; returns the gap behind the last. */
    private static String written(String gap, String sql, List<Part> into) {
        SqlText text = SqlText.of(sql);
        String before = gap;
        int end = 0;
        for (int i = 0; i < text.count(); i++) {
            before += sql.substring(end, text.start(i));
            into.add(new Part(-1, text.text(i), before, "", false, 0));
            before = "";
            end = text.end(i);
        }
        return before + sql.substring(end);
    }

    /**
     * A check of one of this text's tokens as one of the original's. A token that a rule wrote is
     * checked here and now.
     *
     * @return empty if it does not hold
     */
    Optional<List<SlotCheck>> checks(List<SlotCheck> ofThis) {
        List<SlotCheck> checks = new ArrayList<>();
        for (SlotCheck check : ofThis) {
            Optional<List<SlotCheck>> made =
                    switch (check) {
                        case SlotCheck.Exactly one ->
                                check(one, o -> new SlotCheck.Exactly(o, one.text()));
                        case SlotCheck.Shaped one ->
                                check(one, o -> new SlotCheck.Shaped(o, one.shape()));
                        case SlotCheck.Alike(int token, int other) -> alike(token, other);
                    };
            if (made.isEmpty()) {
                return Optional.empty();
            }
            checks.addAll(made.get());
        }
        return Optional.of(checks);
    }

    private Optional<List<SlotCheck>> check(
            SlotCheck.OfOne check, IntFunction<SlotCheck> ofOriginal) {
        Part part = parts.get(check.token());
        if (part.array()) {
            return Optional.empty();
        }
        if (!part.written()) {
            return Optional.of(List.of(ofOriginal.apply(part.origin())));
        }
        byte[] text = part.text().getBytes(StandardCharsets.UTF_8);
        return check.holds(text, 0, text.length) ? Optional.of(List.of()) : Optional.empty();
    }

    private Optional<List<SlotCheck>> alike(int token, int other) {
        Part one = parts.get(token);
        Part two = parts.get(other);
        if (one.array() || two.array() || !one.text().equals(two.text())) {
            return Optional.empty();
        }
        if (!one.written() && !two.written()) {
            return Optional.of(
                    one.origin() == two.origin()
                            ? List.of()
                            : List.of(new SlotCheck.Alike(one.origin(), two.origin())));
        }
        if (one.written() && two.written()) {
            return Optional.of(List.of());
        }
        int origin = one.written() ? two.origin() : one.origin();
        return SlotCheck.Exactly.isAscii(one.text())
                ? Optional.of(List.of(new SlotCheck.Exactly(origin, one.text())))
                : Optional.empty();
    }

    /** An edit for each run of tokens that do not stand where they stood. */
    private static List<Edit> difference(SqlText original, List<Part> parts) {
        List<Edit> edits = new ArrayList<>();
        int next = 0;
        int i = 0;
        while (i < parts.size() || next < original.count()) {
            int from = i;
            while (i < parts.size() && !parts.get(i).kept()) {
                i++;
            }
            int to = i < parts.size() ? parts.get(i).origin() : original.count();
            if (i > from || to > next) {
                edits.add(new Edit(next, to, pieces(parts.subList(from, i))));
            }
            next = to + 1;
            i++;
        }
        return edits;
    }

    private static List<Piece> pieces(List<Part> run) {
        List<Piece> pieces = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int i = 0;
        while (i < run.size()) {
            Part part = run.get(i);
            text.append(part.gap());
            if (part.written()) {
                text.append(part.text()).append(part.tail());
                i++;
                continue;
            }
            int end = i + 1;
            while (end < run.size() && follows(run.get(end - 1), run.get(end))) {
                end++;
            }
            if (!text.isEmpty()) {
                pieces.add(new Piece.Text(text.toString()));
                text = new StringBuilder();
            }
            pieces.add(
                    part.array()
                            ? new Piece.ArrayText(part.origin(), part.arrayTo())
                            : new Piece.Source(part.origin(), run.get(end - 1).origin() + 1));
            i = end;
        }
        if (!text.isEmpty()) {
            pieces.add(new Piece.Text(text.toString()));
        }
        return pieces;
    }

    private static boolean follows(Part left, Part right) {
        return right.origin() == left.origin() + 1
                && right.gap().isEmpty()
                && !left.array()
                && !right.array();
    }
}

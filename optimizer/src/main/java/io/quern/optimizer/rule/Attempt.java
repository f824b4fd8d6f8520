package io.quern.optimizer.rule;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Edit;
import io.quern.optimizer.Piece;
import io.quern.optimizer.SlotCheck;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.Guard;
import io.quern.optimizer.parse.PostgresSelect;
import io.quern.optimizer.parse.Span;
import io.quern.optimizer.parse.Tokens;

import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A rule at one place: it asks its guards in order, what held becomes a fact, the first that fails
 * a refusal, and then says what to edit. Mutable, for one thread.
 *
 * <p>The parts of an edit are {@link String}s, which are text of the rule's own, and {@link
 * SqlNode}s or {@link Span}s, which stand for what the statement says there, literals, comments and
 * all; a {@link Piece} stands for itself.
 */
public final class Attempt {
    private final Findings findings;
    private final Resolved statement;
    private final List<Edit> edits = new ArrayList<>();
    private final List<SlotCheck> checks = new ArrayList<>();
    private final List<String> facts = new ArrayList<>();
    private String choice = "";

    Attempt(Findings findings, Resolved statement) {
        this.findings = findings;
        this.statement = statement;
    }

    /** Whether a guard holds; if not, its reason is recorded. */
    public boolean requires(Guard guard) {
        Optional<String> doubt = guard.doubt();
        if (doubt.isEmpty()) {
            guard.fact().ifPresent(facts::add);
            checks.addAll(guard.checks());
            return true;
        }
        return holds(false, guard.code(), doubt.get());
    }

    /** Whether a condition of this rule alone holds; if not, its reason is recorded. */
    public boolean holds(boolean held, String code, String reason) {
        if (held || findings.waives(code)) {
            return true;
        }
        findings.refuse(code, reason);
        return false;
    }

    /** Records a reason that nothing can waive, because no edit could be made without it. */
    public void refuse(String code, String reason) {
        findings.refuse(code, reason);
    }

    /** Notes what a person should know of why it is sound. */
    public Attempt fact(String sentence) {
        facts.add(sentence);
        return this;
    }

    /** Says which of several ways this is. */
    public Attempt choice(String name) {
        choice = name;
        return this;
    }

    /** What must hold of a literal in every execution. */
    public Attempt check(SlotCheck check) {
        checks.add(check);
        return this;
    }

    /** The literal must read exactly as it does now. */
    public Attempt pin(SqlNode literal) {
        Span span = statement.span(literal);
        for (int token = span.from(); token < span.to(); token++) {
            pin(token);
        }
        return this;
    }

    /** The token must read exactly as it does now. */
    public Attempt pin(int token) {
        return check(new SlotCheck.Exactly(token, statement.tokens().text(token)));
    }

    /** Two texts that are the same now, but for white space and case, must be so always. */
    public Attempt alike(Span one, Span two) {
        for (int i = 0; i < one.length(); i++) {
            Tokens.Kind kind = statement.tokens().kind(one.from() + i);
            if (kind == Tokens.Kind.STRING || kind == Tokens.Kind.NUMBER) {
                check(new SlotCheck.Alike(one.from() + i, two.from() + i));
            }
        }
        return this;
    }

    /** Writes parts in place of a node and the brackets around it. */
    public Attempt replace(SqlNode node, Object... parts) {
        return replace(statement.tree().bracketed(node), parts);
    }

    /** Writes parts in place of a run of tokens. */
    public Attempt replace(Span span, Object... parts) {
        edits.add(new Edit(span.from(), span.to(), pieces(parts)));
        return this;
    }

    /** Writes parts in front of a token; behind the last, at the end. */
    public Attempt insert(int token, Object... parts) {
        return replace(new Span(token, token), parts);
    }

    /** Adds a conjunct to the WHERE of a level that is a SELECT. */
    public Attempt where(Level level, Object... parts) {
        PostgresSelect select = level.select().orElseThrow();
        SqlNode condition = select.getWhere();
        if (condition == null) {
            SqlNode before = requireNonNull(select.getFrom(), "FROM");
            return insert(statement.tree().bracketed(before).to(), " WHERE ", List.of(parts), " ");
        }
        Span before = statement.tree().bracketed(condition);
        return condition.getKind() == SqlKind.OR && before.equals(statement.span(condition))
                ? insert(before.from(), "(").insert(before.to(), ") AND ", List.of(parts), " ")
                : insert(before.to(), " AND ", List.of(parts), " ");
    }

    private List<Piece> pieces(Object... parts) {
        List<Piece> pieces = new ArrayList<>();
        for (Object part : parts) {
            switch (part) {
                case String text -> pieces.add(new Piece.Text(text));
                case SqlNode node -> source(statement.tree().bracketed(node), pieces);
                case Span span -> source(span, pieces);
                case List<?> list -> pieces.addAll(pieces(list.toArray()));
                case Piece piece -> pieces.add(piece);
                default -> throw new IllegalArgumentException("not a part: " + part.getClass());
            }
        }
        return pieces;
    }

    private static void source(Span span, List<Piece> into) {
        if (!span.isEmpty()) {
            into.add(new Piece.Source(span.from(), span.to()));
        }
    }

    /** The edits stand. */
    public void found() {
        edits.sort(Comparator.comparingInt(Edit::from).thenComparingInt(Edit::to));
        findings.add(new Findings.Match(edits, checks, facts, choice));
    }
}

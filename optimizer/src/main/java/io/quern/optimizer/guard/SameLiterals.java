package io.quern.optimizer.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.optimizer.SlotCheck;
import io.quern.optimizer.SlotCheck.Shape;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.Types;
import io.quern.optimizer.parse.Tokens;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The literals of every execution mean to PostgreSQL what those of the example do: a number is of
 * the same type and not the number of another output, a text without a backslash stays so, and no
 * string means another moment when it is prepared later. A variant is prepared later than its
 * original, and {@code 'today'} freezes.
 */
public record SameLiterals(Resolved statement) implements Guard {
    private static final Set<Integer> TEXTS =
            Set.of(Types.TEXT, Types.VARCHAR, Types.BPCHAR, Types.JSONB, Types.UUID);

    @Override
    public String code() {
        return "moment";
    }

    @Override
    public List<SlotCheck> checks() {
        Tokens tokens = statement.tokens();
        List<SlotCheck> checks = new ArrayList<>();
        for (int i = 0; i < tokens.count(); i++) {
            if (isPlace(i)) {
                checks.add(new SlotCheck.Exactly(i, tokens.text(i)));
            } else {
                shape(i).map(shaped(i)).ifPresent(checks::add);
            }
        }
        return checks;
    }

    /** Whether a number is no value: ORDER BY 1 means an output, {@code varchar(5)} a type. */
    private boolean isPlace(int token) {
        Tokens tokens = statement.tokens();
        boolean negative = token > 0 && tokens.text(token - 1).equals("-");
        return tokens.kind(token) == Tokens.Kind.NUMBER
                && statement.constant(token).isEmpty()
                && !(negative && statement.constant(token - 1).isPresent());
    }

    private static java.util.function.Function<Shape, SlotCheck> shaped(int token) {
        return shape -> new SlotCheck.Shaped(token, shape);
    }

    private Optional<Shape> shape(int token) {
        return switch (statement.tokens().kind(token)) {
            case STRING ->
                    !isText(token)
                            ? Optional.of(Shape.NO_MOMENT)
                            : Optional.of(Shape.NO_BACKSLASH).filter(s -> holds(s, token));
            case NUMBER ->
                    List.of(Shape.INT4, Shape.INT8, Shape.DECIMAL).stream()
                            .filter(s -> holds(s, token))
                            .findFirst();
            default -> Optional.empty();
        };
    }

    private boolean holds(Shape shape, int token) {
        byte[] text = statement.tokens().text(token).getBytes(UTF_8);
        return shape.holds(text, 0, text.length);
    }

    /** Whether PostgreSQL reads it as text or the like: then it means itself at any time. */
    private boolean isText(int token) {
        return statement.constant(token).filter(e -> TEXTS.contains(e.type())).isPresent();
    }

    @Override
    public Optional<String> doubt() {
        for (int i = 0; i < statement.tokens().count(); i++) {
            if (shape(i).filter(Shape.NO_MOMENT::equals).isPresent()
                    && !holds(Shape.NO_MOMENT, i)) {
                return Optional.of(
                        "a literal such as 'today' freezes when a statement is prepared");
            }
        }
        return Optional.empty();
    }
}

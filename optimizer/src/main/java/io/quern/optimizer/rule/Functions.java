package io.quern.optimizer.rule;

import io.quern.optimizer.parse.Keywords;
import io.quern.optimizer.parse.Span;
import io.quern.optimizer.parse.Tokens;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of functions without asking the catalog: built-in ones none of whose overloads is
 * volatile. A user's function of the same name can only be meant for arguments no built-in one
 * takes.
 */
final class Functions {
    private Functions() {}

    private static final Set<String> NOT_VOLATILE =
            words(
                    """
                    abs age any_value array_agg array_length array_to_string array_position avg bit_and
                    bit_or bool_and bool_or btrim cardinality ceil ceiling char_length character_length
                    coalesce concat concat_ws corr count cume_dist date_part date_trunc decode
                    dense_rank div encode every exp extract first_value floor format greatest initcap
                    json_agg json_build_array json_build_object json_object_agg jsonb_agg
                    jsonb_array_length jsonb_build_array jsonb_build_object jsonb_object_agg
                    jsonb_typeof lag last_value lead least left length ln log lower lpad ltrim
                    make_date make_interval max md5 min mod mode nth_value ntile now nullif
                    octet_length overlay percent_rank percentile_cont percentile_disc position power
                    rank regexp_replace repeat replace reverse right round row_number rpad rtrim sign
                    split_part sqrt starts_with stddev stddev_pop stddev_samp string_agg
                    string_to_array strpos substr substring sum to_char to_date to_json to_jsonb
                    to_number to_timestamp translate trim trunc unnest upper var_pop var_samp variance
                    """);

    /** Words that may stand before a bracket without being a call. */
    private static final Set<String> NO_CALL =
            words(
                    """
                    bit by cast char character decimal dec exists filter float interval materialized
                    numeric over row rows time timestamp values varchar varying within
                    """);

    /** Calls that neither fail nor have side effects, whatever their arguments. */
    private static final Set<String> TOTAL =
            words("coalesce lower upper length now greatest least");

    private static final Set<String> TOTAL_MARKS =
            Set.of("(", ")", ",", ".", "=", "<", ">", "<=", ">=", "<>", "!=");
    private static final Set<String> TOTAL_WORDS =
            words("and or not in is null true false between distinct from unknown any all");
    private static final Set<String> CLOCKS =
            words("current_date current_timestamp localtimestamp");

    private static Set<String> words(String text) {
        return Set.of(text.trim().split("\\s+"));
    }

    /** The name of the first call of a function that may be volatile. */
    static Optional<String> firstUnknown(Tokens tokens) {
        for (int i = 0; i + 1 < tokens.count(); i++) {
            if (!tokens.symbol(i + 1, "(")) {
                continue;
            }
            Optional<String> name = called(tokens, i);
            if (name.isPresent() && !NOT_VOLATILE.contains(name.get())) {
                return name;
            }
            if (name.isPresent()
                    && tokens.symbol(i - 1, ".")
                    && !tokens.word(i - 2, "pg_catalog")) {
                return name;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> called(Tokens tokens, int i) {
        if (tokens.symbol(i - 1, ".")) {
            return tokens.attribute(i);
        }
        if (tokens.kind(i) == Tokens.Kind.WORD) {
            String word = tokens.folded(i);
            boolean call = word.equals("left") || word.equals("right");
            return NO_CALL.contains(word) || (Keywords.isReserved(word) && !call)
                    ? Optional.empty()
                    : Optional.of(word);
        }
        return tokens.name(i);
    }

    /**
     * Whether a condition can neither raise an error nor depend on how often or in which order it
     * is evaluated: columns, constants, comparisons, logic and a few calls. Without that, moving a
     * condition could make a statement fail that did not.
     */
    static boolean total(Tokens tokens, Span span) {
        return total(tokens, span, List.of());
    }

    /** The same, but for what stands in subqueries, which are judged on their own. */
    static boolean total(Tokens tokens, Span span, List<Span> subqueries) {
        for (int i = span.from(); i < span.to(); i++) {
            int at = i;
            Optional<Span> subquery =
                    subqueries.stream()
                            .filter(s -> s.from() == at && at > span.from() && s.to() <= span.to())
                            .findFirst();
            if (subquery.isPresent()) {
                i = subquery.get().to() - 1;
                continue;
            }
            if (tokens.word(i, "exists") && tokens.symbol(i + 1, "(")) {
                continue;
            }
            int clock = clockArithmetic(tokens, i);
            if (clock > i) {
                i = clock - 1;
                continue;
            }
            boolean fine =
                    switch (tokens.kind(i)) {
                        case STRING, NUMBER, PARAMETER, QUOTED -> true;
                        case SYMBOL -> TOTAL_MARKS.contains(tokens.folded(i));
                        case WORD ->
                                tokens.symbol(i - 1, ".")
                                        || tokens.word(i, TOTAL_WORDS)
                                        || (tokens.symbol(i + 1, "(")
                                                ? tokens.word(i, TOTAL)
                                                : !Keywords.isReserved(tokens.folded(i)));
                        case OTHER -> false;
                    };
            if (!fine) {
                return false;
            }
        }
        return true;
    }

    /** Whether an output is {@code *} or {@code t.*}. */
    static boolean star(Tokens tokens, Span output) {
        return tokens.symbol(output.to() - 1, "*")
                && (output.length() == 1
                        || (output.length() == 3 && tokens.symbol(output.from() + 1, ".")));
    }

    /** The token after {@code now() - interval '…'} or a clock word alone; else {@code i}. */
    private static int clockArithmetic(Tokens tokens, int i) {
        int end = i;
        if (tokens.word(i, CLOCKS)) {
            end = i + 1;
        } else if (tokens.word(i, "now")
                && tokens.symbol(i + 1, "(")
                && tokens.symbol(i + 2, ")")) {
            end = i + 3;
        } else {
            return i;
        }
        boolean shift = tokens.symbol(end, "-") || tokens.symbol(end, "+");
        return shift
                        && tokens.word(end + 1, "interval")
                        && tokens.kind(end + 2) == Tokens.Kind.STRING
                ? end + 3
                : end;
    }
}

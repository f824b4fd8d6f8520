package io.quern.optimizer.parse;

/**
 * How tightly PostgreSQL's operators bind, weakest first (chapter 4.1.6 of its manual, {@code
 * gram.y}): the same in 15 to 18.
 */
final class Binding {
    static final int LOWEST = 1;
    static final int OR = 1;
    static final int AND = 2;
    static final int NOT = 3;
    static final int IS = 4;
    static final int COMPARISON = 5;
    static final int LIKE = 6;

    /** Any operator that has no place of its own. */
    static final int OPERATOR = 7;

    static final int SUM = 8;
    static final int PRODUCT = 9;
    static final int POWER = 10;
    static final int AT = 11;
    static final int COLLATE = 12;

    /** Minus and plus before an operand. */
    static final int SIGN = 13;

    static final int CAST = 14;

    private Binding() {}

    /**
     * How tightly the operator binds that comes next; less than {@link #LOWEST} if none does.
     *
     * @param restricted whether PostgreSQL's b_expr is read, which lacks most operators of words
     */
    static int of(Productions parser, boolean restricted) {
        int level = level(parser);
        if (!restricted) {
            return level;
        }
        return switch (level) {
            case COMPARISON, OPERATOR, SUM, PRODUCT, POWER, CAST, COLLATE, AT -> level;
            case IS -> restrictedTest(parser) ? level : 0;
            default -> 0;
        };
    }

    /**
     * Whether the next operator may not follow one of the same level: comparisons and LIKE do not
     * associate.
     *
     * @param before the level of the operator before, if it ended in an operand
     */
    static boolean chained(Productions parser, int before, boolean restricted) {
        return (before == COMPARISON || before == LIKE) && of(parser, restricted) == before;
    }

    private static boolean restrictedTest(Productions parser) {
        int word = parser.kind(1) == PostgresParserConstants.NOT ? parser.kind(2) : parser.kind(1);
        return word == PostgresParserConstants.DISTINCT || word == PostgresParserConstants.DOCUMENT;
    }

    private static int level(Productions parser) {
        return switch (parser.kind(0)) {
            case PostgresParserConstants.OR -> OR;
            case PostgresParserConstants.AND -> AND;
            case PostgresParserConstants.NOT -> matches(parser.kind(1)) ? LIKE : 0;
            case PostgresParserConstants.IS,
                    PostgresParserConstants.ISNULL,
                    PostgresParserConstants.NOTNULL ->
                    IS;
            case PostgresParserConstants.LT,
                    PostgresParserConstants.GT,
                    PostgresParserConstants.EQ,
                    PostgresParserConstants.LE,
                    PostgresParserConstants.GE,
                    PostgresParserConstants.NE ->
                    COMPARISON;
            case PostgresParserConstants.SIMILAR ->
                    parser.kind(1) == PostgresParserConstants.TO ? LIKE : 0;
            case PostgresParserConstants.BETWEEN,
                    PostgresParserConstants.IN,
                    PostgresParserConstants.LIKE,
                    PostgresParserConstants.ILIKE ->
                    LIKE;
            case PostgresParserConstants.OPERATOR ->
                    parser.kind(1) == PostgresParserConstants.LPAREN ? OPERATOR : 0;
            case PostgresParserConstants.OPERATOR_NAME,
                    PostgresParserConstants.CONCAT,
                    PostgresParserConstants.OVERLAPS ->
                    OPERATOR;
            case PostgresParserConstants.PLUS, PostgresParserConstants.MINUS -> SUM;
            case PostgresParserConstants.STAR,
                    PostgresParserConstants.SLASH,
                    PostgresParserConstants.PERCENT_MARK ->
                    PRODUCT;
            case PostgresParserConstants.CARET -> POWER;
            case PostgresParserConstants.AT -> at(parser.kind(1)) ? AT : 0;
            case PostgresParserConstants.COLLATE -> COLLATE;
            case PostgresParserConstants.CAST_MARK -> CAST;
            default -> 0;
        };
    }

    private static boolean at(int word) {
        return word == PostgresParserConstants.TIME || word == PostgresParserConstants.LOCAL;
    }

    private static boolean matches(int word) {
        return word == PostgresParserConstants.BETWEEN
                || word == PostgresParserConstants.IN
                || word == PostgresParserConstants.LIKE
                || word == PostgresParserConstants.ILIKE
                || word == PostgresParserConstants.SIMILAR;
    }

    /** Whether a token is an operator's symbol. */
    static boolean isSymbol(int kind) {
        return switch (kind) {
            case PostgresParserConstants.LT,
                    PostgresParserConstants.GT,
                    PostgresParserConstants.EQ,
                    PostgresParserConstants.LE,
                    PostgresParserConstants.GE,
                    PostgresParserConstants.NE,
                    PostgresParserConstants.OPERATOR_NAME,
                    PostgresParserConstants.CONCAT,
                    PostgresParserConstants.PLUS,
                    PostgresParserConstants.MINUS,
                    PostgresParserConstants.STAR,
                    PostgresParserConstants.SLASH,
                    PostgresParserConstants.PERCENT_MARK,
                    PostgresParserConstants.CARET ->
                    true;
            default -> false;
        };
    }
}


SqlNode SqlExpressionEof() :
{
    SqlNode e;
}
{
    e = Expression() <EOF>
    { return e; }
}

SqlNode Expression() :
{
    SqlNode e;
}
{
    e = Operation(Binding.LOWEST, false)
    { return e; }
}

SqlNodeList Expressions() :
{
    final int from = at();
    final List<SqlNode> all = new ArrayList<SqlNode>();
    SqlNode e;
}
{
    e = Expression() { all.add(e); }
    ( <COMMA> e = Expression() { all.add(e); } )*
    { return list(all, from); }
}

/* Operands and the operators between them that bind at least as tightly as the floor. Restricted: PostgreSQL's
   b_expr, which has no AND, IN, LIKE or IS NULL. */
SqlNode Operation(int floor, boolean restricted) :
{
    final int from = at();
    int before = 0;
    SqlNode e;
}
{
    { enter(); }
    e = Operand(restricted)
    (
        LOOKAHEAD({ Binding.of(this, restricted) >= floor && !Binding.chained(this, before, restricted) })
        e = Operator(e, from, restricted) { before = open(); }
    )*
    {
        leave();
        return e;
    }
}

SqlNode Operand(boolean restricted) :
{
    final int from = at();
    SqlOperator operator;
    SqlNode e;
}
{
    LOOKAHEAD({ is(NOT) })
    <NOT> e = Operation(Binding.NOT, restricted)
    { return call(SqlStdOperatorTable.NOT, pos(from), e); }
|
    LOOKAHEAD({ isAny(PLUS, MINUS) })
    Any() { operator = prefix(); } e = Operation(Binding.SIGN, restricted)
    { return call(operator, pos(from), e); }
|
    LOOKAHEAD({ is(OPERATOR, LPAREN) })
    operator = QualifiedOperator(true) e = Operation(Binding.OPERATOR + 1, restricted)
    { return call(operator, pos(from), e); }
|
    LOOKAHEAD({ isAny(OPERATOR_NAME, CONCAT) })
    Any() { operator = prefix(); } e = Operation(Binding.OPERATOR + 1, restricted)
    { return call(operator, pos(from), e); }
|
    LOOKAHEAD({ true })
    e = Primary()
    { return e; }
}

SqlOperator QualifiedOperator(boolean prefix) :
{
    final int from = at();
}
{
    <OPERATOR> <LPAREN>
    ( LOOKAHEAD({ column(0) }) ColumnName() <DOT> )*
    OperatorSymbol()
    <RPAREN>
    { return prefix ? Form.prefix(words(from).getSimple()) : Form.operator(words(from).getSimple()); }
}

/* One operator behind its left operand, with what follows. */
SqlNode Operator(SqlNode left, int from, boolean restricted) :
{
    final int level = Binding.of(this, restricted);
    SqlNode e;
    SqlOperator operator;
}
{
    LOOKAHEAD({ isAny(AND, OR) })
    e = Junction(left, from, level)
    { return e; }
|
    LOOKAHEAD({ level == Binding.IS })
    e = Test(left, from, restricted)
    { return e; }
|
    LOOKAHEAD({ level == Binding.LIKE })
    e = Match(left, from)
    { return e; }
|
    LOOKAHEAD({ is(AT, LOCAL) })
    Any() Any()
    { return call(Form.AT_LOCAL, pos(from), left); }
|
    LOOKAHEAD({ is(AT) })
    <AT> <TIME> <ZONE> e = Operation(Binding.AT + 1, restricted)
    { return call(Form.AT_TIME_ZONE, pos(from), left, e); }
|
    LOOKAHEAD({ is(COLLATE) }) <COLLATE> e = AnyPath()
    { return call(Form.COLLATE, pos(from), left, e); }
|
    LOOKAHEAD({ is(CAST_MARK) }) <CAST_MARK> e = Type()
    { return call(Form.CAST, pos(from), left, e); }
|
    LOOKAHEAD({ is(OVERLAPS) }) <OVERLAPS> e = Operand(restricted)
    { return call(SqlStdOperatorTable.OVERLAPS, pos(from), left, e); }
|
    LOOKAHEAD({ true })
    (
        LOOKAHEAD({ is(OPERATOR) }) operator = QualifiedOperator(false)
    |
        LOOKAHEAD({ true }) Any() { operator = binary(); }
    )
    (
        LOOKAHEAD({ isAny(ANY, SOME, ALL) }) e = Quantified(operator.getName(), left, from)
    |
        LOOKAHEAD({ true }) e = Operation(level + 1, restricted)
        {
            e = call(operator, pos(from), left, e);
            open(level);
        }
    )
    { return e; }
}

/* AND and OR take all their operands at once, as PostgreSQL's own tree does. */
SqlNode Junction(SqlNode left, int from, int level) :
{
    final int word = getToken(1).kind;
    final List<SqlNode> parts = new ArrayList<SqlNode>();
    SqlNode e;
}
{
    { parts.add(left); }
    (
        LOOKAHEAD({ is(word) })
        Any() e = Operation(level + 1, false) { parts.add(e); }
    )+
    { return Form.call(word == AND ? SqlStdOperatorTable.AND : SqlStdOperatorTable.OR, pos(from), parts); }
}

/* ANY, SOME or ALL of an array or query. */
SqlNode Quantified(String operator, SqlNode left, int from) :
{
    SqlNode e;
    String quantifier;
}
{
    Any() { quantifier = taken().equals("all") ? "ALL" : "ANY"; }
    (
        LOOKAHEAD({ subquery() }) e = QueryInBrackets()
    |
        <LPAREN> e = Expression() <RPAREN>
    )
    { return call(Form.quantified(operator, quantifier), pos(from), left, e); }
}

/* IS and its kin. */
SqlNode Test(SqlNode left, int from, boolean restricted) :
{
    boolean not = false;
    int word;
    SqlNode e;
}
{
    <ISNULL> { return call(SqlStdOperatorTable.IS_NULL, pos(from), left); }
|
    <NOTNULL> { return call(SqlStdOperatorTable.IS_NOT_NULL, pos(from), left); }
|
    <IS> [ <NOT> { not = true; } ]
    (
        <NULL>
        { return call(not ? SqlStdOperatorTable.IS_NOT_NULL : SqlStdOperatorTable.IS_NULL, pos(from), left); }
    |
        <TRUE>
        { return call(not ? SqlStdOperatorTable.IS_NOT_TRUE : SqlStdOperatorTable.IS_TRUE, pos(from), left); }
    |
        <FALSE>
        { return call(not ? SqlStdOperatorTable.IS_NOT_FALSE : SqlStdOperatorTable.IS_FALSE, pos(from), left); }
    |
        <UNKNOWN>
        { return call(not ? SqlStdOperatorTable.IS_NOT_UNKNOWN : SqlStdOperatorTable.IS_UNKNOWN, pos(from), left); }
    |
        <DISTINCT> <FROM> e = Operation(Binding.IS + 1, restricted)
        {
            return call(
                not ? SqlStdOperatorTable.IS_NOT_DISTINCT_FROM : SqlStdOperatorTable.IS_DISTINCT_FROM,
                pos(from), left, e);
        }
    |
        { word = at(); }
        (
            <DOCUMENT>
        |
            [ <NFC> | <NFD> | <NFKC> | <NFKD> ] <NORMALIZED>
        |
            <JSON> [ LOOKAHEAD({ isAny(VALUE, ARRAY, OBJECT, SCALAR) }) Any() ]
            [ LOOKAHEAD({ is(WITH, UNIQUE) || is(WITHOUT, UNIQUE) }) Any() <UNIQUE> [ LOOKAHEAD({ is(KEYS) }) <KEYS> ] ]
        )
        { return call(Form.test((not ? "IS NOT " : "IS ") + words(word).getSimple()), pos(from), left); }
    )
}

/* [NOT] LIKE, ILIKE, SIMILAR TO, IN and BETWEEN. */
SqlNode Match(SqlNode left, int from) :
{
    boolean not = false;
    boolean symmetric = false;
    SqlOperator operator;
    SqlNode low;
    SqlNode e;
}
{
    [ <NOT> { not = true; } ]
    (
        <BETWEEN> [ LOOKAHEAD({ is(SYMMETRIC) }) <SYMMETRIC> { symmetric = true; } | LOOKAHEAD({ is(ASYMMETRIC) }) <ASYMMETRIC> ]
        low = Operation(Binding.IS, true) <AND> e = Operation(Binding.LIKE + 1, false)
        {
            operator = symmetric
                ? (not ? SqlStdOperatorTable.SYMMETRIC_NOT_BETWEEN : SqlStdOperatorTable.SYMMETRIC_BETWEEN)
                : (not ? SqlStdOperatorTable.NOT_BETWEEN : SqlStdOperatorTable.BETWEEN);
            open(Binding.LIKE);
            return call(operator, pos(from), left, low, e);
        }
    |
        <IN>
        (
            LOOKAHEAD({ subquery() }) e = QueryInBrackets()
        |
            <LPAREN> e = Expressions() <RPAREN>
        )
        { return call(not ? SqlStdOperatorTable.NOT_IN : SqlStdOperatorTable.IN, pos(from), left, e); }
    |
        (
            <LIKE> { operator = not ? SqlStdOperatorTable.NOT_LIKE : SqlStdOperatorTable.LIKE; }
        |
            <ILIKE> { operator = not ? SqlLibraryOperators.NOT_ILIKE : SqlLibraryOperators.ILIKE; }
        |
            <SIMILAR> <TO>
            { operator = not ? SqlStdOperatorTable.NOT_SIMILAR_TO : SqlStdOperatorTable.SIMILAR_TO; }
        )
        (
            LOOKAHEAD({ isAny(ANY, SOME, ALL) }) e = Quantified(operator.getName(), left, from)
            { return e; }
        |
            LOOKAHEAD({ true }) e = Operation(Binding.LIKE + 1, false) { open(Binding.LIKE); }
            [
                LOOKAHEAD({ is(ESCAPE) })
                <ESCAPE> low = Operation(Binding.LIKE + 1, false) { open(Binding.LIKE); }
                { return call(operator, pos(from), left, e, low); }
            ]
            { return call(operator, pos(from), left, e); }
        )
    )
}

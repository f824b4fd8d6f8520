
/* name ( arguments ) and what may follow */
SqlNode Call(SqlIdentifier name, int from) :
{
    final List<SqlNode> arguments = new ArrayList<SqlNode>();
    SqlLiteral quantifier = null;
    SqlNode e;
    int start;
}
{
    <LPAREN>
    (
        LOOKAHEAD({ is(RPAREN) }) { }
    |
        LOOKAHEAD({ is(STAR, RPAREN) }) <STAR> { arguments.add(SqlIdentifier.star(getPos())); }
    |
        LOOKAHEAD({ true })
        [
            LOOKAHEAD({ is(ALL) }) <ALL>
        |
            LOOKAHEAD({ is(DISTINCT) }) <DISTINCT> { quantifier = word(SqlSelectKeyword.DISTINCT, at() - 1); }
        ]
        e = Argument() { arguments.add(e); }
        ( <COMMA> e = Argument() { arguments.add(e); } )*
        [
            { start = at(); }
            <ORDER> <BY> e = SortKeys()
            { arguments.add(call(Form.ARGUMENT_ORDER, pos(start), e)); }
        ]
    )
    <RPAREN>
    { e = invocation(name, arguments, quantifier, pos(from)); }
    e = CallTail(e, from)
    { return e; }
}

SqlNode Argument() :
{
    final int from = at();
    SqlIdentifier name;
    SqlNode e;
}
{
    LOOKAHEAD({ is(VARIADIC) }) <VARIADIC> e = Argument()
    { return call(Form.VARIADIC, pos(from), e); }
|
    LOOKAHEAD({ function(0) && (kind(1) == ASSIGN || kind(1) == ARROW) })
    Any() { name = new SqlIdentifier(taken(), getPos()); } Any() e = Expression()
    { return call(Form.NAMED_ARGUMENT, pos(from), name, e); }
|
    LOOKAHEAD({ true })
    e = Expression()
    { return e; }
}

/* WITHIN GROUP, FILTER and OVER */
SqlNode CallTail(SqlNode e, int from) :
{
    SqlNode part;
}
{
    [
        LOOKAHEAD({ is(WITHIN, GROUP) })
        Any() Any() <LPAREN> <ORDER> <BY> part = SortKeys() <RPAREN>
        { e = call(Form.WITHIN_GROUP, pos(from), e, part); }
    ]
    [
        LOOKAHEAD({ is(FILTER, LPAREN) })
        Any() <LPAREN> <WHERE> part = Expression() <RPAREN>
        { e = call(Form.FILTER, pos(from), e, part); }
    ]
    [
        LOOKAHEAD({ is(OVER) && (kind(1) == LPAREN || column(1)) })
        Any() part = WindowReference()
        { e = call(Form.OVER, pos(from), e, part); }
    ]
    { return e; }
}

SqlNode WindowReference() :
{
    SqlNode e;
}
{
    LOOKAHEAD({ is(LPAREN) }) e = WindowDefinition(null, at()) { return e; }
|
    LOOKAHEAD({ true }) e = ColumnName() { return e; }
}

/* ( base PARTITION BY … ORDER BY … frame ) */
SqlNode WindowDefinition(SqlNode name, int from) :
{
    SqlNode base = null;
    SqlNode partition = null;
    SqlNode order = null;
    SqlNode frame = null;
}
{
    <LPAREN>
    [ LOOKAHEAD({ column(0) && !isAny(PARTITION, RANGE, ROWS, GROUPS) }) base = ColumnName() ]
    [ <PARTITION> <BY> partition = Expressions() ]
    [ <ORDER> <BY> order = SortKeys() ]
    [ LOOKAHEAD({ isAny(RANGE, ROWS, GROUPS) }) frame = Frame() ]
    <RPAREN>
    { return call(Form.WINDOW, pos(from), name, base, partition, order, frame); }
}

SqlNode Frame() :
{
    final int from = at();
    final List<SqlNode> bounds = new ArrayList<SqlNode>();
}
{
    ( <ROWS> | <RANGE> | <GROUPS> )
    (
        LOOKAHEAD({ is(BETWEEN) }) <BETWEEN> FrameBound(bounds) <AND> FrameBound(bounds)
    |
        LOOKAHEAD({ true }) FrameBound(bounds)
    )
    [ <EXCLUDE> ( <CURRENT> <ROW> | <GROUP> | <TIES> | <NO> <OTHERS> ) ]
    { return Form.call(Form.FRAME, pos(from), bounds); }
}

void FrameBound(List<SqlNode> bounds) :
{
    SqlNode e;
}
{
    LOOKAHEAD({ is(UNBOUNDED, PRECEDING) || is(UNBOUNDED, FOLLOWING) }) Any() Any()
|
    LOOKAHEAD({ is(CURRENT, ROW) }) Any() Any()
|
    LOOKAHEAD({ true }) e = Expression() { bounds.add(e); } ( <PRECEDING> | <FOLLOWING> )
}

SqlNodeList SortKeys() :
{
    final int from = at();
    final List<SqlNode> keys = new ArrayList<SqlNode>();
    SqlNode e;
}
{
    e = SortKey() { keys.add(e); }
    ( <COMMA> e = SortKey() { keys.add(e); } )*
    { return list(keys, from); }
}

SqlNode SortKey() :
{
    final int from = at();
    SqlNode e;
}
{
    e = Expression()
    [
        LOOKAHEAD({ is(ASC) }) <ASC> { e = call(Form.SORT_KEY, pos(from), e); }
    |
        LOOKAHEAD({ is(DESC) }) <DESC> { e = call(SqlStdOperatorTable.DESC, pos(from), e); }
    |
        LOOKAHEAD({ is(USING) }) <USING> ( LOOKAHEAD({ is(OPERATOR) }) QualifiedOperator(false) | LOOKAHEAD({ true }) OperatorSymbol() )
        { e = call(Form.SORT_KEY, pos(from), e); }
    ]
    [
        LOOKAHEAD({ is(NULLS, FIRST) }) Any() Any()
        { e = call(SqlStdOperatorTable.NULLS_FIRST, pos(from), e); }
    |
        LOOKAHEAD({ is(NULLS, LAST) }) Any() Any()
        { e = call(SqlStdOperatorTable.NULLS_LAST, pos(from), e); }
    ]
    { return e; }
}

/* Calls whose arguments are parted by words. */
SqlNode SpecialCall() :
{
    final int from = at();
    SqlNode e;
    SqlNode type;
    String name;
}
{
    (
        LOOKAHEAD({ isAny(CAST, TREAT) })
        Any() { name = words(from).getSimple(); }
        <LPAREN> e = Expression() <AS> type = Type() <RPAREN>
        { e = call(name.equals("cast") ? Form.CAST : Form.special(name), pos(from), e, type); }
    |
        LOOKAHEAD({ is(EXTRACT) })
        e = Extract()
    |
        LOOKAHEAD({ is(COLLATION) })
        <COLLATION> <FOR> <LPAREN> e = Expression() <RPAREN>
        { e = call(Form.special("collation for"), pos(from), e); }
    |
        LOOKAHEAD({ isAny(POSITION, OVERLAY, SUBSTRING, TRIM) })
        e = PartedArguments()
    |
        LOOKAHEAD({ true }) e = DocumentCall()
    )
    e = CallTail(e, from)
    { return e; }
}

SqlNode Extract() :
{
    final int from = at();
    SqlNode field;
    SqlNode e;
}
{
    <EXTRACT> <LPAREN>
    (
        <STRING_LITERAL> { field = constant(); }
    |
        LOOKAHEAD({ true }) field = Label()
    )
    <FROM> e = Expression() <RPAREN>
    { return call(Form.special("extract"), pos(from), field, e); }
}

/* The operator's name tells which words stood before and between the arguments. */
SqlNode PartedArguments() :
{
    final int from = at();
    final List<SqlNode> arguments = new ArrayList<SqlNode>();
    final StringBuilder name = new StringBuilder();
    boolean restricted;
    SqlNode e;
}
{
    { restricted = is(POSITION); }
    Any() { name.append(taken()); }
    <LPAREN>
    [ LOOKAHEAD({ isAny(BOTH, LEADING, TRAILING) }) Any() { name.append(' ').append(taken()); } ]
    (
        LOOKAHEAD({ is(RPAREN) }) { }
    |
        LOOKAHEAD({ true })
        [ LOOKAHEAD({ is(FROM) }) Any() { name.append(" from"); } ]
        e = PartedArgument(restricted) { arguments.add(e); }
        (
            LOOKAHEAD({ isAny(COMMA, FROM, FOR, IN, PLACING, SIMILAR, ESCAPE) })
            Any() { name.append(separator()); }
            e = PartedArgument(restricted) { arguments.add(e); }
        )*
    )
    <RPAREN>
    { return Form.call(Form.special(name.toString()), pos(from), arguments); }
}

SqlNode PartedArgument(boolean restricted) :
{
    SqlNode e;
}
{
    (
        LOOKAHEAD({ restricted }) e = Operation(Binding.LOWEST, true)
    |
        LOOKAHEAD({ true }) e = Argument()
    )
    { return e; }
}

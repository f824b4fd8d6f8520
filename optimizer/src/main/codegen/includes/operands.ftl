
/* What stands between operators: a constant, a name, a call, brackets; with subscripts and fields. */
SqlNode Primary() :
{
    final int from = at();
    SqlNode e;
}
{
    (
        LOOKAHEAD({ is(NUMBER_LITERAL) }) <NUMBER_LITERAL> { e = constant(); }
    |
        LOOKAHEAD({ is(STRING_LITERAL) }) <STRING_LITERAL> { e = constant(); }
    |
        LOOKAHEAD({ is(BITS) }) <BITS> { e = constant(); }
    |
        LOOKAHEAD({ is(PARAMETER_MARK) }) <PARAMETER_MARK> { e = parameter(); }
    |
        LOOKAHEAD({ is(TRUE) }) <TRUE> { e = SqlLiteral.createBoolean(true, pos(from)); }
    |
        LOOKAHEAD({ is(FALSE) }) <FALSE> { e = SqlLiteral.createBoolean(false, pos(from)); }
    |
        LOOKAHEAD({ is(NULL) }) <NULL> { e = SqlLiteral.createNull(pos(from)); }
    |
        LOOKAHEAD({ is(DEFAULT_) }) <DEFAULT_> { e = call(Form.DEFAULT, pos(from)); }
    |
        LOOKAHEAD({ is(CASE) }) e = Case()
    |
        LOOKAHEAD({ is(ARRAY) && subquery(1, LPAREN) })
        <ARRAY> e = QueryInBrackets() { e = call(Form.ARRAY_QUERY, pos(from), e); }
    |
        LOOKAHEAD({ is(ARRAY) }) <ARRAY> e = Elements(from)
    |
        LOOKAHEAD({ is(EXISTS) && subquery(1, LPAREN) })
        <EXISTS> e = QueryInBrackets() { e = call(Form.EXISTS, pos(from), e); }
    |
        LOOKAHEAD({ subquery() })
        e = QueryInBrackets() { e = call(Form.SCALAR_QUERY, pos(from), e); }
    |
        LOOKAHEAD({ is(LPAREN) }) e = Brackets()
    |
        LOOKAHEAD({ is(ROW, LPAREN) })
        e = Row()
    |
        LOOKAHEAD({ moment() })
        e = Moment()
    |
        LOOKAHEAD({ is(INTERVAL) && typedString(1) })
        e = Interval()
    |
        LOOKAHEAD({ typedLiteral() })
        e = TypedLiteral()
    |
        LOOKAHEAD({ special() })
        e = SpecialCall()
    |
        LOOKAHEAD({ column(0) || function(0) })
        e = NameOrCall()
    )
    (
        LOOKAHEAD({ is(LBRACKET) })
        e = Subscript(e, from)
    |
        LOOKAHEAD({ is(DOT) && (label(1) || kind(1) == STAR) })
        e = Field(e, from)
    )*
    { return e; }
}

/* Brackets around one expression only group; around several they are a row. */
SqlNode Brackets() :
{
    final int from = at();
    SqlNodeList all;
}
{
    <LPAREN> all = Expressions() <RPAREN>
    {
        if (all.size() > 1) {
            return Form.call(Form.ROW, pos(from), all);
        }
        grouped(from);
        return all.get(0);
    }
}

SqlNode Row() :
{
    final int from = at();
    List<SqlNode> all = new ArrayList<SqlNode>();
}
{
    <ROW> <LPAREN> [ LOOKAHEAD({ !is(RPAREN) }) all = Expressions() ] <RPAREN>
    { return Form.call(Form.ROW, pos(from), all); }
}

/* [ … ] of an array, from its first word on. */
SqlNode Elements(int from) :
{
    final List<SqlNode> all = new ArrayList<SqlNode>();
    SqlNode e;
}
{
    { enter(); }
    <LBRACKET>
    [
        LOOKAHEAD({ !is(RBRACKET) })
        e = Element() { all.add(e); }
        ( <COMMA> e = Element() { all.add(e); } )*
    ]
    <RBRACKET>
    {
        leave();
        return Form.call(Form.ARRAY, pos(from), all);
    }
}

SqlNode Element() :
{
    final int from = at();
    SqlNode e;
}
{
    (
        LOOKAHEAD({ is(LBRACKET) }) e = Elements(from)
    |
        LOOKAHEAD({ true }) e = Expression()
    )
    { return e; }
}

SqlNode Subscript(SqlNode array, int from) :
{
    SqlNode low = null;
    SqlNode high = null;
}
{
    <LBRACKET>
    [ LOOKAHEAD({ !isAny(COLON, RBRACKET) }) low = Expression() ]
    [
        <COLON> [ LOOKAHEAD({ !is(RBRACKET) }) high = Expression() ] <RBRACKET>
        { return call(Form.SLICE, pos(from), array, low, high); }
    ]
    <RBRACKET>
    {
        if (low == null) {
            throw new ParseException();
        }
        return call(Form.SUBSCRIPT, pos(from), array, low);
    }
}

SqlNode Field(SqlNode value, int from) :
{
    SqlNode field;
}
{
    <DOT>
    (
        <STAR> { field = SqlIdentifier.star(getPos()); }
    |
        LOOKAHEAD({ true }) field = Label()
    )
    { return call(Form.FIELD, pos(from), value, field); }
}

SqlNode Case() :
{
    final int from = at();
    final List<SqlNode> whens = new ArrayList<SqlNode>();
    final List<SqlNode> thens = new ArrayList<SqlNode>();
    SqlNode value = null;
    SqlNode otherwise = null;
    SqlNode e;
    SqlNodeList whenList;
    SqlNodeList thenList;
    int first;
}
{
    <CASE> [ LOOKAHEAD({ !is(WHEN) }) value = Expression() ]
    { first = at(); }
    (
        <WHEN> e = Expression() { whens.add(e); }
        <THEN> e = Expression() { thens.add(e); }
    )+
    {
        whenList = list(whens, first);
        thenList = list(thens, first);
    }
    [ <ELSE> otherwise = Expression() ]
    <END>
    { return new SqlCase(pos(from), value, whenList, thenList, otherwise); }
}

/* CURRENT_DATE and other values without brackets. */
SqlNode Moment() :
{
    final int from = at();
    String name;
    SqlNode precision = null;
}
{
    Any() { name = words(from).getSimple(); }
    [
        LOOKAHEAD({ is(LPAREN) && timeOfDay() })
        <LPAREN> <NUMBER_LITERAL> { precision = constant(); } <RPAREN>
    ]
    {
        return precision == null
            ? call(Form.special(name), pos(from))
            : call(Form.special(name), pos(from), precision);
    }
}

/* INTERVAL '1' DAY, INTERVAL (3) '1 s' */
SqlNode Interval() :
{
    final int from = at();
    SqlDataTypeSpec type;
    SqlNode value;
}
{
    <INTERVAL> [ <LPAREN> <NUMBER_LITERAL> <RPAREN> ]
    { type = type(words(from), from); }
    value = StringConstant()
    IntervalFields()
    { return call(Form.TYPED_LITERAL, pos(from), type, value); }
}

/* DATE '2020-01-01', TIMESTAMP (3) WITH TIME ZONE '…' */
SqlNode TypedLiteral() :
{
    final int from = at();
    SqlDataTypeSpec type;
    SqlNode value;
}
{
    type = Type() value = StringConstant()
    { return call(Form.TYPED_LITERAL, pos(from), type, value); }
}

SqlNode NameOrCall() :
{
    final int from = at();
    SqlIdentifier name;
    SqlDataTypeSpec type;
    SqlNode e;
}
{
    name = FunctionOrColumn()
    [
        LOOKAHEAD({ typedString(0) })
        Modifiers() { type = type(name, from); } e = StringConstant()
        { return call(Form.TYPED_LITERAL, pos(from), type, e); }
    |
        LOOKAHEAD({ is(LPAREN) })
        e = Call(name, from)
        { return e; }
    ]
    { return name; }
}

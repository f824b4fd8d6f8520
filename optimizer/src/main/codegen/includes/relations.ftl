
/* a, b */
SqlNode FromList() :
{
    final int from = at();
    SqlNode e;
    SqlNode right;
    SqlParserPos place;
}
{
    e = Relation()
    (
        <COMMA> { place = getPos(); }
        right = Relation()
        {
            e = new SqlJoin(pos(from), e, SqlLiteral.createBoolean(false, place),
                JoinType.COMMA.symbol(place), right, JoinConditionType.NONE.symbol(place), null);
        }
    )*
    { return e; }
}

SqlNode Relation() :
{
    final int from = at();
    SqlNode e;
}
{
    { enter(); }
    e = RelationOperand()
    ( LOOKAHEAD({ join() }) e = Join(e, from) )*
    {
        leave();
        return e;
    }
}

SqlNode Join(SqlNode left, int from) :
{
    final int words = at();
    int start;
    JoinType type = JoinType.INNER;
    JoinConditionType kind = JoinConditionType.NONE;
    boolean natural = false;
    SqlNode right;
    SqlNode condition = null;
    SqlNode alias;
    SqlParserPos place;
}
{
    { enter(); }
    [ <NATURAL> { natural = true; } ]
    [
        <CROSS> { type = JoinType.CROSS; }
    |
        <INNER>
    |
        <LEFT> { type = JoinType.LEFT; } [ <OUTER> ]
    |
        <RIGHT> { type = JoinType.RIGHT; } [ <OUTER> ]
    |
        <FULL> { type = JoinType.FULL; } [ <OUTER> ]
    ]
    <JOIN>
    {
        place = pos(words);
        start = at();
    }
    right = RelationOperand()
    [
        LOOKAHEAD({ !natural && type != JoinType.CROSS })
        ( LOOKAHEAD({ join() }) right = Join(right, start) )*
        (
            <ON> condition = Expression() { kind = JoinConditionType.ON; }
        |
            <USING> { start = at(); } condition = Names() { kind = JoinConditionType.USING; }
            [
                <AS> alias = ColumnName()
                { condition = call(Form.JOIN_USING, pos(start), condition, alias); }
            ]
        )
    ]
    {
        leave();
        return new SqlJoin(pos(from), left, SqlLiteral.createBoolean(natural, place), type.symbol(place),
            right, kind.symbol(place), condition);
    }
}

SqlNode RelationOperand() :
{
    final int from = at();
    SqlNode e;
}
{
    (
        LOOKAHEAD({ is(LATERAL) })
        <LATERAL>
        (
            LOOKAHEAD({ subquery() }) e = QueryInBrackets()
        |
            LOOKAHEAD({ true }) e = TableFunction()
        )
        { e = call(Form.LATERAL, pos(from), e); }
        e = Alias(e, from)
    |
        LOOKAHEAD({ subquery() })
        e = QueryInBrackets() e = Alias(e, from)
    |
        LOOKAHEAD({ is(LPAREN) })
        <LPAREN> e = Relation() <RPAREN> { grouped(from); }
        e = Alias(e, from)
    |
        LOOKAHEAD({ tableFunction() })
        e = TableFunction() e = Alias(e, from)
    |
        LOOKAHEAD({ true })
        e = NamedRelation()
        (
            LOOKAHEAD({ is(LPAREN) })
            e = Call((SqlIdentifier) e, from) e = Ordinality(e, from) e = Alias(e, from)
        |
            LOOKAHEAD({ true })
            e = Alias(e, from)
        )
    )
    [ LOOKAHEAD({ is(TABLESAMPLE) }) e = Sample(e, from) ]
    { return e; }
}

/* t, t *, ONLY t, ONLY (t) */
SqlNode NamedRelation() :
{
    final int from = at();
    SqlNode e;
}
{
    (
        <ONLY>
        (
            LOOKAHEAD({ is(LPAREN) }) <LPAREN> e = AnyPath() <RPAREN>
        |
            LOOKAHEAD({ true }) e = AnyPath()
        )
        { e = call(Form.ONLY, pos(from), e); }
    |
        LOOKAHEAD({ true })
        e = AnyPath()
        [ LOOKAHEAD({ is(STAR) }) <STAR> { e = call(Form.DESCENDANTS, pos(from), e); } ]
    )
    { return e; }
}

SqlNode TableFunction() :
{
    final int from = at();
    final List<SqlNode> parts = new ArrayList<SqlNode>();
    SqlNode e;
}
{
    (
        LOOKAHEAD({ is(XMLTABLE, LPAREN) }) e = XmlTable()
    |
        LOOKAHEAD({ is(JSON_TABLE, LPAREN) }) e = JsonTable()
    |
        LOOKAHEAD({ is(ROWS, FROM, LPAREN) })
        Any() Any() <LPAREN>
        RowsFromItem(parts) ( <COMMA> RowsFromItem(parts) )*
        <RPAREN>
        { e = Form.call(Form.ROWS_FROM, pos(from), parts); }
        e = Ordinality(e, from)
    |
        LOOKAHEAD({ true })
        e = Primary() e = Ordinality(e, from)
    )
    { return e; }
}

void RowsFromItem(List<SqlNode> parts) :
{
    final int from = at();
    SqlNode e;
    SqlNode columns;
}
{
    e = Primary()
    [ <AS> columns = Definitions() { e = call(Form.ALIAS, pos(from), e, null, columns); } ]
    { parts.add(e); }
}

SqlNode Ordinality(SqlNode e, int from) :
{}
{
    [ LOOKAHEAD({ is(WITH, ORDINALITY) }) Any() Any() { e = call(Form.ORDINALITY, pos(from), e); } ]
    { return e; }
}

/* AS a, a, a (b, c), AS (b type), a (b type) */
SqlNode Alias(SqlNode e, int from) :
{
    SqlNode alias;
    SqlNodeList columns = null;
}
{
    [
        LOOKAHEAD({ is(AS, LPAREN) })
        <AS> columns = Definitions()
        { return call(Form.ALIAS, pos(from), e, null, columns); }
    |
        LOOKAHEAD({ is(AS) || column(0) })
        [ <AS> ] alias = ColumnName()
        [
            LOOKAHEAD({ definitions(0) }) columns = Definitions()
            { return call(Form.ALIAS, pos(from), e, alias, columns); }
        |
            LOOKAHEAD({ is(LPAREN) }) columns = Names()
        ]
        { e = aliased(e, alias, columns, from); }
    ]
    { return e; }
}

/* ( a integer, b text COLLATE "C" ) */
SqlNodeList Definitions() :
{
    final int from = at();
    final List<SqlNode> columns = new ArrayList<SqlNode>();
    SqlNode e;
}
{
    <LPAREN> e = Definition() { columns.add(e); } ( <COMMA> e = Definition() { columns.add(e); } )* <RPAREN>
    { return list(columns, from); }
}

SqlNode Definition() :
{
    final int from = at();
    final List<SqlNode> parts = new ArrayList<SqlNode>();
    SqlNode e;
}
{
    e = ColumnName() { parts.add(e); }
    e = Type() { parts.add(e); }
    [ <COLLATE> e = AnyPath() { parts.add(e); } ]
    { return Form.call(Form.COLUMN_DEFINITION, pos(from), parts); }
}

SqlNode Sample(SqlNode relation, int from) :
{
    final List<SqlNode> parts = new ArrayList<SqlNode>();
    SqlNode e;
}
{
    { parts.add(relation); }
    <TABLESAMPLE> e = FunctionOrColumn() { parts.add(e); }
    <LPAREN> e = Expressions() { parts.add(e); } <RPAREN>
    [ LOOKAHEAD({ is(REPEATABLE, LPAREN) }) Any() <LPAREN> e = Expression() { parts.add(e); } <RPAREN> ]
    { return Form.call(Form.SAMPLE, pos(from), parts); }
}

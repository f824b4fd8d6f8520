
SqlNode Statement() :
{
    final int from = at();
    SqlNodeList with;
    SqlNode e;
    int body;
}
{
    LOOKAHEAD({ is(WITH) })
    <WITH> with = CommonTables()
    (
        LOOKAHEAD({ change() }) e = ChangeOf()
    |
        LOOKAHEAD({ true }) { in("a query"); body = at(); } e = SetOperation(1) e = QueryTail(e, body)
    )
    { return new SqlWith(pos(from), with, e); }
|
    LOOKAHEAD({ query() })
    e = Query()
    { return e; }
|
    LOOKAHEAD({ true })
    e = ChangeOf()
    { return e; }
}

SqlNode ChangeOf() :
{
    SqlNode e;
}
{
    (
        e = Insert()
    |
        e = Update()
    |
        e = Delete()
    |
        e = Merge()
    )
    { return e; }
}

SqlNode Insert() :
{
    final int from = at();
    final Change.Parts parts = new Change.Parts();
    SqlNode target;
}
{
    <INSERT> <INTO> { in("the INSERT statement"); }
    target = AnyPath()
    [ <AS> parts.alias = ColumnName() ]
    [ LOOKAHEAD({ is(LPAREN) && !subquery() }) parts.columns = TargetsInBrackets() ]
    [ LOOKAHEAD({ is(OVERRIDING) }) <OVERRIDING> ( <USER> | <SYSTEM> ) <VALUE> ]
    (
        <DEFAULT_> <VALUES> { parts.source = call(Form.DEFAULT_VALUES, pos(at() - 2)); }
    |
        LOOKAHEAD({ true }) parts.source = Query()
    )
    [ LOOKAHEAD({ is(ON) }) parts.conflict = Conflict() ]
    [ parts.returning = Returning() ]
    { return new Change(pos(from), Change.Verb.INSERT, target, parts); }
}

SqlNodeList TargetsInBrackets() :
{
    final int from = at();
    final List<SqlNode> all = new ArrayList<SqlNode>();
    SqlNode e;
}
{
    <LPAREN> e = Target() { all.add(e); } ( <COMMA> e = Target() { all.add(e); } )* <RPAREN>
    { return list(all, from); }
}

/* A column, with fields and subscripts. */
SqlNode Target() :
{
    final int from = at();
    SqlNode e;
}
{
    e = ColumnName()
    (
        LOOKAHEAD({ is(LBRACKET) }) e = Subscript(e, from)
    |
        LOOKAHEAD({ is(DOT) }) e = Field(e, from)
    )*
    { return e; }
}

SqlNode Conflict() :
{
    final int from = at();
    final List<SqlNode> target = new ArrayList<SqlNode>();
    SqlNode place = null;
    SqlNode filter = null;
    SqlNode actions = null;
    SqlNode where = null;
    SqlNode e;
    int start;
}
{
    <ON> { in("the ON CONFLICT clause"); } <CONFLICT>
    [
        { start = at(); }
        <LPAREN> e = IndexItem() { target.add(e); } ( <COMMA> e = IndexItem() { target.add(e); } )* <RPAREN>
        { place = list(target, start); }
        [ <WHERE> filter = Expression() ]
    |
        <ON> <CONSTRAINT> place = ColumnName()
    ]
    <DO>
    (
        <NOTHING>
    |
        <UPDATE> <SET> actions = Assignments() [ <WHERE> where = Expression() ]
    )
    { return call(Form.CONFLICT, pos(from), place, filter, actions, where); }
}

SqlNode IndexItem() :
{
    final int from = at();
    final List<SqlNode> parts = new ArrayList<SqlNode>();
    SqlNode e;
}
{
    e = Primary() { parts.add(e); }
    [ <COLLATE> e = AnyPath() { parts.add(e); } ]
    [ LOOKAHEAD({ column(0) || function(0) }) e = AnyPath() { parts.add(e); } ]
    [ <ASC> | <DESC> ]
    { return parts.size() == 1 ? e : Form.call(Form.INDEX_ITEM, pos(from), parts); }
}

SqlNodeList Assignments() :
{
    final int from = at();
    final List<SqlNode> all = new ArrayList<SqlNode>();
    SqlNode e;
}
{
    e = Assignment() { all.add(e); } ( <COMMA> e = Assignment() { all.add(e); } )*
    { return list(all, from); }
}

SqlNode Assignment() :
{
    final int from = at();
    SqlNode target;
    SqlNode e;
}
{
    (
        LOOKAHEAD({ is(LPAREN) }) target = TargetsInBrackets()
    |
        LOOKAHEAD({ true }) target = Target()
    )
    <EQ> e = Expression()
    { return call(Form.ASSIGNMENT, pos(from), target, e); }
}

SqlNode Returning() :
{
    final int from = at();
    SqlNodeList names = null;
    SqlNode e;
}
{
    <RETURNING> { in("the RETURNING clause"); }
    [ LOOKAHEAD({ is(WITH) }) <WITH> names = RowNames() ]
    e = Outputs()
    { return call(Form.RETURNING, pos(from), names, e); }
}

/* ( OLD AS o, NEW AS n ) */
SqlNodeList RowNames() :
{
    final int from = at();
    final List<SqlNode> all = new ArrayList<SqlNode>();
    SqlNode e;
}
{
    <LPAREN> e = RowName() { all.add(e); } ( <COMMA> e = RowName() { all.add(e); } )* <RPAREN>
    { return list(all, from); }
}

SqlNode RowName() :
{
    final int from = at();
    SqlNode row;
    SqlNode name;
}
{
    ( <OLD> | <NEW> ) { row = new SqlIdentifier(taken(), getPos()); } <AS> name = ColumnName()
    { return call(Form.PAIR, pos(from), row, name); }
}

SqlNode Update() :
{
    final int from = at();
    final Change.Parts parts = new Change.Parts();
    SqlNode target;
}
{
    <UPDATE> { in("the UPDATE statement"); }
    target = NamedRelation()
    [ <AS> parts.alias = ColumnName() | LOOKAHEAD({ column(0) && !is(SET) }) parts.alias = ColumnName() ]
    <SET> { in("the SET clause"); } parts.actions = Assignments()
    [ <FROM> { in("the FROM clause"); } parts.source = FromList() ]
    [ parts.condition = ChangeCondition() ]
    [ parts.returning = Returning() ]
    { return new Change(pos(from), Change.Verb.UPDATE, target, parts); }
}

SqlNode Delete() :
{
    final int from = at();
    final Change.Parts parts = new Change.Parts();
    SqlNode target;
}
{
    <DELETE> <FROM> { in("the DELETE statement"); }
    target = NamedRelation()
    [ <AS> parts.alias = ColumnName() | LOOKAHEAD({ column(0) }) parts.alias = ColumnName() ]
    [ <USING> { in("the USING clause"); } parts.source = FromList() ]
    [ parts.condition = ChangeCondition() ]
    [ parts.returning = Returning() ]
    { return new Change(pos(from), Change.Verb.DELETE, target, parts); }
}

SqlNode ChangeCondition() :
{
    SqlNode e;
    int from;
}
{
    <WHERE> { in("the WHERE clause"); from = at(); }
    (
        LOOKAHEAD({ is(CURRENT, OF) }) Any() Any()
        ( <PARAMETER_MARK> { e = parameter(); } | LOOKAHEAD({ true }) e = ColumnName() )
        { e = call(Form.CURRENT_OF, pos(from), e); }
    |
        LOOKAHEAD({ true }) e = Expression()
    )
    { return e; }
}

SqlNode Merge() :
{
    final int from = at();
    final Change.Parts parts = new Change.Parts();
    final List<SqlNode> whens = new ArrayList<SqlNode>();
    SqlNode target;
    SqlNode e;
    int start;
}
{
    <MERGE> <INTO> { in("the MERGE statement"); }
    target = NamedRelation()
    [ <AS> parts.alias = ColumnName() | LOOKAHEAD({ column(0) }) parts.alias = ColumnName() ]
    <USING> parts.source = Relation()
    <ON> parts.condition = Expression()
    { start = at(); in("a WHEN clause"); }
    ( e = When() { whens.add(e); } )+
    { parts.actions = list(whens, start); }
    [ parts.returning = Returning() ]
    { return new Change(pos(from), Change.Verb.MERGE, target, parts); }
}

SqlNode When() :
{
    final int from = at();
    SqlNode condition = null;
    SqlNode action;
}
{
    <WHEN> [ <NOT> ] <MATCHED>
    [ <BY> ( <SOURCE> | <TARGET> ) ]
    [ <AND> condition = Expression() ]
    <THEN> action = WhenAction()
    { return call(Form.WHEN, pos(from), condition, action); }
}

SqlNode WhenAction() :
{
    final int from = at();
    final List<SqlNode> parts = new ArrayList<SqlNode>();
    SqlNode e;
}
{
    (
        <UPDATE> <SET> e = Assignments() { parts.add(e); }
    |
        <DELETE>
    |
        <DO> <NOTHING>
    |
        <INSERT> [ LOOKAHEAD({ is(LPAREN) }) e = TargetsInBrackets() { parts.add(e); } ]
        [ <OVERRIDING> ( <USER> | <SYSTEM> ) <VALUE> ]
        ( <DEFAULT_> <VALUES> | <VALUES> e = ValuesRow() { parts.add(e); } )
    )
    { return Form.call(Form.ACTION, pos(from), parts); }
}

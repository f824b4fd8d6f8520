
SqlNode QueryInBrackets() :
{
    final int from = at();
    SqlNode e;
}
{
    <LPAREN> e = Query() <RPAREN>
    {
        grouped(from);
        return e;
    }
}

/* WITH …, set operations, and what may stand behind. */
SqlNode Query() :
{
    final int from = at();
    final String outer = construct();
    SqlNodeList with = null;
    SqlNode e;
    int body;
}
{
    { enter(); }
    [ <WITH> with = CommonTables() ]
    { in("a query"); body = at(); }
    e = SetOperation(1)
    e = QueryTail(e, body)
    {
        leave();
        in(outer);
        return with == null ? e : new SqlWith(pos(from), with, e);
    }
}

/* UNION and EXCEPT bind alike, INTERSECT tighter. */
SqlNode SetOperation(int floor) :
{
    final int from = at();
    SqlNode e;
    SqlNode right;
    int level;
    SqlOperator operator;
}
{
    (
        LOOKAHEAD({ subquery() }) e = QueryInBrackets()
    |
        LOOKAHEAD({ true }) e = SimpleQuery()
    )
    (
        LOOKAHEAD({ (is(UNION) || is(EXCEPT)) && floor <= 1 || is(INTERSECT) && floor <= 2 })
        { level = is(INTERSECT) ? 2 : 1; }
        operator = SetOperator()
        right = SetOperation(level + 1)
        { e = call(operator, pos(from), e, right); }
    )*
    { return e; }
}

SqlOperator SetOperator() :
{
    boolean all = false;
    int word;
}
{
    { word = getToken(1).kind; }
    ( <UNION> | <INTERSECT> | <EXCEPT> )
    [ <ALL> { all = true; } | <DISTINCT> ]
    {
        if (word == UNION) {
            return all ? SqlStdOperatorTable.UNION_ALL : SqlStdOperatorTable.UNION;
        }
        if (word == INTERSECT) {
            return all ? SqlStdOperatorTable.INTERSECT_ALL : SqlStdOperatorTable.INTERSECT;
        }
        return all ? SqlStdOperatorTable.EXCEPT_ALL : SqlStdOperatorTable.EXCEPT;
    }
}

SqlNode SimpleQuery() :
{
    final int from = at();
    final List<SqlNode> rows = new ArrayList<SqlNode>();
    SqlNode e;
}
{
    e = Select() { return e; }
|
    <VALUES> { in("VALUES"); }
    e = ValuesRow() { rows.add(e); } ( <COMMA> e = ValuesRow() { rows.add(e); } )*
    { return Form.call(Form.VALUES, pos(from), rows); }
|
    <TABLE> e = NamedRelation()
    { return call(Form.TABLE, pos(from), e); }
}

SqlNode ValuesRow() :
{
    final int from = at();
    SqlNodeList all;
}
{
    <LPAREN> all = Expressions() <RPAREN>
    { return Form.call(Form.ROW, pos(from), all); }
}

SqlNode Select() :
{
    final int from = at();
    SqlNodeList keywords;
    SqlNodeList distinctOn = null;
    SqlNodeList output;
    SqlNode relation = null;
    SqlNode where = null;
    SqlNodeList groupBy = null;
    SqlNode having = null;
    SqlNodeList windows = null;
    SqlLiteral distinct = null;
    int start;
}
{
    <SELECT>
    { start = at(); }
    [
        LOOKAHEAD({ is(ALL) }) <ALL>
    |
        LOOKAHEAD({ is(DISTINCT) }) <DISTINCT> { distinct = word(SqlSelectKeyword.DISTINCT, start); }
        [ LOOKAHEAD({ is(ON) }) <ON> <LPAREN> distinctOn = Expressions() <RPAREN> ]
    ]
    {
        keywords = distinct == null ? none() : SqlNodeList.of(distinct);
        in("the select list");
    }
    output = Outputs()
    [ LOOKAHEAD({ is(INTO) }) <INTO> { into(); } ]
    [ <FROM> { in("the FROM clause"); } relation = FromList() ]
    [ <WHERE> { in("the WHERE clause"); } where = Expression() ]
    [ <GROUP> <BY> { in("the GROUP BY clause"); } groupBy = Groups() ]
    [ <HAVING> { in("the HAVING clause"); } having = Expression() ]
    [ <WINDOW> { in("the WINDOW clause"); } windows = Windows() ]
    {
        return new PostgresSelect(pos(from), keywords, distinctOn, output, relation, where, groupBy, having,
            windows);
    }
}

/* The select list, which may be empty. */
SqlNodeList Outputs() :
{
    final int from = at();
    final List<SqlNode> all = new ArrayList<SqlNode>();
    SqlNode e;
}
{
    [
        LOOKAHEAD({ !outputsEnd() })
        e = Output() { all.add(e); }
        ( <COMMA> e = Output() { all.add(e); } )*
    ]
    { return list(all, from); }
}

SqlNode Output() :
{
    final int from = at();
    SqlNode e;
    SqlNode label = null;
}
{
    (
        LOOKAHEAD({ is(STAR) }) <STAR> { return SqlIdentifier.star(getPos()); }
    |
        LOOKAHEAD({ true }) e = Expression()
    )
    [
        <AS> label = Label()
    |
        LOOKAHEAD({ bareLabel(0) }) label = Label()
    ]
    { return label == null ? e : call(SqlStdOperatorTable.AS, pos(from), e, label); }
}

SqlNodeList Groups() :
{
    final int from = at();
    final List<SqlNode> all = new ArrayList<SqlNode>();
    SqlNode e;
}
{
    [
        LOOKAHEAD({ is(ALL) }) <ALL>
    |
        LOOKAHEAD({ is(DISTINCT) }) <DISTINCT> { all.add(word(SqlSelectKeyword.DISTINCT, at() - 1)); }
    ]
    [
        LOOKAHEAD({ !outputsEnd() })
        e = Group() { all.add(e); } ( <COMMA> e = Group() { all.add(e); } )*
    ]
    { return list(all, from); }
}

SqlNode Group() :
{
    final int from = at();
    final List<SqlNode> all = new ArrayList<SqlNode>();
    SqlNode e;
    String name;
}
{
    { enter(); }
    (
        LOOKAHEAD({ is(LPAREN, RPAREN) }) <LPAREN> <RPAREN>
        { e = call(Form.grouping("()"), pos(from)); }
    |
        LOOKAHEAD({ is(GROUPING, SETS) || is(ROLLUP, LPAREN) || is(CUBE, LPAREN) })
        { name = is(GROUPING) ? "grouping sets" : is(CUBE) ? "cube" : "rollup"; }
        Any() [ LOOKAHEAD({ is(SETS) }) Any() ]
        <LPAREN> e = Group() { all.add(e); } ( <COMMA> e = Group() { all.add(e); } )* <RPAREN>
        { e = Form.call(Form.grouping(name), pos(from), all); }
    |
        LOOKAHEAD({ true }) e = Expression()
    )
    {
        leave();
        return e;
    }
}

SqlNodeList Windows() :
{
    final int from = at();
    final List<SqlNode> all = new ArrayList<SqlNode>();
    SqlNode name;
    SqlNode e;
    int start;
}
{
    { start = at(); }
    name = ColumnName() <AS> e = WindowDefinition(name, start) { all.add(e); }
    (
        <COMMA> { start = at(); }
        name = ColumnName() <AS> e = WindowDefinition(name, start) { all.add(e); }
    )*
    { return list(all, from); }
}

/* ORDER BY, LIMIT, OFFSET, FETCH, FOR UPDATE; the last four in any order. */
SqlNode QueryTail(SqlNode query, int from) :
{
    SqlNodeList order = none();
    SqlNode offset = null;
    SqlNode fetch = null;
    boolean ties = false;
    boolean any = false;
    final List<SqlNode> locking = new ArrayList<SqlNode>();
    final int start = at();
    SqlNode e;
}
{
    [ <ORDER> <BY> { in("the ORDER BY clause"); any = true; } order = SortKeys() ]
    (
        LOOKAHEAD({ is(FOR) || is(OFFSET) && offset == null || isAny(LIMIT, FETCH) && fetch == null })
        { any = true; }
        (
            <LIMIT> { in("the LIMIT clause"); }
            ( LOOKAHEAD({ is(ALL) }) <ALL> { fetch = call(Form.ALL, getPos()); } | LOOKAHEAD({ true }) fetch = Expression() )
        |
            <OFFSET> { in("the OFFSET clause"); } offset = Expression() [ <ROW> | <ROWS> ]
        |
            <FETCH> { in("the FETCH clause"); } ( <FIRST> | <NEXT> )
            [ LOOKAHEAD({ !isAny(ROW, ROWS) }) fetch = Operand(true) ]
            ( <ROW> | <ROWS> )
            { if (fetch == null) { fetch = call(Form.DEFAULT, getPos()); } }
            ( <ONLY> | <WITH> <TIES> { ties = true; } )
        |
            { in("the locking clause"); } e = Locking() { locking.add(e); }
        )
    )*
    {
        return any
            ? new OrderedQuery(pos(from), query, order, offset, fetch, ties,
                locking.isEmpty() ? none() : new SqlNodeList(locking, pos(start)))
            : query;
    }
}

SqlNode Locking() :
{
    final int from = at();
    final List<SqlNode> tables = new ArrayList<SqlNode>();
    SqlNode e;
}
{
    <FOR>
    (
        LOOKAHEAD({ is(READ) }) Any() <ONLY>
    |
        ( <UPDATE> | <NO> <KEY> <UPDATE> | <SHARE> | <KEY> <SHARE> )
        [ <OF> e = AnyPath() { tables.add(e); } ( <COMMA> e = AnyPath() { tables.add(e); } )* ]
        [ <NOWAIT> | <SKIP_> <LOCKED> ]
    )
    { return Form.call(Form.LOCKING, pos(from), tables); }
}

SqlNodeList CommonTables() :
{
    final int from = at();
    final List<SqlNode> all = new ArrayList<SqlNode>();
    SqlLiteral recursive;
    SqlNode e;
}
{
    { in("the WITH clause"); }
    [ LOOKAHEAD({ is(RECURSIVE) }) <RECURSIVE> ]
    { recursive = SqlLiteral.createBoolean(at() > from, getPos()); }
    e = CommonTable(recursive) { all.add(e); }
    ( <COMMA> e = CommonTable(recursive) { all.add(e); } )*
    { return list(all, from); }
}

SqlNode CommonTable(SqlLiteral recursive) :
{
    final int from = at();
    SqlIdentifier name;
    SqlNodeList columns = null;
    SqlNode e;
    SqlNode search = null;
    SqlNode cycle = null;
    CommonTable.Materialization kept = CommonTable.Materialization.UNSAID;
    int open;
}
{
    name = ColumnName() [ LOOKAHEAD({ is(LPAREN) }) columns = Names() ]
    <AS>
    [
        <MATERIALIZED> { kept = CommonTable.Materialization.MATERIALIZED; }
    |
        <NOT> <MATERIALIZED> { kept = CommonTable.Materialization.NOT_MATERIALIZED; }
    ]
    { open = at(); }
    <LPAREN> e = Statement() <RPAREN>
    { grouped(open); in("the WITH clause"); }
    [ LOOKAHEAD({ is(SEARCH) }) search = Search() ]
    [ LOOKAHEAD({ is(CYCLE) }) cycle = Cycle() ]
    { return new CommonTable(pos(from), name, columns, e, recursive, kept, search, cycle); }
}

SqlNode Search() :
{
    final int from = at();
    SqlNode columns;
    SqlNode column;
}
{
    <SEARCH> ( <BREADTH> | <DEPTH> ) <FIRST> <BY> columns = BareNames() <SET> column = ColumnName()
    { return call(Form.SEARCH, pos(from), columns, column); }
}

SqlNode Cycle() :
{
    final int from = at();
    final List<SqlNode> parts = new ArrayList<SqlNode>();
    SqlNode e;
}
{
    <CYCLE> e = BareNames() { parts.add(e); }
    <SET> e = ColumnName() { parts.add(e); }
    [ <TO> e = Expression() { parts.add(e); } <DEFAULT_> e = Expression() { parts.add(e); } ]
    <USING> e = ColumnName() { parts.add(e); }
    { return Form.call(Form.CYCLE, pos(from), parts); }
}

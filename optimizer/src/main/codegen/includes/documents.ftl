
/* XML and JSON: calls with clauses of their own. */
SqlNode DocumentCall() :
{
    final int from = at();
    final List<SqlNode> parts = new ArrayList<SqlNode>();
    String name;
    int order;
    SqlNode e;
}
{
    Any() { name = taken(); }
    <LPAREN>
    (
        LOOKAHEAD({ called(XMLELEMENT) || called(XMLPI) })
        <NAME> e = Label() { parts.add(e); }
        (
            <COMMA>
            (
                LOOKAHEAD({ is(XMLATTRIBUTES, LPAREN) }) Any() <LPAREN> e = LabelledValues() <RPAREN>
                { parts.add(e); }
            |
                LOOKAHEAD({ true }) e = Expression() { parts.add(e); }
            )
        )*
    |
        LOOKAHEAD({ called(XMLFOREST) })
        e = LabelledValues() { parts.add(e); }
    |
        LOOKAHEAD({ called(XMLEXISTS) })
        e = Expression() { parts.add(e); } XmlPassing(parts)
    |
        LOOKAHEAD({ called(XMLPARSE) })
        ( <DOCUMENT> | <CONTENT> ) e = Expression() { parts.add(e); }
        [ ( <PRESERVE> | <STRIP> ) <WHITESPACE> ]
    |
        LOOKAHEAD({ called(XMLSERIALIZE) })
        ( <DOCUMENT> | <CONTENT> ) e = Expression() { parts.add(e); }
        <AS> e = Type() { parts.add(e); }
        [ [ <NO> ] <INDENT> ]
    |
        LOOKAHEAD({ called(XMLROOT) })
        e = Expression() { parts.add(e); }
        <COMMA> <VERSION>
        ( LOOKAHEAD({ is(NO, VALUE) }) Any() Any() | LOOKAHEAD({ true }) e = Expression() { parts.add(e); } )
        [ <COMMA> <STANDALONE> ( <YES> | <NO> [ <VALUE> ] ) ]
    |
        LOOKAHEAD({ called(JSON_ARRAY) && query() })
        e = Query() { parts.add(e); } JsonClauses(parts)
    |
        LOOKAHEAD({ is(RPAREN) || jsonClause() }) JsonClauses(parts)
    |
        LOOKAHEAD({ true })
        JsonItem(parts)
        ( <COMMA> JsonItem(parts) )*
        JsonClauses(parts)
        [
            { order = at(); }
            <ORDER> <BY> e = SortKeys() { parts.add(call(Form.ARGUMENT_ORDER, pos(order), e)); }
            JsonClauses(parts)
        ]
    )
    <RPAREN>
    { return Form.call(Form.special(name), pos(from), parts); }
}

/* a AS b, c */
SqlNodeList LabelledValues() :
{
    final int from = at();
    final List<SqlNode> values = new ArrayList<SqlNode>();
    SqlNode e;
}
{
    e = LabelledValue() { values.add(e); }
    ( LOOKAHEAD({ is(COMMA) }) <COMMA> e = LabelledValue() { values.add(e); } )*
    { return list(values, from); }
}

SqlNode LabelledValue() :
{
    final int from = at();
    SqlNode e;
    SqlNode label;
}
{
    e = JsonValue()
    [ <AS> label = Label() { e = call(Form.PAIR, pos(from), e, label); } ]
    { return e; }
}

/* PASSING BY REF x BY REF */
void XmlPassing(List<SqlNode> parts) :
{
    SqlNode e;
}
{
    <PASSING> [ LOOKAHEAD({ is(BY) }) XmlMechanism() ]
    e = Primary() { parts.add(e); }
    [ LOOKAHEAD({ is(BY) }) XmlMechanism() ]
}

void XmlMechanism() :
{}
{
    <BY> ( <REF> | <VALUE> )
}

/* A value, or key and value, or an argument as of any call. */
void JsonItem(List<SqlNode> parts) :
{
    final int from = at();
    SqlNode e;
    SqlNode value;
}
{
    LOOKAHEAD({ function(0) && (kind(1) == ASSIGN || kind(1) == ARROW) })
    e = Argument() { parts.add(e); }
|
    LOOKAHEAD({ is(VARIADIC) })
    e = Argument() { parts.add(e); }
|
    LOOKAHEAD({ true })
    e = JsonValue()
    [
        ( <COLON> | <VALUE> ) value = JsonValue() { e = call(Form.PAIR, pos(from), e, value); }
    ]
    { parts.add(e); }
}

SqlNode JsonValue() :
{
    final int from = at();
    SqlNode e;
}
{
    e = Expression()
    [ LOOKAHEAD({ is(FORMAT) }) JsonFormat() { e = call(Form.CLAUSE, pos(from), e); } ]
    { return e; }
}

void JsonFormat() :
{}
{
    <FORMAT> <JSON> [ <ENCODING> Label() ]
}

void JsonClauses(List<SqlNode> parts) :
{
    SqlNode e;
}
{
    ( LOOKAHEAD({ jsonClause() }) e = JsonClause() { parts.add(e); } )*
}

SqlNode JsonClause() :
{
    final int from = at();
    SqlNode e = null;
}
{
    (
        <RETURNING> e = Type() [ LOOKAHEAD({ is(FORMAT) }) JsonFormat() ]
    |
        JsonFormat()
    |
        <PASSING> e = LabelledValues()
    |
        ( <WITH> | <WITHOUT> )
        (
            <UNIQUE> [ LOOKAHEAD({ is(KEYS) }) <KEYS> ]
        |
            [ <CONDITIONAL> | <UNCONDITIONAL> ] [ <ARRAY> ] <WRAPPER>
        )
    |
        ( <KEEP> | <OMIT> ) <QUOTES> [ LOOKAHEAD({ is(ON, SCALAR) }) <ON> <SCALAR> Any() ]
    |
        (
            <DEFAULT_> e = Expression()
        |
            <EMPTY> [ <ARRAY> | <OBJECT> ]
        |
            <NULL> | <ABSENT> | <ERROR> | <TRUE> | <FALSE> | <UNKNOWN>
        )
        <ON> ( <NULL> | <EMPTY> | <ERROR> )
    )
    { return e == null ? call(Form.CLAUSE, pos(from)) : call(Form.CLAUSE, pos(from), e); }
}

/* XMLTABLE ( … ) */
SqlNode XmlTable() :
{
    final int from = at();
    final List<SqlNode> parts = new ArrayList<SqlNode>();
    SqlNode e;
}
{
    <XMLTABLE> <LPAREN>
    [
        LOOKAHEAD({ is(XMLNAMESPACES) }) <XMLNAMESPACES> <LPAREN> XmlNamespace(parts) ( <COMMA> XmlNamespace(parts) )* <RPAREN> <COMMA>
    ]
    e = Expression() { parts.add(e); }
    XmlPassing(parts)
    <COLUMNS> e = XmlColumn() { parts.add(e); } ( <COMMA> e = XmlColumn() { parts.add(e); } )*
    <RPAREN>
    { return Form.call(Form.special("xmltable"), pos(from), parts); }
}

void XmlNamespace(List<SqlNode> parts) :
{
    SqlNode e;
}
{
    LOOKAHEAD({ is(DEFAULT_) }) <DEFAULT_> e = Expression() { parts.add(e); }
|
    LOOKAHEAD({ true }) e = LabelledValue() { parts.add(e); }
}

SqlNode XmlColumn() :
{
    final int from = at();
    final List<SqlNode> parts = new ArrayList<SqlNode>();
    SqlNode e;
}
{
    e = ColumnName() { parts.add(e); }
    (
        LOOKAHEAD({ is(FOR) }) <FOR> <ORDINALITY>
    |
        LOOKAHEAD({ true }) e = Type() { parts.add(e); }
        (
            LOOKAHEAD({ is(NOT) }) <NOT> <NULL>
        |
            LOOKAHEAD({ is(NULL) }) <NULL>
        |
            LOOKAHEAD({ is(DEFAULT_) }) <DEFAULT_> e = Operation(Binding.LOWEST, true) { parts.add(e); }
        |
            LOOKAHEAD({ label(0) }) Any() e = Operation(Binding.LOWEST, true) { parts.add(e); }
        )*
    )
    { return Form.call(Form.COLUMN_DEFINITION, pos(from), parts); }
}

/* JSON_TABLE ( … ) */
SqlNode JsonTable() :
{
    final int from = at();
    final List<SqlNode> parts = new ArrayList<SqlNode>();
    SqlNode e;
}
{
    <JSON_TABLE> <LPAREN>
    e = JsonValue() { parts.add(e); }
    <COMMA> e = Expression() { parts.add(e); }
    [ <AS> e = Label() { parts.add(e); } ]
    [ LOOKAHEAD({ is(PASSING) }) e = JsonClause() { parts.add(e); } ]
    JsonColumns(parts)
    JsonClauses(parts)
    <RPAREN>
    { return Form.call(Form.special("json_table"), pos(from), parts); }
}

void JsonColumns(List<SqlNode> parts) :
{
    SqlNode e;
}
{
    { enter(); }
    <COLUMNS> <LPAREN>
    e = JsonColumn() { parts.add(e); } ( <COMMA> e = JsonColumn() { parts.add(e); } )*
    <RPAREN>
    { leave(); }
}

SqlNode JsonColumn() :
{
    final int from = at();
    final List<SqlNode> parts = new ArrayList<SqlNode>();
    SqlNode e;
}
{
    (
        LOOKAHEAD({ is(NESTED, PATH) || is(NESTED, STRING_LITERAL) })
        <NESTED> [ <PATH> ] e = StringConstant() { parts.add(e); }
        [ <AS> e = Label() { parts.add(e); } ]
        JsonColumns(parts)
    |
        LOOKAHEAD({ true })
        e = ColumnName() { parts.add(e); }
        (
            LOOKAHEAD({ is(FOR) }) <FOR> <ORDINALITY>
        |
            LOOKAHEAD({ true }) e = Type() { parts.add(e); }
            [ <EXISTS> ]
            [ LOOKAHEAD({ is(FORMAT) }) JsonFormat() ]
            [ <PATH> e = StringConstant() { parts.add(e); } ]
            JsonClauses(parts)
        )
    )
    { return Form.call(Form.COLUMN_DEFINITION, pos(from), parts); }
}

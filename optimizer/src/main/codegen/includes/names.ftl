
/* JavaCC never returns where code of Java stands first, even behind a LOOKAHEAD; so it stands behind an empty action,
   in a production of its own. */

JAVACODE Token takeNext() { return getNextToken(); }

/* Any one token; what it is has been asked before. */
Token Any() :
{
    Token e;
}
{
    { } e = takeNext()
    { return e; }
}

JAVACODE SqlIdentifier takeColumn() { return columnName(); }

/* A word that may name a column or table. */
SqlIdentifier ColumnName() :
{
    SqlIdentifier e;
}
{
    { } e = takeColumn()
    { return e; }
}

JAVACODE SqlIdentifier takeLabel() { return labelName(); }

/* Any word. */
SqlIdentifier Label() :
{
    SqlIdentifier e;
}
{
    { } e = takeLabel()
    { return e; }
}

JAVACODE SqlIdentifier takePath() { return path(column(0) || function(0), false); }

/* Names between dots. */
SqlIdentifier AnyPath() :
{
    SqlIdentifier e;
}
{
    { } e = takePath()
    { return e; }
}

JAVACODE SqlIdentifier takeTypePath() { return path(function(0), false); }

/* A type's name. */
SqlIdentifier TypePath() :
{
    SqlIdentifier e;
}
{
    { } e = takeTypePath()
    { return e; }
}

JAVACODE SqlIdentifier takeReference() { return path(column(0) || function(0), true); }

/* Names between dots, a star at the end. */
SqlIdentifier FunctionOrColumn() :
{
    SqlIdentifier e;
}
{
    { } e = takeReference()
    { return e; }
}

JAVACODE void takeSymbol() { expectSymbol(); }

void OperatorSymbol() :
{}
{
    { } takeSymbol()
}

/* ( a, b ) */
SqlNodeList Names() :
{
    final int from = at();
    final List<SqlNode> names = new ArrayList<SqlNode>();
    SqlNode name;
}
{
    <LPAREN> name = ColumnName() { names.add(name); }
    ( <COMMA> name = ColumnName() { names.add(name); } )*
    <RPAREN>
    { return list(names, from); }
}

/* a, b */
SqlNodeList BareNames() :
{
    final int from = at();
    final List<SqlNode> names = new ArrayList<SqlNode>();
    SqlNode name;
}
{
    name = ColumnName() { names.add(name); }
    ( <COMMA> name = ColumnName() { names.add(name); } )*
    { return list(names, from); }
}

SqlNode StringConstant() :
{}
{
    <STRING_LITERAL> { return constant(); }
}

/* A type with modifiers, array bounds, time zone. */
SqlDataTypeSpec Type() :
{
    final int from = at();
    SqlIdentifier name;
}
{
    [ LOOKAHEAD({ is(SETOF) }) <SETOF> ]
    name = TypeName()
    (
        <ARRAY> [ LOOKAHEAD({ is(LBRACKET) }) <LBRACKET> <NUMBER_LITERAL> <RBRACKET> ]
    |
        ( LOOKAHEAD({ is(LBRACKET) }) <LBRACKET> [ <NUMBER_LITERAL> ] <RBRACKET> )*
    )
    { return type(name, from); }
}

SqlIdentifier TypeName() :
{
    final int from = at();
    SqlIdentifier name;
}
{
    (
        LOOKAHEAD({ is(INTERVAL) }) <INTERVAL>
        (
            LOOKAHEAD({ is(LPAREN) }) <LPAREN> <NUMBER_LITERAL> <RPAREN>
        |
            LOOKAHEAD({ true }) IntervalFields()
        )
        { return words(from); }
    |
        LOOKAHEAD({ is(NATIONAL) }) <NATIONAL> ( <CHARACTER> | <CHAR> ) [ LOOKAHEAD({ is(VARYING) }) <VARYING> ] { name = words(from); } Modifiers()
    |
        LOOKAHEAD({ is(DOUBLE, PRECISION) }) Any() Any() { name = words(from); }
    |
        LOOKAHEAD({ typeWord() }) Any() [ LOOKAHEAD({ is(VARYING) }) <VARYING> ] { name = words(from); } Modifiers()
        [
            LOOKAHEAD({ is(WITH, TIME) || is(WITHOUT, TIME) }) Any() <TIME> <ZONE>
            { name = words(from); }
        ]
    |
        LOOKAHEAD({ function(0) }) name = TypePath() Modifiers()
    )
    { return name; }
}

void Modifiers() :
{}
{
    [ LOOKAHEAD({ is(LPAREN) }) <LPAREN> Expression() ( <COMMA> Expression() )* <RPAREN> ]
}

void IntervalFields() :
{}
{
    [
        LOOKAHEAD({ isAny(YEAR, MONTH, DAY, HOUR, MINUTE, SECOND) })
        IntervalField() [ LOOKAHEAD({ is(TO) }) <TO> IntervalField() ]
    ]
}

void IntervalField() :
{}
{
    <YEAR> | <MONTH> | <DAY> | <HOUR> | <MINUTE>
|   <SECOND> [ LOOKAHEAD({ is(LPAREN) }) <LPAREN> <NUMBER_LITERAL> <RPAREN> ]
}

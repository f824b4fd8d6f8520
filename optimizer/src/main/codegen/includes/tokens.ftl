
/* Everything that is no word, as Quern's lexer tells it. */
void Marks() :
{}
{
    <PLAIN_NAME>
|   <QUOTED_NAME>
|   <UNICODE_NAME>
|   <STRING_LITERAL>
|   <BITS>
|   <NUMBER_LITERAL>
|   <PARAMETER_MARK>
|   <OPERATOR_NAME>
|   <UNREADABLE>
|   <LPAREN>
|   <RPAREN>
|   <LBRACKET>
|   <RBRACKET>
|   <SEMICOLON>
|   <COMMA>
|   <DOT>
|   <COLON>
|   <CAST_MARK>
|   <ASSIGN>
|   <ARROW>
|   <EQ>
|   <NE>
|   <LT>
|   <GT>
|   <LE>
|   <GE>
|   <PLUS>
|   <MINUS>
|   <STAR>
|   <SLASH>
|   <PERCENT_MARK>
|   <CARET>
|   <CONCAT>
}

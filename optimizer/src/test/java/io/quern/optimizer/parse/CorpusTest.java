package io.quern.optimizer.parse;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSyntax;
import org.apache.calcite.sql.fun.SqlCase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Every form of the corpus parses, and every node knows its text. */
final class CorpusTest {

    private static Tree tree(String sql) {
        Grammar.Result result = Grammar.parse(sql);
        assertThat(result).as("%s%n%s", sql, result).isInstanceOf(Tree.class);
        return (Tree) result;
    }

    @ParameterizedTest
    @MethodSource("io.quern.optimizer.parse.Corpus#parsed")
    void parsesWithNodesInsideTheirParents(String sql) {
        Tree tree = tree(sql);
        int end = tree.tokens().count();
        while (tree.tokens().symbol(end - 1, ";")) {
            end--;
        }
        assertThat(tree.bracketed(tree.node())).isEqualTo(new Span(0, end));
        inside(tree, tree.node());
    }

    private static void inside(Tree tree, SqlNode node) {
        Span outer = tree.span(node);
        if (!(node instanceof SqlNodeList)) {
            assertThat(outer.isEmpty()).as("%s has no text", node.getClass()).isFalse();
        }
        for (SqlNode child : children(node)) {
            if (child != null) {
                Span inner = tree.bracketed(child);
                // brackets around a node and its only child are the outer one's
                boolean same = tree.span(child).equals(outer);
                assertThat(same || (inner.from() >= outer.from() && inner.to() <= outer.to()))
                        .as("'%s' lies in '%s'", tree.text(inner), tree.text(outer))
                        .isTrue();
                inside(tree, child);
            }
        }
    }

    private static List<? extends @Nullable SqlNode> children(SqlNode node) {
        return switch (node) {
            case SqlCall call -> call.getOperandList();
            case SqlNodeList list -> list.getList();
            default -> List.of();
        };
    }

    @ParameterizedTest
    @MethodSource("io.quern.optimizer.parse.Corpus#parsed")
    void readsAnExpressionAloneAsInItsStatement(String sql) {
        Tree tree = tree(sql);
        List<SqlNode> expressions = new ArrayList<>();
        expressions(tree.node(), expressions);
        for (SqlNode expression : expressions) {
            for (Span span : List.of(tree.span(expression), tree.bracketed(expression))) {
                String text = tree.text(span);
                Grammar.Result alone = Grammar.parseExpression(text);
                assertThat(alone).as("%s in %s: %s", text, sql, alone).isInstanceOf(Tree.class);
                assertThat(shape((Tree) alone, ((Tree) alone).node()))
                        .as(text)
                        .isEqualTo(shape(tree, expression));
            }
        }
    }

    /** Conditions, and operands of whatever can only have expressions as operands. */
    private static void expressions(SqlNode node, List<SqlNode> into) {
        switch (node) {
            case PostgresSelect select -> {
                add(select.getWhere(), into);
                add(select.getHaving(), into);
            }
            case SqlJoin join -> {
                if (join.getCondition() instanceof SqlCall condition
                        && !condition.getOperator().equals(Form.JOIN_USING)) {
                    into.add(condition);
                }
            }
            case Change change -> {
                if (change.condition() instanceof SqlCall condition
                        && !condition.getOperator().equals(Form.CURRENT_OF)) {
                    into.add(condition);
                }
            }
            case SqlCase choice -> {
                add(choice.getValueOperand(), into);
                into.addAll(choice.getWhenOperands());
                into.addAll(choice.getThenOperands());
            }
            case OrderedQuery query -> {}
            case SqlCall call when isOperator(call) ->
                    call.getOperandList().stream()
                            .filter(operand -> !(operand instanceof SqlNodeList))
                            .filter(operand -> !(operand instanceof OrderedQuery))
                            .filter(operand -> !operand.isA(SqlKind.QUERY))
                            .filter(operand -> !(operand.getKind() == SqlKind.VALUES))
                            .forEach(into::add);
            default -> {}
        }
        for (SqlNode child : children(node)) {
            if (child != null) {
                expressions(child, into);
            }
        }
    }

    private static void add(@Nullable SqlNode node, List<SqlNode> into) {
        if (node != null) {
            into.add(node);
        }
    }

    private static boolean isOperator(SqlCall call) {
        SqlSyntax syntax = call.getOperator().getSyntax();
        return switch (call.getKind()) {
            case AS, UNION, INTERSECT, EXCEPT, DESCENDING, NULLS_FIRST, NULLS_LAST -> false;
            default ->
                    syntax == SqlSyntax.BINARY
                            || syntax == SqlSyntax.PREFIX
                            || syntax == SqlSyntax.POSTFIX;
        };
    }

    private static String shape(Tree tree, @Nullable SqlNode node) {
        return switch (node) {
            case null -> "-";
            case SqlIdentifier id -> id.names.toString();
            case SqlDataTypeSpec type -> tree.text(tree.span(type));
            case Constant constant -> tree.text(tree.span(constant));
            case SqlNodeList list -> shapes(tree, list.getList(), "");
            case SqlCall call -> shapes(tree, call.getOperandList(), call.getOperator().getName());
            default -> tree.text(tree.span(node)).toLowerCase(Locale.ROOT);
        };
    }

    private static String shapes(Tree tree, List<? extends @Nullable SqlNode> nodes, String name) {
        return nodes.stream()
                .map(node -> shape(tree, node))
                .collect(Collectors.joining(", ", name + "(", ")"));
    }

    @ParameterizedTest
    @MethodSource("io.quern.optimizer.parse.Corpus#unparsed")
    void listsWhatDoesNotParse(String sql) {
        assertThat(sql.strip()).startsWith("-- ");
        assertThat(Grammar.parse(sql)).as(sql).isInstanceOf(Grammar.Declined.class);
    }

    @Test
    void bindsAsPostgresDoes() {
        assertThat(grouped("a OR b AND NOT c = d + e * -f ^ g::int"))
                .isEqualTo("(a OR (b AND (NOT (c = (d + (e * ((- f) ^ (g :: int))))))))");
        assertThat(grouped("-1::int")).isEqualTo("(- (1 :: int))");
        assertThat(grouped("a || b < c + d -> e")).isEqualTo("((a || b) < ((c + d) -> e))");
        assertThat(grouped("a = b IS NULL")).isEqualTo("((a = b) IS NULL)");
        assertThat(grouped("a LIKE b || c")).isEqualTo("(a LIKE (b || c))");
        assertThat(grouped("a < b AND c")).isEqualTo("((a < b) AND c)");
        assertThat(grouped("a - b - c")).isEqualTo("((a - b) - c)");
        assertThat(grouped("@ a + b")).isEqualTo("(@ (a + b))");
        assertThat(grouped("a @ b + c @ d")).isEqualTo("((a @ (b + c)) @ d)");
        assertThat(grouped("1 + NOT a = b")).isEqualTo("(1 + (NOT (a = b)))");
    }

    /** Every operator with brackets around it and its operands. */
    private static String grouped(String expression) {
        Tree tree = (Tree) Grammar.parseExpression(expression);
        return grouped(tree, tree.node());
    }

    private static String grouped(Tree tree, SqlNode node) {
        if (!(node instanceof SqlCall call)) {
            return tree.text(tree.span(node));
        }
        String name = call.getOperator().equals(Form.CAST) ? "::" : call.getOperator().getName();
        List<String> operands =
                call.getOperandList().stream().map(operand -> grouped(tree, operand)).toList();
        return switch (operands.size()) {
            case 1 ->
                    call.getOperator().getSyntax() == SqlSyntax.POSTFIX
                            ? "(" + operands.getFirst() + " " + name + ")"
                            : "(" + name + " " + operands.getFirst() + ")";
            default -> "(" + String.join(" " + name + " ", operands) + ")";
        };
    }

    @Test
    void tellsBracketsFromText() {
        Tree tree = tree("SELECT f((a)) FROM t WHERE (( /* x */ a + b)) * (c) = ((d))");
        SqlCall comparison = (SqlCall) requireNonNull(((PostgresSelect) tree.node()).getWhere());
        SqlCall product = comparison.operand(0);
        assertThat(tree.text(tree.span(product.operand(0)))).isEqualTo("a + b");
        assertThat(tree.text(tree.bracketed(product.operand(0)))).isEqualTo("(( /* x */ a + b))");
        assertThat(tree.text(tree.span(product))).isEqualTo("(( /* x */ a + b)) * (c)");
        SqlCall call = (SqlCall) ((PostgresSelect) tree.node()).getSelectList().get(0);
        assertThat(tree.text(tree.bracketed(call.operand(0)))).isEqualTo("(a)");
        assertThat(tree.text(tree.span(call))).isEqualTo("f((a))");
    }

    @Test
    void tellsWhereItStopped() {
        assertThat(reason("SELECT a FROM t WHERE b = 1 GROUP c"))
                .contains("in the WHERE clause", "at character 35");
        assertThat(reason("SELECT a FROM t ORDER BY")).contains("at the end of the text");
        assertThat(reason("SELECT 1; SELECT 2")).contains("several statements");
    }

    private static String reason(String sql) {
        return ((Grammar.Declined) Grammar.parse(sql)).refusal().reason();
    }
}

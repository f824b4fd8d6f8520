import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Makes the template of Quern's parser from Calcite's: {@code java Patches.java UNPACKED OURS OUT}.
 * Every change is anchored on text of the template; an anchor that is missing or not unique fails
 * the build. With two arguments it copies a file if it differs, so that nothing is compiled anew
 * without need.
 */
final class Patches {
    private String text;

    private Patches(String text) {
        this.text = text;
    }

    public static void main(String[] args) throws IOException {
        if (args.length == 2) {
            write(Path.of(args[1]), Files.readString(Path.of(args[0])));
            return;
        }
        Path calcite = Path.of(args[0]);
        Path ours = Path.of(args[1]);
        Path out = Path.of(args[2]);
        var template = new Patches(Files.readString(calcite.resolve("templates/Parser.jj")));
        template.frame();
        template.statements();
        template.lexer();
        write(out.resolve("templates/Parser.jj"), template.text);
        write(
                out.resolve("default_config.fmpp"),
                Files.readString(calcite.resolve("default_config.fmpp")));
        write(out.resolve("config.fmpp"), Files.readString(ours.resolve("config.fmpp")));
        try (Stream<Path> includes = Files.list(ours.resolve("includes"))) {
            for (Path include : includes.toList()) {
                write(
                        out.resolve("includes").resolve(include.getFileName()),
                        Files.readString(include));
            }
        }
    }

    /**
     * The class: its tokens come from Quern's lexer, and it has no logger that could tell a
     * statement's text.
     */
    private void frame() {
        replace(
                "    UNICODE_INPUT = true;\n",
                "    USER_TOKEN_MANAGER = true;\n    ERROR_REPORTING = false;\n");
        replace("import org.apache.calcite.util.trace.CalciteTrace;\n", "");
        replace("import org.slf4j.Logger;\n", "");
        replace("    private static final Logger LOGGER = CalciteTrace.getParserTracer();\n", "");
        replace(
                "public class ${parser.class} extends SqlAbstractParserImpl",
                "@SuppressWarnings({\"all\", \"cast\", \"fallthrough\", \"overrides\", \"rawtypes\", \"serial\","
                        + " \"static\", \"this-escape\", \"unchecked\", \"unused\"})\n"
                        + "public class ${parser.class} extends Productions");
        cut(
                "    // Can't use quoted literal because of a bug in how JavaCC translates\n",
                "    public SqlNode parseSqlExpressionEof()");
        cut("    public SqlNode parseArray()", "PARSER_END(");
        replace("PARSER_END(", "}\n\nPARSER_END(");
        cut(
                "/***************************************\n * Utility Codes for Semantic Analysis *",
                "/**\n * Parses a list of SQL statements separated");
    }

    /** Statements, queries and expressions are PostgreSQL's. */
    private void statements() {
        cut(
                "        stmt = ${parser.setOptionParserMethod!default.parser.setOptionParserMethod}",
                "    )\n    {\n        return stmt;\n    }\n}\n\n/**\n * Parses an SQL statement followed by");
        replace("        LOOKAHEAD(2) stmt = ${method}\n    |\n", "        stmt = ${method}\n");
        cut(
                "SqlNodeList ParenthesizedKeyValueOptionCommaList() :",
                "/* KEYWORDS:  anything in this list is a reserved word");
    }

    /** Key words stay, all other tokens are those of Quern's lexer. */
    private void lexer() {
        // JavaCC warns of every token that is declared beside a token manager of one's own, and
        // knows those used
        replace(
                "<DEFAULT, DQID, BTID, BQID, BQHID> TOKEN :\n{\n    < A: \"A\" >",
                "void KeyWords() :\n{}\n{\n    < A: \"A\" >");
        cut("/**\n * Parses a non-reserved keyword", null);
        text += "<#include \"/@includes/tokens.ftl\" />\n";
        text = text.replaceAll(" \\{ (before|after)TableName\\(\\); \\}", "");
        text = text.replaceAll("< ([A-Z_0-9]+|\\$\\{keyword}): \"[^\"]*\" >", "< $1 >");
    }

    private void replace(String anchor, String by) {
        int at = find(anchor, 0);
        text = text.substring(0, at) + by + text.substring(at + anchor.length());
    }

    /** Removes what begins with an anchor and ends before another, or goes to the end. */
    private void cut(String from, String to) {
        int start = find(from, 0);
        int end = to == null ? text.length() : text.indexOf(to, start);
        if (end < 0) {
            throw new IllegalStateException("Calcite's template no longer holds: " + to);
        }
        text = text.substring(0, start) + text.substring(end);
    }

    private int find(String anchor, int from) {
        int at = text.indexOf(anchor, from);
        if (at < 0 || text.indexOf(anchor, at + 1) >= 0) {
            throw new IllegalStateException(
                    "Calcite's template does not hold exactly once: " + anchor);
        }
        return at;
    }

    private static void write(Path file, String content) throws IOException {
        if (!Files.exists(file) || !Files.readString(file).equals(content)) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
        }
    }
}

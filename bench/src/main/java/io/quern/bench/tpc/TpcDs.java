package io.quern.bench.tpc;

import io.trino.tpcds.Results;
import io.trino.tpcds.Session;
import io.trino.tpcds.Table;
import io.trino.tpcds.column.Column;
import io.trino.tpcds.column.ColumnType;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** TPC-DS: the statements as Trino's benchmarks have them, and the generator's rows. */
final class TpcDs implements Suite {
    private static final int QUERIES = 99;
    private static final String SCHEMA = "${database}.${schema}.";

    private static final Pattern QUOTED = Pattern.compile("\"[^\"]+\"");

    /** Where a CASE in ORDER BY looks at an output column. */
    private static final Pattern OUTPUT = Pattern.compile("CASE WHEN \\((\"\\w+\") = ");

    @Override
    public List<Query> queries() throws IOException {
        List<Query> queries = new ArrayList<>();
        for (int i = 1; i <= QUERIES; i++) {
            String number = String.format(Locale.ROOT, "%02d", i);
            String text = Suite.resource("/sql/presto/tpcds/q" + number + ".sql");
            queries.add(new Query("ds" + number, postgres(text)));
        }
        return queries;
    }

    /** There quoted names fold, and ORDER BY may compute with output columns. */
    private static String postgres(String text) {
        String folded =
                QUOTED.matcher(text.replace(SCHEMA, ""))
                        .replaceAll(
                                name ->
                                        Matcher.quoteReplacement(
                                                name.group().toLowerCase(Locale.ROOT)));
        int order = folded.lastIndexOf("\nORDER BY ");
        return order < 0
                ? folded.strip()
                : (folded.substring(0, order) + computed(folded, order)).strip();
    }

    private static String computed(String sql, int order) {
        return OUTPUT.matcher(sql.substring(order))
                .replaceAll(
                        use -> Matcher.quoteReplacement("CASE WHEN (" + meaning(sql, use) + " = "));
    }

    /** What the output column is: the expression in front of its name, on a line of its own. */
    private static String meaning(String sql, MatchResult use) {
        String name = " " + use.group(1);
        return sql.lines()
                .filter(line -> line.startsWith(", ") && line.endsWith(name))
                .map(line -> line.substring(2, line.length() - name.length()))
                .findFirst()
                .orElse(use.group(1));
    }

    @Override
    public List<Source> tables() {
        return Table.getBaseTables().stream()
                .filter(table -> table != Table.DBGEN_VERSION)
                .map(
                        table ->
                                new Source(
                                        table.getName(),
                                        Arrays.stream(table.getColumns())
                                                .map(TpcDs::column)
                                                .toList(),
                                        scale -> lines(table, scale)))
                .toList();
    }

    private static String column(Column column) {
        ColumnType type = column.getType();
        String name =
                switch (type.getBase()) {
                    case INTEGER, IDENTIFIER -> "integer";
                    case DATE -> "date";
                    case TIME -> "time";
                    case DECIMAL ->
                            "numeric("
                                    + type.getPrecision().orElseThrow()
                                    + ","
                                    + type.getScale().orElseThrow()
                                    + ")";
                    case VARCHAR -> "varchar(" + type.getPrecision().orElseThrow() + ")";
                    case CHAR -> "char(" + type.getPrecision().orElseThrow() + ")";
                };
        return column.getName() + " " + name;
    }

    private static Stream<String> lines(Table table, double scale) {
        Session session = Session.getDefaultSession().withScale(scale).withTable(table);
        return StreamSupport.stream(Results.constructResults(table, session).spliterator(), false)
                .flatMap(List::stream)
                .map(
                        row ->
                                row.stream()
                                        .map(value -> value == null ? "\\N" : value)
                                        .collect(Collectors.joining("|")));
    }

    @Override
    public String keys() throws IOException {
        return Suite.resource("/io/quern/bench/tpc/tpcds.sql");
    }

    @Override
    public String toString() {
        return "TPC-DS";
    }
}

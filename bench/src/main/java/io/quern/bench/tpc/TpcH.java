package io.quern.bench.tpc;

import io.trino.tpch.TpchColumn;
import io.trino.tpch.TpchEntity;
import io.trino.tpch.TpchTable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** TPC-H: the statements that come with the generator, and its rows. */
final class TpcH implements Suite {
    private static final int QUERIES = 22;

    /** Q15 of the specification makes a view; its own variant 15a has it in WITH. */
    private static final Pattern VIEW =
            Pattern.compile("CREATE OR REPLACE VIEW (\\w+) AS\\s(.*?);(.*)", Pattern.DOTALL);

    @Override
    public List<Query> queries() throws IOException {
        List<Query> queries = new ArrayList<>();
        for (int i = 1; i <= QUERIES; i++) {
            String text = Suite.resource("/io/trino/tpch/queries/q" + i + ".sql");
            queries.add(new Query(String.format(Locale.ROOT, "h%02d", i), postgres(text)));
        }
        return queries;
    }

    private static String postgres(String text) {
        String sql = VIEW.matcher(text).replaceFirst("WITH $1 AS ($2)$3").strip();
        return sql.endsWith(";") ? sql.substring(0, sql.length() - 1) : sql;
    }

    @Override
    public List<Source> tables() {
        List<Source> tables = new ArrayList<>();
        for (TpchTable<?> table : TpchTable.getTables()) {
            tables.add(source(table));
        }
        return tables;
    }

    private static <E extends TpchEntity> Source source(TpchTable<E> table) {
        return new Source(
                table.getTableName(),
                table.getColumns().stream().map(TpcH::column).toList(),
                scale -> lines(table.createGenerator(scale, 1, 1)));
    }

    /** No column may be NULL, and what the generator calls a double is an amount of money. */
    private static String column(TpchColumn<?> column) {
        String type =
                switch (column.getType().getBase()) {
                    case INTEGER, IDENTIFIER -> "integer";
                    case DATE -> "date";
                    case DOUBLE -> "numeric(15,2)";
                    case VARCHAR ->
                            "varchar(" + column.getType().getPrecision().orElseThrow() + ")";
                };
        return column.getColumnName() + " " + type + " NOT NULL";
    }

    /** Without the {@code |} at the end. */
    private static Stream<String> lines(Iterable<? extends TpchEntity> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(TpchEntity::toLine)
                .map(line -> line.substring(0, line.length() - 1));
    }

    @Override
    public String keys() throws IOException {
        return Suite.resource("/io/quern/bench/tpc/tpch.sql");
    }

    @Override
    public String toString() {
        return "TPC-H";
    }
}

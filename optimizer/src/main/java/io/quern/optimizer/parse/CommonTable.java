package io.quern.optimizer.parse;

import static java.util.Objects.requireNonNull;

import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlWithItem;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** A query of WITH, which may also be a change of data. */
public final class CommonTable extends SqlWithItem {

    /** What is said about keeping its rows. */
    public enum Materialization {
        UNSAID,
        MATERIALIZED,
        NOT_MATERIALIZED
    }

    private final Materialization materialization;
    private final @Nullable SqlNode search;
    private final @Nullable SqlNode cycle;

    CommonTable(
            SqlParserPos pos,
            SqlIdentifier name,
            @Nullable SqlNodeList columns,
            SqlNode query,
            SqlLiteral recursive,
            Materialization materialization,
            @Nullable SqlNode search,
            @Nullable SqlNode cycle) {
        super(pos, name, columns, query, recursive);
        this.materialization = requireNonNull(materialization, "materialization");
        this.search = search;
        this.cycle = cycle;
    }

    /** What is said about keeping its rows. */
    public Materialization materialization() {
        return materialization;
    }

    /** SEARCH, if written. */
    public @Nullable SqlNode search() {
        return search;
    }

    /** CYCLE, if written. */
    public @Nullable SqlNode cycle() {
        return cycle;
    }

    @Override
    public List<SqlNode> getOperandList() {
        List<SqlNode> operands = new ArrayList<>();
        operands.add(name);
        if (columnList != null) {
            operands.add(columnList);
        }
        operands.add(query);
        if (search != null) {
            operands.add(search);
        }
        if (cycle != null) {
            operands.add(cycle);
        }
        return operands;
    }
}

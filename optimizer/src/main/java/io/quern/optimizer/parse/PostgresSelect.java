package io.quern.optimizer.parse;

import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** A SELECT with DISTINCT ON, up to its WINDOW clause. ORDER BY and LIMIT stand around it. */
public final class PostgresSelect extends SqlSelect {
    private final @Nullable SqlNodeList distinctOn;

    PostgresSelect(
            SqlParserPos pos,
            SqlNodeList keywords,
            @Nullable SqlNodeList distinctOn,
            SqlNodeList selectList,
            @Nullable SqlNode from,
            @Nullable SqlNode where,
            @Nullable SqlNodeList groupBy,
            @Nullable SqlNode having,
            @Nullable SqlNodeList windows) {
        super(
                pos, keywords, selectList, from, where, groupBy, having, windows, null, null, null,
                null, null);
        this.distinctOn = distinctOn;
    }

    /** The expressions of DISTINCT ON; null if it is not written. */
    public @Nullable SqlNodeList distinctOn() {
        return distinctOn;
    }

    @Override
    public List<SqlNode> getOperandList() {
        List<SqlNode> operands = new ArrayList<>();
        if (distinctOn != null) {
            operands.add(distinctOn);
        }
        super.getOperandList().stream().filter(o -> o != null).forEach(operands::add);
        return operands;
    }
}

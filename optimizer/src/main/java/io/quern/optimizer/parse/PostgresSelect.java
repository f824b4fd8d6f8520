package io.quern.optimizer.parse;

import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlSelectKeyword;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

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
                pos,
                keywords,
                selectList,
                from,
                where,
                groupBy,
                having,
                windows,
                null,
                null,
                null,
                null,
                null);
        this.distinctOn = distinctOn;
    }

    /** The expressions of DISTINCT ON; null if it is not written. */
    public @Nullable SqlNodeList distinctOn() {
        return distinctOn;
    }

    /** What is written, in the order of the text. */
    @Override
    public List<SqlNode> getOperandList() {
        return Stream.of(
                        getModifierNode(SqlSelectKeyword.DISTINCT),
                        distinctOn,
                        getSelectList(),
                        getFrom(),
                        getWhere(),
                        getGroup(),
                        getHaving(),
                        getWindowList().isEmpty() ? null : getWindowList())
                .filter(Objects::nonNull)
                .map(SqlNode.class::cast)
                .toList();
    }
}

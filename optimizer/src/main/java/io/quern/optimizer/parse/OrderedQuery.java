package io.quern.optimizer.parse;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** A query with what may stand behind it: ORDER BY, LIMIT, OFFSET, FETCH and locking clauses. */
public final class OrderedQuery extends SqlOrderBy {
    private final boolean withTies;
    private final SqlNodeList locking;

    OrderedQuery(
            SqlParserPos pos,
            SqlNode query,
            SqlNodeList orderBy,
            @Nullable SqlNode offset,
            @Nullable SqlNode fetch,
            boolean withTies,
            SqlNodeList locking) {
        super(pos, query, orderBy, offset, fetch);
        this.withTies = withTies;
        this.locking = locking;
    }

    /** FETCH … WITH TIES. */
    public boolean withTies() {
        return withTies;
    }

    /** What a key of ORDER BY sorts by, without its direction and the place of NULLs. */
    public static SqlNode sorted(SqlNode key) {
        SqlNode value = key;
        while (value instanceof SqlCall call
                && (call.getOperator().equals(Form.SORT_KEY)
                        || call.getKind() == SqlKind.DESCENDING
                        || call.getKind() == SqlKind.NULLS_FIRST
                        || call.getKind() == SqlKind.NULLS_LAST)) {
            value = call.operand(0);
        }
        return value;
    }

    /** The locking clauses: calls of {@link Form#LOCKING}. */
    public SqlNodeList locking() {
        return locking;
    }

    @Override
    public List<SqlNode> getOperandList() {
        List<SqlNode> operands = new ArrayList<>(super.getOperandList());
        operands.add(locking);
        return operands;
    }
}

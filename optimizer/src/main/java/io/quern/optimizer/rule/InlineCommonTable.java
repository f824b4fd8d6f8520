package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.parse.CommonTable;
import io.quern.optimizer.parse.OrderedQuery;

import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlWith;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes NOT MATERIALIZED at a WITH query that is used several times. PostgreSQL computes such a
 * query once and whole; inlined, each use takes only the rows it needs.
 *
 * <p>A query that only reads and whose rows follow from its tables alone has the same rows at each
 * use, since one snapshot serves the whole statement. What was written as MATERIALIZED stays so: a
 * person wanted it.
 */
final class InlineCommonTable implements Rule {
    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            List<CommonTable> written = commonTables(level);
            List<PgNode> read = level.query().nodes("cteList");
            for (int i = 0; i < written.size() && written.size() == read.size(); i++) {
                if (written.get(i).materialization() == CommonTable.Materialization.UNSAID
                        && read.get(i).integer("cterefcount") > 1
                        && !read.get(i).flag("cterecursive")) {
                    rewrite(statement, written.get(i), findings.attempt());
                }
            }
        }
    }

    private static List<CommonTable> commonTables(Level level) {
        List<CommonTable> tables = new ArrayList<>();
        SqlNode body = level.whole();
        while (body instanceof SqlWith || body instanceof OrderedQuery) {
            if (body instanceof SqlWith with) {
                with.withList.forEach(item -> tables.add((CommonTable) item));
                body = with.body;
            } else {
                body = ((OrderedQuery) body).query;
            }
        }
        return tables;
    }

    private static void rewrite(Resolved statement, CommonTable table, Attempt attempt) {
        if (!attempt.requires(new CannotFail(statement))) {
            return;
        }
        SqlNodeList columns = table.columnList;
        int behind =
                columns == null ? statement.span(table.name).to() : statement.span(columns).to();
        while (!statement.tokens().word(behind, "as")) {
            behind++;
        }
        attempt.fact("the WITH query reads the same rows at each of its uses")
                .insert(behind + 1, "NOT MATERIALIZED ")
                .found();
    }
}

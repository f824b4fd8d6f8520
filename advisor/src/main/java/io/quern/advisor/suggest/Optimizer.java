package io.quern.advisor.suggest;

import io.quern.optimizer.Analysis;
import io.quern.optimizer.Context;
import io.quern.optimizer.Edit;
import io.quern.optimizer.PlanCost;
import io.quern.optimizer.Statement;
import io.quern.optimizer.catalog.ParseAnalyzer;
import io.quern.optimizer.catalog.SearchPath;
import io.quern.optimizer.index.IndexAnalyzer;
import io.quern.optimizer.lex.SqlText;
import io.quern.optimizer.rewrite.Rewriter;

import java.util.List;

/** The pure functions that suggestions are made with. Thread-safe. */
public interface Optimizer {

    /** Every rewrite of a statement whose guards hold. */
    Analysis rewrites(Statement statement, Context context);

    /** The same, without alternatives whose plan is known to cost no less than the statement's. */
    default Analysis rewrites(Statement statement, Context context, PlanCost cost) {
        return rewrites(statement, context);
    }

    /** The indexes that would help a statement. */
    IndexAnalyzer.Findings indexes(Statement statement, Context context);

    /** A text with edits applied and every literal replaced. */
    String redacted(String sql, List<Edit> edits);

    /** The schemas of a {@code search_path} setting for a role. */
    List<String> searchPath(String setting, String role);

    /** The optimizer module's own, with all rules. */
    static Optimizer of(ParseAnalyzer analyzer) {
        return of(new Rewriter(analyzer), new IndexAnalyzer(analyzer));
    }

    /** The optimizer module's own. */
    static Optimizer of(Rewriter rewriter, IndexAnalyzer analyzer) {
        return new Optimizer() {
            @Override
            public Analysis rewrites(Statement statement, Context context) {
                return rewriter.analyse(statement, context);
            }

            @Override
            public Analysis rewrites(Statement statement, Context context, PlanCost cost) {
                return rewriter.analyse(statement, context, cost);
            }

            @Override
            public IndexAnalyzer.Findings indexes(Statement statement, Context context) {
                return analyzer.propose(statement, context);
            }

            @Override
            public String redacted(String sql, List<Edit> edits) {
                return SqlText.of(sql).redacted(edits);
            }

            @Override
            public List<String> searchPath(String setting, String role) {
                return SearchPath.effective(setting, role);
            }
        };
    }
}

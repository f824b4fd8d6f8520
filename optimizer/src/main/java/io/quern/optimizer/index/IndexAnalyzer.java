package io.quern.optimizer.index;

import io.quern.optimizer.Context;
import io.quern.optimizer.IndexDefinition;
import io.quern.optimizer.Refusal;
import io.quern.optimizer.Statement;

import java.util.List;

/** Proposes B-tree indexes for the filter and sort columns of a statement. Stateless. */
public final class IndexAnalyzer {

    /**
     * What came out.
     *
     * @param candidates best first; each with a sentence that says why and an estimated size
     * @param refusals why nothing, or nothing more, is proposed
     */
    public record Findings(List<Finding> candidates, List<Refusal> refusals) {}

    /** One proposed index. */
    public record Finding(IndexDefinition definition, String reason, long estimatedBytes) {}

    /** Analyses one statement; never throws for anything the statement contains. */
    public Findings propose(Statement statement, Context context) {
        throw new UnsupportedOperationException();
    }
}

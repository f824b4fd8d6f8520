package io.quern.optimizer.rewrite;

import io.quern.optimizer.Analysis;
import io.quern.optimizer.Context;
import io.quern.optimizer.Statement;

/** Finds the rewrites of a statement that every guard admits. Stateless, thread-safe. */
public final class Rewriter {

    /** Analyses one statement; never throws for anything the statement contains. */
    public Analysis analyse(Statement statement, Context context) {
        throw new UnsupportedOperationException();
    }
}

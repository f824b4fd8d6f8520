package io.quern.optimizer.catalog;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Context;
import io.quern.optimizer.Statement;

/**
 * A PostgreSQL that carries the schema and says how it reads a statement: which operator, function,
 * table and type every word of it means. The optimizer writes no second type system. May block.
 */
public interface ParseAnalyzer {

    /** What it says. */
    sealed interface Answer {}

    /**
     * How the statement is read.
     *
     * @param tree the analysed query as {@code debug_print_parse} shows it; the user's literals are
     *     in it
     * @param offset how many bytes its locations are ahead of the statement's own
     * @param system what the object identifiers in it mean
     */
    record Analyzed(String tree, int offset, SystemCatalog system) implements Answer {
        public Analyzed {
            requireNonNull(tree, "tree");
            requireNonNull(system, "system");
        }

        /** Redacted: the size only. */
        @Override
        public String toString() {
            return "Analyzed[" + tree.length() + " chars]";
        }
    }

    /** It does not accept the statement; a reason without literals. */
    record Unread(String reason) implements Answer {
        public Unread {
            requireNonNull(reason, "reason");
        }
    }

    /** It cannot be asked now; worth another try later. */
    record Unavailable(String reason) implements Answer {
        public Unavailable {
            requireNonNull(reason, "reason");
        }
    }

    /** Reads a statement under a context's {@code search_path}; never throws for its content. */
    Answer analyze(Statement statement, Context context);
}

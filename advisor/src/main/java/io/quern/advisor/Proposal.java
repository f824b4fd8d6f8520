package io.quern.advisor;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.IndexDefinition;
import io.quern.optimizer.RuleId;

import java.util.List;

/** The change a suggestion proposes. */
public sealed interface Proposal {

    /** A word for stores, pages and metrics: {@code rewrite}, {@code index}. */
    String kind();

    /**
     * A text that two proposals share exactly when they propose the same change for the same
     * database and template: suggestions are unique by it.
     */
    String identity();

    /**
     * Run a template's statements in another form.
     *
     * @param before the template's text, redacted
     * @param after the rewritten statement, redacted the same way
     */
    record Rewrite(List<RuleId> rules, String before, String after) implements Proposal {
        public Rewrite {
            rules = List.copyOf(rules);
            requireNonNull(before, "before");
            requireNonNull(after, "after");
        }

        @Override
        public String kind() {
            return "rewrite";
        }

        @Override
        public String identity() {
            return rules.toString();
        }
    }

    /**
     * Build an index.
     *
     * @param name the name it will get, {@code quern_} and a hash of its definition
     * @param bytes its estimated size
     */
    record NewIndex(IndexDefinition definition, String name, long bytes) implements Proposal {
        public NewIndex {
            requireNonNull(definition, "definition");
            requireNonNull(name, "name");
        }

        /** The DDL that builds it. */
        public String ddl() {
            return definition.createConcurrently(name);
        }

        /** The DDL that undoes it. */
        public String undo() {
            return definition.dropConcurrently(name);
        }

        @Override
        public String kind() {
            return "index";
        }

        @Override
        public String identity() {
            return ddl();
        }
    }
}

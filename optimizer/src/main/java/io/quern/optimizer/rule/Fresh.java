package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.parse.Tokens;

import java.util.HashSet;
import java.util.Set;

/**
 * Names that nothing in the statement has: no token reads so, nor is a column of FROM called so, so
 * that no name already written can come to mean what a rule calls by them. Mutable, for one thread.
 */
public final class Fresh {
    private final Set<String> taken = new HashSet<>();

    public Fresh(Resolved statement) {
        Tokens tokens = statement.tokens();
        for (int i = 0; i < tokens.count(); i++) {
            tokens.attribute(i).ifPresent(taken::add);
        }
        for (Level level : statement.levels()) {
            level.items().forEach(item -> taken.add(item.alias()));
            level.query().nodes("rtable").forEach(this::columns);
        }
    }

    /** Names that {@code *} brings without saying them. */
    private void columns(PgNode entry) {
        PgNode names = entry.node("eref");
        if (names != null) {
            names.texts("colnames").forEach(name -> taken.add(name.replace("\"", "")));
        }
    }

    /** A name that is this wish or begins with it, another each time. */
    public String name(String wish) {
        String name = wish;
        for (int i = 2; !taken.add(name); i++) {
            name = wish + i;
        }
        return name;
    }
}

package io.quern.advisor.lab;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.copy.SchemaCopies;
import io.quern.advisor.copy.SchemaCopy;
import io.quern.optimizer.Context;
import io.quern.optimizer.Statement;
import io.quern.optimizer.lex.SqlText;

import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The mirrors of the upstream databases that were wanted last, each kept for as long as it agrees
 * with what is wanted. For one thread.
 */
final class Mirrors {
    private static final int MOST = 3;

    private final Mirror.Purpose purpose;
    private final SchemaCopies copies;

    /** By the upstream's database, that wanted last at the end. */
    private final LinkedHashMap<String, Mirror> mirrors = new LinkedHashMap<>(16, 0.75f, true);

    Mirrors(Mirror.Purpose purpose, SchemaCopies copies) {
        this.purpose = requireNonNull(purpose, "purpose");
        this.copies = requireNonNull(copies, "copies");
    }

    /** What was wanted lately. */
    SchemaCopies copies() {
        return copies;
    }

    /**
     * The mirror of a context's database, with all that is wanted in it.
     *
     * @param use the server it is on
     * @param wanted what the statements may mean
     * @throws Unsupported if that server could take a statement for another
     */
    Mirror of(LabServers.Use use, Context context, SchemaCopy wanted, List<Statement> statements)
            throws SQLException, Unsupported {
        LabServer server = use.server();
        String name = context.catalog().database();
        Mirror known = mirrors.get(name);
        if (known != null
                && (known.database().server() != server
                        || !known.agrees(context.catalog(), wanted))) {
            drop(name);
            known = null;
        }
        Mirror mirror = known == null ? made(server, name) : known;
        if (use.substitute().isPresent()) {
            for (Statement statement : statements) {
                use.substitute()
                        .get()
                        .require(
                                SqlText.of(statement.sql()),
                                statement.parameterTypes(),
                                wanted,
                                mirror.database().keeper());
            }
        }
        mirror.add(context, wanted);
        return mirror;
    }

    private Mirror made(LabServer server, String name) throws SQLException {
        if (mirrors.size() >= MOST) {
            drop(mirrors.keySet().iterator().next());
        }
        Mirror made = new Mirror(server.open(), purpose);
        mirrors.put(name, made);
        return made;
    }

    /** Gives the mirror of a database up. */
    void drop(String database) {
        end(mirrors.remove(database));
    }

    /** Gives all up. */
    void drop() {
        for (Map.Entry<String, Mirror> mirror : mirrors.entrySet()) {
            end(mirror.getValue());
        }
        mirrors.clear();
    }

    private static void end(@Nullable Mirror mirror) {
        if (mirror != null) {
            try {
                mirror.close();
            } catch (SQLException gone) {
                // with its server
            }
        }
    }
}

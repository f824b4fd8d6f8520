package io.quern.advisor.twin;

import static io.quern.advisor.twin.SnapshotLoader.name;
import static io.quern.advisor.twin.SnapshotLoader.text;

import io.quern.advisor.twin.Relation.IndexFacts;
import io.quern.advisor.twin.Snapshot.Structure;
import io.quern.optimizer.QualifiedName;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Gives the twin's tables exactly the upstream's indexes, keys and extended statistics, by their
 * names: what the copy of the schema has made already and as the upstream has it stays.
 */
final class Structures {
    private static final String INDEXES =
            """
            SELECT n.nspname AS schema, c.relname AS name, t.relname AS table_name,
              pg_get_indexdef(c.oid) AS definition, k.conname AS constraint_name,
              pg_get_constraintdef(k.oid) AS constraint_definition
            FROM pg_index i
            JOIN pg_class c ON c.oid = i.indexrelid
            JOIN pg_class t ON t.oid = i.indrelid AND t.relkind IN ('r', 'm', 'p')
            JOIN pg_namespace n ON n.oid = t.relnamespace
            LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.conrelid = t.oid
              AND k.contype IN ('p', 'u', 'x')
            WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
              AND NOT c.relispartition
            """;

    private static final String OTHERS =
            """
            SELECT n.nspname AS schema, c.conname AS name FROM pg_constraint c
            JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace
            UNION ALL
            SELECT n.nspname, s.stxname FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
            """;

    private final Script script;
    private final List<String> notes;

    Structures(Script script, List<String> notes) {
        this.script = script;
        this.notes = notes;
    }

    /**
     * An index of the twin's.
     *
     * @param constraint the constraint on it and its definition, or empty
     */
    private record Made(
            QualifiedName table,
            QualifiedName name,
            String definition,
            String constraint,
            String constraintDefinition) {
        boolean same(IndexFacts facts) {
            return definition.equals(facts.definition())
                    && constraintDefinition.equals(facts.constraint().orElse(""));
        }

        String drop() {
            return constraint.isEmpty()
                    ? "DROP INDEX " + name.quoted()
                    : "ALTER TABLE "
                            + table.quoted()
                            + " DROP CONSTRAINT "
                            + QualifiedName.quote(constraint)
                            + " CASCADE";
        }
    }

    /** Makes all that needs no row, or is refused where rows contradict: in a transaction. */
    void make(Snapshot upstream, Set<QualifiedName> tables) throws SQLException {
        Map<QualifiedName, IndexFacts> wanted =
                upstream.relations().stream()
                        .filter(r -> r.index().isPresent())
                        .collect(Collectors.toMap(Relation::name, r -> r.index().orElseThrow()));
        Map<QualifiedName, Made> there = new HashMap<>();
        for (Made made : script.rows(INDEXES, Structures::made)) {
            IndexFacts facts = wanted.get(made.name());
            if (facts != null && made.same(facts)) {
                there.put(made.name(), made);
            } else {
                attempt(made.drop(), made.name());
            }
        }
        for (Relation relation : upstream.relations()) {
            IndexFacts facts = relation.index().orElse(null);
            if (facts != null
                    && !facts.inherited()
                    && !there.containsKey(relation.name())
                    && tables.contains(facts.table())) {
                attempt(create(relation.name(), facts), relation.name());
            }
        }
        make(upstream, tables, false);
    }

    /** Adds the checks, which rows already there need not obey but the planner believes. */
    void check(Snapshot upstream, Set<QualifiedName> tables) throws SQLException {
        make(upstream, tables, true);
        script.run("UPDATE pg_constraint SET convalidated = true WHERE contype = 'c'");
    }

    private void make(Snapshot upstream, Set<QualifiedName> tables, boolean checks)
            throws SQLException {
        Set<QualifiedName> there = new HashSet<>(script.rows(OTHERS, SnapshotLoader::name));
        for (Structure structure : upstream.structures()) {
            if ((structure.kind() == 'c') == checks
                    && tables.contains(structure.table())
                    && !there.contains(structure.name())) {
                make(structure);
            }
        }
    }

    private void make(Structure structure) throws SQLException {
        String definition = structure.definition();
        if (structure.kind() != 's') {
            boolean open = structure.kind() == 'c' && !definition.endsWith("NOT VALID");
            definition =
                    "ALTER TABLE "
                            + structure.table().quoted()
                            + " ADD CONSTRAINT "
                            + QualifiedName.quote(structure.name().name())
                            + " "
                            + definition
                            + (open ? " NOT VALID" : "");
        }
        attempt(definition, structure.name());
    }

    private static String create(QualifiedName name, IndexFacts facts) {
        return facts.constraint()
                .map(
                        c ->
                                "ALTER TABLE "
                                        + facts.table().quoted()
                                        + " ADD CONSTRAINT "
                                        + QualifiedName.quote(name.name())
                                        + " "
                                        + c)
                .orElse(facts.definition());
    }

    private void attempt(String sql, QualifiedName name) throws SQLException {
        String refusal = script.attempt(sql);
        if (!refusal.isEmpty()) {
            notes.add(name + " is not in the twin: SQLSTATE " + refusal);
        }
    }

    private static Made made(java.sql.ResultSet row) throws SQLException {
        String constraint = row.getString("constraint_name");
        return new Made(
                new QualifiedName(text(row, "schema"), text(row, "table_name")),
                name(row),
                text(row, "definition"),
                constraint == null ? "" : constraint,
                constraint == null ? "" : text(row, "constraint_definition"));
    }
}

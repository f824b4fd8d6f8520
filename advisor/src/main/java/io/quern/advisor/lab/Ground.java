package io.quern.advisor.lab;

import io.quern.advisor.copy.Part;
import io.quern.advisor.copy.SchemaCopy;
import io.quern.optimizer.Check;
import io.quern.optimizer.Column;
import io.quern.optimizer.ForeignKey;
import io.quern.optimizer.Index;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Table;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The copy of a schema as it stands in an arena.
 *
 * @param copy what was to be made
 * @param tables what can be filled, those referred to before those that refer
 * @param tainted why the others could not be copied, by what they are called
 */
record Ground(SchemaCopy copy, List<CopiedTable> tables, Map<String, String> tainted) {
    /** Object identifiers below are the same on every server of a major version. */
    static final int FIRST_NORMAL_OID = 16_384;

    /** The SQLSTATE of what stands in for a function. */
    static final String NOT_COPIED = "QN001";

    /** What a mirror has of a copy that was added to it; the tables are empty. */
    static Ground of(Mirror mirror, LabServer.Arena arena, SchemaCopy copy) throws SQLException {
        Map<String, String> failed = mirror.failed();
        Connection keeper = arena.keeper();
        List<CopiedTable> tables = new ArrayList<>();
        for (Table table : copy.tables()) {
            if (!failed.containsKey("relation " + table.name())) {
                tables.add(
                        new CopiedTable(
                                table,
                                keyColumns(table),
                                List.of(),
                                conditions(table, failed, keeper)));
            }
        }
        mirror.empty(tables, arena.player());
        return new Ground(copy, referring(tables), tainted(copy, failed));
    }

    /** What a statement may not be able to do without. */
    static Map<String, String> tainted(SchemaCopy copy, Map<String, String> failed) {
        Map<String, String> tainted = new LinkedHashMap<>();
        for (Part part : copy.parts()) {
            if (part.kind().essential() && failed.containsKey(part.key())) {
                tainted.put(part.key(), failed.get(part.key()));
            }
        }
        return tainted;
    }

    private static Set<String> keyColumns(Table table) {
        Set<String> columns = new HashSet<>();
        for (Index index : table.indexes()) {
            if (index.unique() && index.valid() && index.immediate()) {
                index.keys().forEach(k -> k.column().ifPresent(columns::add));
            }
        }
        return columns;
    }

    /** What every row obeys: its CHECKs, and the bound of a partition. */
    private static List<String> conditions(
            Table table, Map<String, String> failed, Connection keeper) throws SQLException {
        List<String> conditions = new ArrayList<>();
        for (Check check : table.checks()) {
            boolean made = !failed.containsKey("check " + check.name() + " of " + table.name());
            if (made && check.enforced() && check.validated()) {
                conditions.add(check.expression());
            }
        }
        if (table.inheritance().partition()) {
            bound(table, keeper).ifPresent(conditions::add);
        }
        Set<String> generated =
                table.columns().stream()
                        .filter(CopiedTable::isGenerated)
                        .map(Column::name)
                        .collect(Collectors.toSet());
        // what is computed from a row is not there before the row is
        conditions.removeIf(c -> generated.stream().anyMatch(c::contains));
        return conditions;
    }

    private static Optional<String> bound(Table table, Connection keeper) throws SQLException {
        String sql = "SELECT pg_catalog.pg_get_partition_constraintdef(?::regclass)";
        try (PreparedStatement statement = keeper.prepareStatement(sql)) {
            statement.setString(1, table.name().quoted());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return Optional.ofNullable(row.getString(1));
            }
        }
    }

    /** The tables with the foreign keys among them, those referred to before those that refer. */
    private static List<CopiedTable> referring(List<CopiedTable> tables) {
        Map<QualifiedName, CopiedTable> left = new LinkedHashMap<>();
        Set<QualifiedName> names =
                tables.stream().map(CopiedTable::name).collect(Collectors.toSet());
        for (CopiedTable copied : tables) {
            List<ForeignKey> references =
                    copied.table().foreignKeys().stream()
                            .filter(k -> k.holds() && !copied.table().subscribed())
                            .filter(k -> names.contains(k.referencedTable()))
                            .toList();
            left.put(
                    copied.name(),
                    new CopiedTable(
                            copied.table(), copied.keyColumns(), references, copied.conditions()));
        }
        List<CopiedTable> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            // of a circle, any one
            CopiedTable next =
                    left.values().stream()
                            .filter(t -> t.references().stream().allMatch(k -> done(k, t, left)))
                            .findFirst()
                            .orElse(left.values().iterator().next());
            ordered.add(next);
            left.remove(next.name());
        }
        return ordered;
    }

    private static boolean done(
            ForeignKey key, CopiedTable table, Map<QualifiedName, CopiedTable> left) {
        return key.referencedTable().equals(table.name())
                || !left.containsKey(key.referencedTable());
    }
}

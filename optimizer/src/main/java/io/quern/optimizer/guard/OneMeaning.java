package io.quern.optimizer.guard;

import io.quern.optimizer.Table;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Resolved;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;

import java.util.List;
import java.util.Optional;

/**
 * Every relation that is named without its schema is in one schema of the search path only.
 * PostgreSQL passes over schemas that a role may not use, and whoever reads the statement here may
 * use others than the client. What system schemas hold is not known.
 */
public record OneMeaning(Resolved statement) implements Guard {
    @Override
    public String code() {
        return "ambiguous";
    }

    @Override
    public Optional<String> doubt() {
        return statement.levels().stream()
                .flatMap(level -> level.items().stream())
                .flatMap(item -> unqualified(item).stream())
                .flatMap(table -> doubt(table).stream())
                .findFirst();
    }

    private static Optional<Table> unqualified(Item item) {
        SqlNode written = item.node();
        while (written instanceof SqlCall call && call.operandCount() > 0) {
            written = call.operand(0);
        }
        return written instanceof SqlIdentifier name && name.isSimple()
                ? item.table()
                : Optional.empty();
    }

    private Optional<String> doubt(Table table) {
        List<String> path = statement.context().searchPath();
        if (path.stream().anyMatch(OneMeaning::isUnknown)) {
            return Optional.of(
                    "search_path has a system schema that may hold another " + table.name().name());
        }
        long found =
                path.stream()
                        .filter(schema -> isIn(schema, table.name().name()))
                        .distinct()
                        .count();
        return found > 1
                ? Optional.of(
                        table.name().name()
                                + " is in several schemas of search_path, and which of them the"
                                + " role may use decides")
                : Optional.empty();
    }

    private static boolean isUnknown(String schema) {
        return schema.equals("information_schema")
                || (schema.startsWith("pg_") && !schema.equals("pg_catalog"));
    }

    private boolean isIn(String schema, String name) {
        return statement
                .context()
                .catalog()
                .resolve(Optional.of(schema), name, List.of())
                .isPresent();
    }
}

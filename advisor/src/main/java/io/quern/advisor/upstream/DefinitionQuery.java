package io.quern.advisor.upstream;

import static io.quern.advisor.upstream.CatalogReading.text;
import static io.quern.advisor.upstream.CatalogReading.texts;

import io.quern.optimizer.Definition;
import io.quern.optimizer.Definitions;
import io.quern.optimizer.QualifiedName;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads how the objects of a database that are no tables or views were made, and what needs what.
 * Each query writes its statements itself, of what PostgreSQL prints under the load's {@code
 * search_path}. None takes a lock or looks into what a role may not see.
 */
final class DefinitionQuery {
    private DefinitionQuery() {}

    static Definitions read(CatalogReading reading) throws SQLException {
        List<Definition> objects = new ArrayList<>();
        for (String sql :
                List.of(
                        DefinitionSql.EXTENSIONS,
                        DefinitionSql.COLLATIONS,
                        DefinitionSql.TYPES,
                        DefinitionSql.SEQUENCES,
                        DefinitionSql.ROUTINES,
                        DefinitionSql.OPERATORS,
                        DefinitionSql.OTHERS)) {
            reading.each(sql, row -> objects.add(definition(row)));
        }
        Map<String, Set<String>> needs = new HashMap<>();
        reading.each(
                DefinitionSql.DEPENDENCIES,
                row ->
                        needs.computeIfAbsent(text(row, "dependent"), d -> new HashSet<>())
                                .add(text(row, "needed")));
        return new Definitions(objects, needs);
    }

    private static Definition definition(ResultSet row) throws SQLException {
        return new Definition(
                text(row, "address"),
                new QualifiedName(text(row, "schema"), text(row, "name")),
                text(row, "title"),
                texts(row, "creates"),
                texts(row, "stand_ins"),
                text(row, "dropping"),
                Optional.ofNullable(row.getString("obstacle")),
                row.getBoolean("privileged"),
                new HashSet<>(texts(row, "words")),
                text(row, "body"));
    }
}

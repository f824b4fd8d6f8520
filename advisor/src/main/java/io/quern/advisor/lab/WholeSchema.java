package io.quern.advisor.lab;

import io.quern.optimizer.Catalog;
import io.quern.optimizer.Context;
import io.quern.optimizer.QualifiedName;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A copy of all tables of a catalog.
 *
 * @param ddl creates it, as a superuser in an empty database of a server that has {@link #ROLE}
 * @param missing why others were not copied; a table that nobody may read stands in their place
 */
public record WholeSchema(List<String> ddl, Map<QualifiedName, String> missing) {
    /** Who is granted the use of what is created. */
    public static final String ROLE = LabServer.ROLE;

    public WholeSchema {
        ddl = List.copyOf(ddl);
        missing = Map.copyOf(missing);
    }

    /** Plans the copy. */
    public static WholeSchema of(Catalog catalog) {
        Set<String> schemas = new LinkedHashSet<>();
        Set<String> names = new HashSet<>();
        catalog.tables()
                .forEach(
                        table -> {
                            schemas.add(table.name().schema());
                            names.add(table.name().name());
                        });
        SchemaCopy copy = SchemaCopy.of(new Context(catalog, List.copyOf(schemas), "UTC"), names);
        return new WholeSchema(copy.ddl(), copy.tainted());
    }
}

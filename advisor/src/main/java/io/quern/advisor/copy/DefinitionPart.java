package io.quern.advisor.copy;

import io.quern.optimizer.Definition;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** How a type, a function, an extension, … is made. */
record DefinitionPart(Definition definition) {
    /** The extensions that come with PostgreSQL and neither read files nor reach other servers. */
    private static final Set<String> HARMLESS =
            Set.of(
                    "bloom",
                    "btree_gin",
                    "btree_gist",
                    "citext",
                    "cube",
                    "dict_int",
                    "earthdistance",
                    "fuzzystrmatch",
                    "hstore",
                    "intarray",
                    "isn",
                    "ltree",
                    "pg_trgm",
                    "pgcrypto",
                    "seg",
                    "tablefunc",
                    "tsm_system_rows",
                    "tsm_system_time",
                    "unaccent",
                    "uuid-ossp");

    Part part() {
        Set<String> needs = new HashSet<>();
        if (!definition.name().schema().startsWith("pg_")) {
            needs.add(TableParts.schema(definition.name()));
        }
        return new Part(
                definition.title(),
                Part.Kind.DEFINITION,
                definition.name(),
                definition.create(),
                definition.standIn(),
                definition.drop(),
                needs,
                definition.privileged(),
                obstacle());
    }

    private Optional<String> obstacle() {
        boolean extension = definition.address().startsWith("x");
        return extension && !HARMLESS.contains(definition.name().name())
                ? Optional.of("the lab does not have the " + definition.title())
                : definition
                        .obstacle()
                        .map(o -> "the " + definition.title() + " is not copied: " + o);
    }
}

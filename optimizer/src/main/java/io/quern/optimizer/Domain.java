package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

/**
 * The domain a {@link Column} is of. Neither its NOT NULL nor its checks speak for every row: NULL
 * gets past them through outer joins and empty subqueries, and checks added NOT VALID say nothing
 * of what was there before.
 *
 * @param baseTypeOid the type below it and below every domain in between
 * @param baseType that type as {@code format_type} prints it, with its modifier
 * @param notNull whether it or a domain below is NOT NULL
 * @param checked whether it or a domain below has a CHECK
 */
public record Domain(
        QualifiedName name, int baseTypeOid, String baseType, boolean notNull, boolean checked) {
    public Domain {
        requireNonNull(name, "name");
        requireNonNull(baseType, "baseType");
    }
}

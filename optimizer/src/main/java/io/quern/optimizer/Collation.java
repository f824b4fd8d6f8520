package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

/**
 * The collation of a {@link Column}.
 *
 * @param deterministic whether strings are equal only if their bytes are
 * @param byteOrder whether it sorts by bytes, as {@code C} does: a plain B-tree then serves
 *     prefixes. The database's own locale counts where the collation is {@code default}
 */
public record Collation(long oid, QualifiedName name, boolean deterministic, boolean byteOrder) {
    public Collation {
        requireNonNull(name, "name");
    }
}

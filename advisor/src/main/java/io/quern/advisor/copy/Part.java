package io.quern.advisor.copy;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.QualifiedName;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One object of a copy. Two parts that are equal make the same.
 *
 * @param key what others call it, such as {@code relation public.t}; unique in a copy
 * @param kind what it is
 * @param name of a relation or a definition its own, else its table's
 * @param create makes it, in order; empty if nothing can
 * @param standIn makes something of its name that fails when it is used; empty if nothing can
 * @param drop takes it away with all that needs it
 * @param needs the keys of the parts it is made of
 * @param privileged whether only a superuser may make it
 * @param obstacle why it is not made as it is; then its stand-in is
 */
public record Part(
        String key,
        Kind kind,
        QualifiedName name,
        List<String> create,
        List<String> standIn,
        String drop,
        Set<String> needs,
        boolean privileged,
        Optional<String> obstacle) {

    /** What statements may depend on, and what only makes the copy more like its original. */
    public enum Kind {
        SCHEMA,
        DEFINITION,
        TABLE,
        VIEW,
        CHECK,
        PLACE,
        INDEX,
        STATISTICS,
        DEFAULT,
        FOREIGN_KEY;

        /** Whether a statement cannot do without it. */
        public boolean essential() {
            return this == DEFINITION || this == TABLE || this == VIEW;
        }
    }

    public Part {
        requireNonNull(key, "key");
        requireNonNull(kind, "kind");
        requireNonNull(name, "name");
        create = List.copyOf(create);
        standIn = List.copyOf(standIn);
        requireNonNull(drop, "drop");
        needs = Set.copyOf(needs);
        requireNonNull(obstacle, "obstacle");
    }

    static Part of(
            String key,
            Kind kind,
            QualifiedName name,
            String create,
            String drop,
            Set<String> needs) {
        return new Part(
                key, kind, name, List.of(create), List.of(), drop, needs, false, Optional.empty());
    }

    /** The same, not to be made as it is. */
    Part but(String reason) {
        return new Part(
                key, kind, name, create, standIn, drop, needs, privileged, Optional.of(reason));
    }

    /** The same with more needs. */
    Part needing(Set<String> more) {
        Set<String> all = new HashSet<>(needs);
        all.addAll(more);
        all.remove(key);
        return new Part(key, kind, name, create, standIn, drop, all, privileged, obstacle);
    }

    /** What is to be executed. */
    public List<String> statements() {
        return obstacle.isPresent() ? standIn : create;
    }
}

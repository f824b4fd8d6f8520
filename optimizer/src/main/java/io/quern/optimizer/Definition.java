package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How an object of a database that is no table or view was made: a type, a function, a sequence, …
 *
 * @param address what {@link Definitions#needs} calls it: {@code t} and the OID of a type, {@code
 *     f} of a routine, {@code o} of an operator, {@code c} of a collation, {@code r} of a sequence,
 *     {@code x} of an extension, {@code a} of a cast, {@code k} of an operator class
 * @param name its schema, and its name; an extension's is its own
 * @param title what a person calls it, such as {@code function public.area(integer)}
 * @param create makes it, every name qualified; functions' bodies are what their authors wrote
 * @param standIn makes something that looks like it and fails when it is used; empty if nothing can
 * @param drop takes it away, and all that needs it
 * @param obstacle why it cannot be made where PostgreSQL has nothing but what came with it
 * @param privileged whether only a superuser may make it
 * @param words the names and operators by which a statement may mean it
 * @param text what else in it names things: a function's body
 */
public record Definition(
        String address,
        QualifiedName name,
        String title,
        List<String> create,
        List<String> standIn,
        String drop,
        Optional<String> obstacle,
        boolean privileged,
        Set<String> words,
        String text) {
    public Definition {
        requireNonNull(address, "address");
        requireNonNull(name, "name");
        requireNonNull(title, "title");
        create = List.copyOf(create);
        standIn = List.copyOf(standIn);
        requireNonNull(drop, "drop");
        requireNonNull(obstacle, "obstacle");
        words = Set.copyOf(words);
        requireNonNull(text, "text");
    }

    /** The title only: bodies are the user's. */
    @Override
    public String toString() {
        return title;
    }
}

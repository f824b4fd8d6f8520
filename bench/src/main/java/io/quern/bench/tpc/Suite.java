package io.quern.bench.tpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** A family of statements over tables of its own. Stateless. */
public sealed interface Suite permits TpcH, TpcDs {
    /** Both. */
    static List<Suite> all() {
        return List.of(new TpcH(), new TpcDs());
    }

    /** All statements, in order. */
    List<Query> queries() throws IOException;

    /** All tables; one that refers to another has no key yet. */
    List<Source> tables();

    /** Primary and foreign keys and indexes besides: what is added to full tables. */
    String keys() throws IOException;

    /** The text of a resource, by its absolute name. */
    static String resource(String name) throws IOException {
        try (InputStream in = requireNonNull(Suite.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}

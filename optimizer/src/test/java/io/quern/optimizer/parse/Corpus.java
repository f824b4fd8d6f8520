package io.quern.optimizer.parse;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The statements in the resources beside this class: each ends with a semicolon and a line. */
final class Corpus {
    private static final List<String> TOPICS =
            List.of(
                    "changes",
                    "emitted",
                    "expressions",
                    "functions",
                    "json",
                    "lexical",
                    "names",
                    "queries",
                    "relations");

    private Corpus() {}

    /** All statements that must parse. */
    static Stream<String> parsed() {
        return TOPICS.stream().flatMap(topic -> statements("corpus/" + topic));
    }

    /** What does not parse, each behind a comment that says why. */
    static Stream<String> unparsed() {
        return statements("unparsed");
    }

    /** What PostgreSQL refuses as wrong syntax. */
    static Stream<String> wrong() {
        return statements("wrong");
    }

    private static Stream<String> statements(String file) {
        try (InputStream in = Corpus.class.getResourceAsStream(file + ".sql")) {
            if (in == null) {
                throw new IllegalArgumentException("no such file: " + file);
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(text.split(";\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

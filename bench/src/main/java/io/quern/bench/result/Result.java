package io.quern.bench.result;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What one run of a benchmark found, as it is kept in a file. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = WireResult.class, name = "wire"),
    @JsonSubTypes.Type(value = Figures.class, name = "figures"),
    @JsonSubTypes.Type(value = RewriteResult.class, name = "rewrites"),
    @JsonSubTypes.Type(value = TpcResult.class, name = "tpc"),
    @JsonSubTypes.Type(value = LabResult.class, name = "lab")
})
public sealed interface Result permits WireResult, Figures, RewriteResult, TpcResult, LabResult {

    /** As a section of {@code docs/benchmarks.md}, without its heading. */
    String markdown();

    /** As it is kept. */
    default String json() {
        try {
            return mapper().writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of numbers and texts", e);
        }
    }

    static Result read(Path file) throws IOException {
        return mapper().readValue(Files.readString(file, UTF_8), Result.class);
    }

    private static ObjectMapper mapper() {
        return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    }
}

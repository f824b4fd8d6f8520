package io.quern.advisor.store;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;

import io.quern.advisor.Evidence;
import io.quern.advisor.Proposal;

/**
 * Proposals and evidence as JSON documents. A proposal's type is its {@code kind}; members that a
 * later version wrote are ignored. Thread-safe.
 */
final class Documents {
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .addModule(new Jdk8Module())
                    .addMixIn(Proposal.class, ProposalByKind.class)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Proposal.Rewrite.class, name = "rewrite"),
        @JsonSubTypes.Type(value = Proposal.NewIndex.class, name = "index")
    })
    private interface ProposalByKind {}

    private Documents() {}

    static String write(Proposal proposal) {
        return text(proposal);
    }

    static String write(Evidence evidence) {
        return text(evidence);
    }

    static Proposal proposal(String json) {
        return read(json, Proposal.class);
    }

    static Evidence evidence(String json) {
        return read(json, Evidence.class);
    }

    private static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not writable as JSON: " + value.getClass(), e);
        }
    }

    private static <T> T read(String json, Class<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not a stored " + type.getSimpleName(), e);
        }
    }
}

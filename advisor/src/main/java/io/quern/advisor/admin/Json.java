package io.quern.advisor.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;

import io.quern.advisor.AuditEntry;
import io.quern.advisor.Declined;
import io.quern.advisor.Evidence;
import io.quern.advisor.Proposal;
import io.quern.advisor.Suggestion;
import io.quern.advisor.TemplateStats;
import io.quern.advisor.TrialResult;
import io.quern.optimizer.RuleId;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * The shapes of the HTTP API, apart from the values they show so that those may change. Names are
 * the contract; durations are milliseconds; what is unknown is absent or null.
 */
final class Json {
    private static final ObjectMapper MAPPER =
            JsonMapper.builder()
                    .addModule(new JavaTimeModule())
                    .addModule(
                            new SimpleModule()
                                    .addSerializer(double.class, new FiniteNumber())
                                    .addSerializer(Double.class, new FiniteNumber()))
                    .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .defaultPropertyInclusion(
                            JsonInclude.Value.construct(
                                    JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
                    .build();

    private Json() {}

    /** JSON has no NaN and no infinity: both mean that nobody knows, and so does null. */
    private static final class FiniteNumber extends JsonSerializer<Double> {
        @Override
        public void serialize(Double number, JsonGenerator json, SerializerProvider provider)
                throws IOException {
            if (Double.isFinite(number)) {
                json.writeNumber(number);
            } else {
                json.writeNull();
            }
        }
    }

    /** A suggestion. */
    record SuggestionShape(
            long id,
            String database,
            String kind,
            String state,
            String reason,
            String fingerprint,
            String template,
            ChangeShape change,
            EvidenceShape evidence,
            @Nullable TrialResult trial,
            Instant createdAt,
            Instant changedAt) {
        static SuggestionShape of(Suggestion suggestion) {
            return new SuggestionShape(
                    suggestion.id(),
                    suggestion.database(),
                    suggestion.proposal().kind(),
                    suggestion.state().name(),
                    suggestion.reason(),
                    suggestion.template().fingerprint().toString(),
                    suggestion.template().text(),
                    ChangeShape.of(suggestion.proposal()),
                    EvidenceShape.of(suggestion.evidence()),
                    suggestion.evidence().trial().orElse(null),
                    suggestion.createdAt(),
                    suggestion.changedAt());
        }
    }

    /** The change a suggestion proposes; a rewrite has no DDL, an index no rules. */
    record ChangeShape(
            @Nullable List<String> rules,
            @Nullable String before,
            @Nullable String after,
            @Nullable String index,
            @Nullable String ddl,
            @Nullable String undo,
            @Nullable Long sizeBytes) {
        static ChangeShape of(Proposal proposal) {
            return switch (proposal) {
                case Proposal.Rewrite rewrite ->
                        new ChangeShape(
                                rewrite.rules().stream().map(RuleId::value).toList(),
                                rewrite.before(),
                                rewrite.after(),
                                null,
                                null,
                                null,
                                null);
                case Proposal.NewIndex index ->
                        new ChangeShape(
                                null,
                                null,
                                null,
                                index.name(),
                                index.ddl(),
                                index.undo(),
                                index.bytes());
            };
        }
    }

    /** The evidence beside the trial. */
    record EvidenceShape(
            List<String> facts,
            String lab,
            @Nullable String planBefore,
            @Nullable String planAfter,
            double costBefore,
            double costAfter,
            double callsPerHour,
            double meanMillis,
            List<String> notes) {
        static EvidenceShape of(Evidence evidence) {
            return new EvidenceShape(
                    evidence.facts(),
                    evidence.lab(),
                    evidence.planBefore().orElse(null),
                    evidence.planAfter().orElse(null),
                    evidence.costBefore(),
                    evidence.costAfter(),
                    evidence.callsPerHour(),
                    evidence.meanMillis(),
                    evidence.notes());
        }
    }

    /** What was not suggested. */
    record DeclinedShape(List<Declined.Reason> reasons, List<RefutedShape> refuted) {
        static DeclinedShape of(Declined declined) {
            return new DeclinedShape(
                    declined.reasons(), declined.refuted().stream().map(RefutedShape::of).toList());
        }
    }

    /** A rewrite that the lab refuted. */
    record RefutedShape(
            List<String> rules,
            String database,
            String fingerprint,
            String before,
            String after,
            String verdict,
            String counterexample,
            long times,
            Instant last) {
        static RefutedShape of(Declined.Refuted refuted) {
            return new RefutedShape(
                    refuted.rules().stream().map(RuleId::value).toList(),
                    refuted.database(),
                    refuted.template().fingerprint().toString(),
                    refuted.before(),
                    refuted.after(),
                    refuted.verdict(),
                    refuted.outline(),
                    refuted.times(),
                    refuted.last());
        }
    }

    /** A template and how it does. */
    record TemplateShape(
            String database,
            String fingerprint,
            String template,
            long count,
            long errors,
            long rows,
            double totalMillis,
            double meanMillis,
            double medianMillis,
            double p95Millis,
            double p99Millis) {
        static TemplateShape of(TemplateStats stats) {
            return new TemplateShape(
                    stats.database(),
                    stats.template().fingerprint().toString(),
                    stats.template().text(),
                    stats.count(),
                    stats.errors(),
                    stats.rows(),
                    stats.totalMillis(),
                    stats.meanMillis(),
                    stats.medianMillis(),
                    stats.p95Millis(),
                    stats.p99Millis());
        }
    }

    /** A row of the audit log; no suggestion for the kill switch. */
    record AuditShape(
            Instant at, String actor, String action, @Nullable Long suggestion, String detail) {
        static AuditShape of(AuditEntry entry) {
            return new AuditShape(
                    entry.at(),
                    entry.actor(),
                    entry.action(),
                    entry.suggestion() == 0 ? null : entry.suggestion(),
                    entry.detail());
        }
    }

    /** Whether the kill switch is on. */
    record KillShape(boolean killed) {}

    /** Why a request was not answered. */
    record ProblemShape(String problem) {}

    static AggregatedHttpResponse ok(Object shape) {
        return reply(HttpStatus.OK, shape);
    }

    static AggregatedHttpResponse problem(HttpStatus status, String message) {
        return reply(status, new ProblemShape(message));
    }

    /**
     * The {@code reason} in a JSON object; empty if there is none.
     *
     * @throws Visit.Malformed if the body is not a JSON object
     */
    static String reason(String body) {
        try {
            JsonNode node = MAPPER.readTree(body);
            if (!node.isMissingNode() && !node.isObject()) {
                throw new Visit.Malformed("The body must be a JSON object.");
            }
            return node.path("reason").asText("").strip();
        } catch (JsonProcessingException e) {
            throw new Visit.Malformed("The body is not valid JSON.");
        }
    }

    static AggregatedHttpResponse reply(HttpStatus status, Object shape) {
        try {
            return AggregatedHttpResponse.of(
                    status, MediaType.JSON_UTF_8, MAPPER.writeValueAsString(shape) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a shape of the API cannot be written", e);
        }
    }
}

package io.quern.advisor.twin;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Statement;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the twin is asked to plan.
 *
 * @param parameters the values of {@code $1}, {@code $2}, … in text, NULL for NULL; empty for the
 *     generic plan of a statement that has parameters
 * @param searchPath the effective schemas in order
 * @param settings what differs from the database's, such as a role's or an experiment's
 * @param extra indexes that are to be had in addition
 * @param hidden indexes that are not to be had
 */
public record Question(
        Statement statement,
        List<@Nullable String> parameters,
        List<String> searchPath,
        Map<String, String> settings,
        Set<ExtraIndex> extra,
        Set<QualifiedName> hidden) {
    public Question {
        requireNonNull(statement, "statement");
        parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
        searchPath = List.copyOf(searchPath);
        settings = Map.copyOf(settings);
        extra = Set.copyOf(extra);
        hidden = Set.copyOf(hidden);
    }

    /** A statement as it is, planned for any parameters, under the database's settings. */
    public static Question of(Statement statement, List<String> searchPath) {
        return new Question(statement, List.of(), searchPath, Map.of(), Set.of(), Set.of());
    }

    /** The same with other indexes. */
    public Question with(Set<ExtraIndex> other, Set<QualifiedName> without) {
        return new Question(statement, parameters, searchPath, settings, other, without);
    }

    /** The same with values for its parameters. */
    public Question with(List<@Nullable String> values) {
        return new Question(statement, values, searchPath, settings, extra, hidden);
    }

    /** The same with settings of the session. */
    public Question under(Map<String, String> session) {
        return new Question(statement, parameters, searchPath, session, extra, hidden);
    }

    /** Redacted: counts only. */
    @Override
    public String toString() {
        return "Question["
                + statement
                + ", "
                + extra.size()
                + " extra, "
                + hidden.size()
                + " hidden]";
    }
}

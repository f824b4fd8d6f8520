package io.quern.optimizer.parse;

import static java.util.Objects.requireNonNull;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * INSERT, UPDATE, DELETE or MERGE. Calcite's own nodes of these names have no room for a FROM, an
 * ON CONFLICT, a RETURNING or a target of several columns.
 */
public final class Change extends SqlCall {

    /** Which of the four. */
    public enum Verb {
        INSERT(SqlKind.INSERT),
        UPDATE(SqlKind.UPDATE),
        DELETE(SqlKind.DELETE),
        MERGE(SqlKind.MERGE);

        private final SqlKind kind;

        Verb(SqlKind kind) {
            this.kind = kind;
        }
    }

    private final Verb verb;
    private final SqlNode target;
    private @Nullable SqlIdentifier alias;
    private @Nullable SqlNodeList columns;
    private @Nullable SqlNode source;
    private @Nullable SqlNodeList actions;
    private @Nullable SqlNode condition;
    private @Nullable SqlNode conflict;
    private @Nullable SqlNode returning;

    Change(SqlParserPos pos, Verb verb, SqlNode target, Parts parts) {
        super(pos);
        this.verb = requireNonNull(verb, "verb");
        this.target = requireNonNull(target, "target");
        this.alias = parts.alias;
        this.columns = parts.columns;
        this.source = parts.source;
        this.actions = parts.actions;
        this.condition = parts.condition;
        this.conflict = parts.conflict;
        this.returning = parts.returning;
    }

    /** What the productions find one after the other. */
    static final class Parts {
        @Nullable SqlIdentifier alias;
        @Nullable SqlNodeList columns;
        @Nullable SqlNode source;
        @Nullable SqlNodeList actions;
        @Nullable SqlNode condition;
        @Nullable SqlNode conflict;
        @Nullable SqlNode returning;
    }

    /** Which of the four. */
    public Verb verb() {
        return verb;
    }

    /** The table: a name, or {@link Form#ONLY} or {@link Form#DESCENDANTS} of one. */
    public SqlNode target() {
        return target;
    }

    /** The table's alias. */
    public @Nullable SqlIdentifier alias() {
        return alias;
    }

    /** The columns of an INSERT, if written. */
    public @Nullable SqlNodeList columns() {
        return columns;
    }

    /** INSERT: the query or {@link Form#DEFAULT_VALUES}; others: FROM or USING. */
    public @Nullable SqlNode source() {
        return source;
    }

    /** UPDATE: calls of {@link Form#ASSIGNMENT}; MERGE: calls of {@link Form#WHEN}. */
    public @Nullable SqlNodeList actions() {
        return actions;
    }

    /** UPDATE and DELETE: WHERE, {@link Form#CURRENT_OF} included; MERGE: ON. */
    public @Nullable SqlNode condition() {
        return condition;
    }

    /** INSERT: {@link Form#CONFLICT}. */
    public @Nullable SqlNode conflict() {
        return conflict;
    }

    /** {@link Form#RETURNING}. */
    public @Nullable SqlNode returning() {
        return returning;
    }

    @Override
    public SqlKind getKind() {
        return verb.kind;
    }

    @Override
    public SqlOperator getOperator() {
        return Form.special(verb.name());
    }

    @Override
    public List<SqlNode> getOperandList() {
        return Stream.of(target, alias, columns, source, actions, condition, conflict, returning)
                .filter(Objects::nonNull)
                .map(SqlNode.class::cast)
                .toList();
    }
}

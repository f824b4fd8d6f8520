package io.quern.advisor.lab;

import static java.util.stream.Collectors.joining;

import io.quern.optimizer.Catalog;
import io.quern.optimizer.Column;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Table;
import io.quern.optimizer.View;
import io.quern.optimizer.lex.SqlText;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How a view is made, and of what. */
final class ViewDdl {
    private ViewDdl() {}

    /** Creates it; what it reads must be there. */
    static List<String> of(Table table) {
        View view = table.view().orElseThrow();
        List<String> options = new ArrayList<>();
        if (view.securityBarrier()) {
            options.add("security_barrier");
        }
        if (view.securityInvoker()) {
            options.add("security_invoker");
        }
        view.checkOption().ifPresent(option -> options.add("check_option = " + option));
        String columns =
                table.columns().stream()
                        .map(Column::name)
                        .map(QualifiedName::quote)
                        .collect(joining(", "));
        return List.of(
                "CREATE VIEW "
                        + table.name().quoted()
                        + (columns.isEmpty() ? "" : " (" + columns + ")")
                        + (options.isEmpty() ? "" : " WITH (" + String.join(", ", options) + ")")
                        + " AS "
                        + view.definition(),
                "GRANT SELECT ON " + table.name().quoted() + " TO " + LabServer.ROLE);
    }

    /**
     * The relations that a view's text may mean: schema and name both occur, for PostgreSQL prints
     * both. Nothing for a table.
     */
    static List<Table> reads(Table table, Catalog catalog) {
        Optional<View> view = table.kind() == Table.Kind.VIEW ? table.view() : Optional.empty();
        if (view.isEmpty()) {
            return List.of();
        }
        Set<String> words = Reading.names(SqlText.of(view.get().definition()));
        return catalog.tables().stream()
                .filter(t -> words.contains(t.name().name()) && words.contains(t.name().schema()))
                .filter(t -> !t.name().equals(table.name()))
                .toList();
    }
}

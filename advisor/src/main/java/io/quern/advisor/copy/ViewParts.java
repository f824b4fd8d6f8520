package io.quern.advisor.copy;

import static java.util.stream.Collectors.joining;

import io.quern.optimizer.Column;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Table;
import io.quern.optimizer.View;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How a view is made. */
record ViewParts(Table table) {

    Part part() {
        View view = table.view().orElse(new View("", false, false));
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
        return new Part(
                TableParts.key(table.name()),
                Part.Kind.VIEW,
                table.name(),
                List.of(
                        "CREATE VIEW "
                                + table.name().quoted()
                                + (columns.isEmpty() ? "" : " (" + columns + ")")
                                + (options.isEmpty()
                                        ? ""
                                        : " WITH (" + String.join(", ", options) + ")")
                                + " AS "
                                + view.definition()),
                List.of(TableParts.standIn(table.name())),
                "DROP VIEW IF EXISTS " + table.name().quoted() + " CASCADE",
                Set.of(TableParts.schema(table.name())),
                false,
                Optional.of(table.name() + " is a view of which the text is not known")
                        .filter(reason -> view.definition().isEmpty()));
    }
}

package io.quern.optimizer.guard;

import io.quern.optimizer.Table;
import io.quern.optimizer.View;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Resolved;

import java.util.Optional;

/**
 * What a view shows may be asked for one row after the other: it hides nothing from the conditions
 * of whoever reads it, and reads tables and views alone. That it and the views in it call nothing
 * volatile, take no part of an open order, lock nothing and cannot fail is what {@link
 * NoVolatility}, {@link Determined}, {@link LocksNothing} and {@link CannotFail} see to.
 */
public record PlainView(Resolved statement, Table view) implements Guard {
    @Override
    public String code() {
        return "view";
    }

    @Override
    public Optional<String> doubt() {
        if (view.view().filter(View::securityBarrier).isPresent()) {
            return Optional.of("the view " + view.name().name() + " is a security barrier");
        }
        boolean plain =
                statement.views().stream()
                        .flatMap(query -> query.levels().stream())
                        .flatMap(level -> level.items().stream())
                        .allMatch(PlainView::isPlain);
        return plain
                ? Optional.empty()
                : Optional.of(
                        "the view " + view.name().name() + " reads something else than tables");
    }

    private static boolean isPlain(Item item) {
        return item.subquery() != null || item.commonTable() != null || item.table().isPresent();
    }
}

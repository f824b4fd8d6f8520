package io.quern.optimizer.random;

import java.util.List;

/**
 * A SELECT.
 *
 * @param outputs their names may repeat
 * @param ordered whether its ORDER BY leaves no choice
 */
record Query(String sql, List<Column> outputs, boolean ordered) {
    Query {
        outputs = List.copyOf(outputs);
    }

    Query(String sql, List<Column> outputs) {
        this(sql, outputs, false);
    }

    boolean distinctNames() {
        return outputs.stream().map(Column::name).distinct().count() == outputs.size();
    }

    boolean comparable() {
        return outputs.stream().allMatch(c -> c.kind().ordered());
    }
}

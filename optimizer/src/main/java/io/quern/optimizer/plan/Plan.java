package io.quern.optimizer.plan;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A node of the tree that {@code EXPLAIN (FORMAT JSON)} prints. It holds no condition's text, only
 * that there is one: conditions contain the user's literals.
 *
 * @param nodeType such as {@code Index Scan}
 * @param relation the table read
 * @param index the index read
 * @param joinType such as {@code Anti}
 * @param startupCost in the planner's units
 * @param totalCost in the planner's units
 * @param rows the estimated number of rows
 * @param conditions the kinds of conditions checked, such as {@code Filter} or {@code Index Cond}
 * @param children its inputs and sub-plans, in order
 */
public record Plan(
        String nodeType,
        Optional<String> relation,
        Optional<String> index,
        Optional<String> joinType,
        double startupCost,
        double totalCost,
        double rows,
        List<String> conditions,
        List<Plan> children) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> CONDITIONS =
            List.of(
                    "Index Cond",
                    "Recheck Cond",
                    "Hash Cond",
                    "Merge Cond",
                    "Join Filter",
                    "Filter");

    public Plan {
        requireNonNull(nodeType, "nodeType");
        requireNonNull(relation, "relation");
        requireNonNull(index, "index");
        requireNonNull(joinType, "joinType");
        conditions = List.copyOf(conditions);
        children = List.copyOf(children);
    }

    /**
     * Reads EXPLAIN's answer.
     *
     * @throws IllegalArgumentException if it is not a plan; the message does not quote it
     */
    public static Plan parse(String json) {
        JsonNode plan;
        try {
            plan = JSON.readTree(json).path(0).path("Plan");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not the JSON of EXPLAIN");
        }
        if (!plan.isObject()) {
            throw new IllegalArgumentException("not the JSON of EXPLAIN");
        }
        return read(plan);
    }

    private static Plan read(JsonNode node) {
        List<Plan> children = new ArrayList<>();
        node.path("Plans").forEach(child -> children.add(read(child)));
        return new Plan(
                node.path("Node Type").asText("?"),
                text(node, "Relation Name"),
                text(node, "Index Name"),
                text(node, "Join Type"),
                node.path("Startup Cost").asDouble(),
                node.path("Total Cost").asDouble(),
                node.path("Plan Rows").asDouble(),
                CONDITIONS.stream().filter(node::has).toList(),
                children);
    }

    private static Optional<String> text(JsonNode node, String field) {
        return node.has(field) ? Optional.of(node.get(field).asText()) : Optional.empty();
    }

    /** The tree as indented lines, one per node, without conditions' text. */
    public String render() {
        StringBuilder out = new StringBuilder();
        render(out, 0);
        return out.toString();
    }

    private void render(StringBuilder out, int depth) {
        out.append("  ".repeat(depth)).append(nodeType);
        joinType.filter(j -> !j.equals("Inner"))
                .ifPresent(j -> out.append(" (").append(j).append(')'));
        index.ifPresent(name -> out.append(" using ").append(name));
        relation.ifPresent(name -> out.append(" on ").append(name));
        out.append(String.format(Locale.ROOT, "  cost %.2f, %.0f rows", totalCost, rows));
        if (!conditions.isEmpty()) {
            out.append(", ").append(String.join(", ", conditions));
        }
        out.append('\n');
        children.forEach(child -> child.render(out, depth + 1));
    }
}

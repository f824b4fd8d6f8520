package io.quern.advisor;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Settings under which PostgreSQL is to plan a statement, by name: only such as anybody may make,
 * that change no result, and whose values are plain words, numbers or sizes. Whether a server knows
 * a name and takes a value is its own to say.
 */
public record PlannerSettings(SortedMap<String, String> values) {

    /** What values look like, and for which names. */
    private enum Form {
        SWITCH(
                "on|off",
                "enable_[a-z]+(?:_[a-z]+)*|geqo|jit|jit_expressions|jit_tuple_deforming"
                        + "|parallel_leader_participation"),
        NUMBER(
                "-1|[0-9]{1,10}(?:\\.[0-9]{1,6})?",
                "(?:random|seq)_page_cost|cpu_(?:tuple|index_tuple|operator)_cost"
                        + "|parallel_(?:setup|tuple)_cost|hash_mem_multiplier"
                        + "|jit_(?:above|inline_above|optimize_above)_cost"
                        + "|geqo_(?:threshold|effort|pool_size|generations|selection_bias|seed)"
                        + "|(?:join|from)_collapse_limit|max_parallel_workers_per_gather"),
        SIZE(
                "[0-9]{1,10}(?:kB|MB|GB)?",
                "work_mem|effective_cache_size|min_parallel_(?:table|index)_scan_size"),
        PLANS("auto|force_custom_plan|force_generic_plan", "plan_cache_mode");

        private final Pattern value;
        private final Pattern name;

        Form(String value, String name) {
            this.value = Pattern.compile(value);
            this.name = Pattern.compile(name);
        }
    }

    /** Those that are read, or may be, after the plan is made. */
    private static final Pattern OF_THE_EXECUTOR =
            Pattern.compile("work_mem|hash_mem_multiplier|jit.*|parallel_leader_participation");

    /** None at all. */
    public static final PlannerSettings NONE = new PlannerSettings(new TreeMap<>());

    /**
     * Makes a checked copy.
     *
     * @throws IllegalArgumentException if a name is not allowed or a value is not of its form
     */
    public PlannerSettings {
        TreeMap<String, String> copy = new TreeMap<>();
        values.forEach(
                (name, value) -> {
                    Form form = form(name);
                    if (form == null) {
                        throw new IllegalArgumentException("not a planner setting: " + name);
                    }
                    if (!form.value.matcher(value).matches()) {
                        throw new IllegalArgumentException("not a value of " + name);
                    }
                    copy.put(name, value);
                });
        values = Collections.unmodifiableSortedMap(copy);
    }

    /** The settings with these values. */
    public static PlannerSettings of(Map<String, String> values) {
        return new PlannerSettings(new TreeMap<>(values));
    }

    private static @Nullable Form form(String name) {
        for (Form form : Form.values()) {
            if (form.name.matcher(name).matches()) {
                return form;
            }
        }
        return null;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** Whether one of them must still be in force while the plan is executed. */
    public boolean actInExecutor() {
        return values.keySet().stream().anyMatch(name -> OF_THE_EXECUTOR.matcher(name).matches());
    }
}

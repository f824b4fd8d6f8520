package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quern.advisor.PlannerSettings;

import java.util.ArrayList;
import java.util.List;

/** One planner setting as it goes over the wire. */
final class Steer {
    /** The setting of Quern's own that remembers the old value meanwhile. */
    final byte[] kept;

    final byte[] name;
    final byte[] value;

    private Steer(byte[] kept, byte[] name, byte[] value) {
        this.kept = kept;
        this.name = name;
        this.value = value;
    }

    static List<Steer> of(PlannerSettings settings) {
        List<Steer> all = new ArrayList<>();
        settings.values()
                .forEach(
                        (name, value) ->
                                all.add(
                                        new Steer(
                                                ("quern.o" + all.size()).getBytes(US_ASCII),
                                                name.getBytes(US_ASCII),
                                                value.getBytes(US_ASCII))));
        return List.copyOf(all);
    }
}

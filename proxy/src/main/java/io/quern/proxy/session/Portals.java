package io.quern.proxy.session;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/** The client's portals by name; the unnamed one, which nearly all use, apart. */
final class Portals {
    /** More are forgotten all at once: what they run is then not known. */
    private static final int MOST = 4096;

    private final Map<Name, Portal> named = new HashMap<>();
    private @Nullable Portal unnamed;

    @Nullable Portal get(Name name) {
        return name.isEmpty() ? unnamed : named.get(name);
    }

    void put(Name name, Portal portal) {
        if (name.isEmpty()) {
            unnamed = portal;
            return;
        }
        if (named.size() >= MOST) {
            named.clear();
        }
        named.put(name.keep(), portal);
    }

    void remove(Name name) {
        if (name.isEmpty()) {
            unnamed = null;
        } else {
            named.remove(name);
        }
    }

    void clear() {
        unnamed = null;
        named.clear();
    }
}

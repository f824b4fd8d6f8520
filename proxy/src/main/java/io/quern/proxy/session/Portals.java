package io.quern.proxy.session;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/** The client's portals by name; the unnamed one, which nearly all use, apart and reused. */
final class Portals {
    /** More are forgotten all at once: what they run is then not known. */
    private static final int MOST = 4096;

    private final Map<Name, Portal> named = new HashMap<>();
    private final Portal unnamed = new Portal();
    private boolean hasUnnamed;

    /** Valid until the next {@link #put}. */
    @Nullable Portal get(Name name) {
        if (name.isEmpty()) {
            return hasUnnamed ? unnamed : null;
        }
        return named.isEmpty() ? null : named.get(name);
    }

    /** The portal under a name, for a Bind to fill in. */
    Portal put(Name name) {
        if (name.isEmpty()) {
            hasUnnamed = true;
            return unnamed;
        }
        if (named.size() >= MOST) {
            named.clear();
        }
        Portal portal = new Portal();
        named.put(name.keep(), portal);
        return portal;
    }

    void remove(Name name) {
        if (name.isEmpty()) {
            forgetUnnamed();
        } else {
            named.remove(name);
        }
    }

    void clear() {
        forgetUnnamed();
        if (!named.isEmpty()) {
            named.clear();
        }
    }

    private void forgetUnnamed() {
        if (hasUnnamed) {
            hasUnnamed = false;
            unnamed.set(null, null, null, null);
        }
    }
}

package io.quern.proxy.net;

import io.netty.util.concurrent.Future;
import io.quern.proxy.wire.StartupPacket;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The keys by which clients cancel what they run, where Quern itself gave the keys away.
 * Thread-safe.
 */
final class CancelKeys {
    /** In protocol 3.0, and since 3.2. */
    private static final int SHORT = 4;

    private static final int LONG = 32;

    private record Holder(ByteBuffer key, Supplier<Future<?>> cancel) {}

    private final ConcurrentHashMap<Integer, Holder> holders = new ConcurrentHashMap<>();
    private final SecureRandom random;

    CancelKeys(SecureRandom random) {
        this.random = random;
    }

    /** A key for a client that speaks a minor version of protocol 3. */
    byte[] key(int minor) {
        byte[] key = new byte[minor >= 2 ? LONG : SHORT];
        random.nextBytes(key);
        return key;
    }

    /**
     * Whoever shows this key may cancel.
     *
     * @param cancel called from any thread; what it gives is done when the request has been dealt
     *     with
     */
    void give(int process, byte[] key, Supplier<Future<?>> cancel) {
        holders.put(process, new Holder(ByteBuffer.wrap(key.clone()), cancel));
    }

    void forget(int process) {
        holders.remove(process);
    }

    /**
     * A cancel request came.
     *
     * @return done when it has been dealt with; null if the key is none that Quern gave away
     */
    @Nullable Future<?> cancel(StartupPacket.CancelRequest request) {
        Holder holder = holders.get(request.process());
        if (holder == null) {
            return null;
        }
        ByteBuffer shown = request.key().duplicate();
        byte[] key = new byte[shown.remaining()];
        shown.get(key);
        if (!MessageDigest.isEqual(key, holder.key().array())) {
            return null;
        }
        return holder.cancel().get();
    }
}

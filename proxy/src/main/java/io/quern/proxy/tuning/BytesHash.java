package io.quern.proxy.tuning;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.concurrent.ThreadLocalRandom;

/** Hashes a run of bytes; it finds cache entries, whose bytes are then compared. */
@FunctionalInterface
interface BytesHash {
    long hash(byte[] bytes, int from, int length);

    /** Eight bytes a step, from a random seed so that nobody can aim at one slot. */
    static BytesHash seeded() {
        long seed = ThreadLocalRandom.current().nextLong();
        return (bytes, from, length) -> Words.hash(bytes, from, length, seed);
    }

    /** Holds the view of a byte array as little-endian longs. */
    final class Words {
        private static final VarHandle LONGS =
                MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
        private static final long FACTOR = 0x9e3779b97f4a7c15L;

        private Words() {}

        private static long hash(byte[] bytes, int from, int length, long seed) {
            long h = seed ^ length;
            int i = from;
            int end = from + length;
            for (; i + 8 <= end; i += 8) {
                h = mix(h ^ (long) LONGS.get(bytes, i));
            }
            long tail = 0;
            for (; i < end; i++) {
                tail = (tail << 8) | (bytes[i] & 0xff);
            }
            return mix(h ^ tail);
        }

        private static long mix(long x) {
            long y = x * FACTOR;
            return y ^ (y >>> 29);
        }
    }
}

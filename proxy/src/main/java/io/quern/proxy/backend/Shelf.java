package io.quern.proxy.backend;

import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.List;

/**
 * The idle backends of one pool on one event loop, the last used on top. Used on that event loop
 * only, but for {@link #count}.
 */
final class Shelf {
    final EventLoop loop;
    private final ArrayDeque<Member> idle = new ArrayDeque<>();
    private volatile int count;

    /** Whether those who wait are being served from here just now. */
    boolean serving;

    /** Whether it is going to be looked through for backends that idle too long. */
    boolean sweepDue;

    Shelf(EventLoop loop) {
        this.loop = loop;
    }

    void push(Member member) {
        idle.push(member);
        count = idle.size();
    }

    @Nullable Member peek() {
        return idle.peek();
    }

    @Nullable Member pop() {
        Member top = idle.poll();
        count = idle.size();
        return top;
    }

    void remove(Member member) {
        idle.remove(member);
        count = idle.size();
    }

    /** Oldest first. */
    List<Member> all() {
        return List.copyOf(idle).reversed();
    }

    /** How many there are; from any thread. */
    int count() {
        return count;
    }
}

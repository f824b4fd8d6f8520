package io.quern.proxy.net;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.quern.proxy.wire.StartupPacket;

import java.util.ArrayList;
import java.util.List;

/** Keeps those who come, and does nothing with them. */
final class FakeEntrance implements Entrance {
    final List<Arrival> arrivals = new ArrayList<>();
    final List<StartupPacket.CancelRequest> cancels = new ArrayList<>();
    final List<Promise<Void>> cancelling = new ArrayList<>();

    @Override
    public void enter(Arrival arrival) {
        arrivals.add(arrival);
    }

    @Override
    public Future<?> cancel(EventLoop loop, StartupPacket.CancelRequest request, byte[] packet) {
        cancels.add(request);
        Promise<Void> promise = loop.newPromise();
        cancelling.add(promise);
        return promise;
    }
}

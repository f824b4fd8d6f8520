package io.quern.proxy.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.quern.proxy.auth.Authenticator;
import io.quern.proxy.backend.PoolKey;
import io.quern.proxy.console.Console;
import io.quern.proxy.session.Session;
import io.quern.proxy.wire.StartupPacket;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * Decides how a client is served: at the console, by a login that passes through to a connection of
 * its own, or by a login here and a backend from a pool.
 *
 * <p>A login passes through where it can: not if backends are lent for each transaction, which
 * takes logins of Quern's own, and not if both legs use TLS, where SCRAM would sign that the
 * channel could have been bound.
 */
final class Reception implements Entrance {
    private final House house;
    private final Lodgings lodgings;
    private final @Nullable Authenticator authenticator;
    private final PassThrough passThrough;
    private volatile @Nullable Console console;

    /**
     * @param authenticator conducts logins; empty if none can be conducted here
     */
    Reception(House house, Lodgings lodgings, Optional<Authenticator> authenticator) {
        this.house = house;
        this.lodgings = lodgings;
        this.authenticator = authenticator.orElse(null);
        this.passThrough = new PassThrough(house);
    }

    /** From now on there is a console. */
    void console(Console opened) {
        console = opened;
    }

    @Override
    public void enter(Arrival arrival) {
        StartupPacket.Startup startup = arrival.startup();
        Console open = console;
        Optional<String> denial = house.rules().get().denial(arrival.peer(), startup);
        if (denial.isPresent()) {
            arrival.refuse("28000", denial.get());
            return;
        }
        boolean atConsole = open != null && startup.database().equals(Console.DATABASE);
        if (!atConsole && passes(arrival)) {
            passThrough.enter(arrival);
            return;
        }
        Authenticator here = authenticator;
        if (here == null) {
            arrival.refuse(
                    "28000",
                    "Quern conducts no logins here: set quern.auth.method, or do without TLS on one"
                            + " side");
        } else if (startup.replication()) {
            arrival.refuse(
                    "0A000",
                    "replication connections only pass through: they need session mode, and TLS on"
                            + " one side at most");
        } else {
            new LoginDesk(
                            arrival,
                            here,
                            (desk, credentials, rest) -> {
                                Caller caller = caller(arrival);
                                Channel client = arrival.client();
                                if (atConsole && open != null) {
                                    arrival.settled();
                                    ConsoleClient admin = new ConsoleClient(house, client, caller);
                                    client.pipeline().replace(desk, "client", admin);
                                    admin.start(open, rest);
                                } else {
                                    PooledClient lodger =
                                            lodger(arrival, caller, credentials, rest);
                                    client.pipeline().replace(desk, "client", lodger);
                                    lodger.start();
                                }
                            },
                            house.counts().failedLogins()::increment)
                    .open();
        }
    }

    private boolean passes(Arrival arrival) {
        return switch (lodgings.logins()) {
            case PASS -> true;
            case PASS_IF_POSSIBLE ->
                    !lodgings.perTransaction()
                            && (!arrival.peer().tls()
                                    || authenticator == null
                                    || !house.site(arrival.startup().database()).mayUseTls());
            case OWN -> false;
        };
    }

    private PooledClient lodger(
            Arrival arrival,
            Caller caller,
            io.quern.proxy.backend.Credentials credentials,
            ByteBuf rest) {
        return new PooledClient(
                house,
                arrival.client(),
                caller,
                new PoolKey(caller.database(), caller.user()),
                house.site(caller.database()).pools(),
                credentials,
                lodgings.perTransaction() ? Session.Lodging.TRANSACTION : Session.Lodging.SESSION,
                arrival::settled,
                rest);
    }

    private Caller caller(Arrival arrival) {
        return new Caller(
                house.counts().nextClient(), arrival.client(), arrival.peer(), arrival.startup());
    }

    @Override
    public Future<?> cancel(EventLoop loop, StartupPacket.CancelRequest request, byte[] packet) {
        Future<?> ours = house.cancelKeys().cancel(request);
        return ours != null ? ours : passThrough.cancel(loop, request, packet);
    }
}

package io.quern.proxy.auth;

import static java.util.Objects.requireNonNull;

import io.quern.proxy.wire.StartupPacket;

import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Conducts logins itself, as the policy in force says.
 *
 * <p>Whoever has no usable verifier is asked like everybody else, with a decoy, and refused in the
 * same words as for a wrong password. An expired verifier is none. Where a cached verifier did not
 * serve it is looked up anew: an md5 or clear answer is then judged again; a SCRAM proof was made
 * for the old salt, so it fails, and the client's next attempt meets the new one.
 *
 * <p>Looking up and hashing run on the workers, and how many of them work at once is bounded. At
 * most one task of each login waits there, so their queue is never longer than there are clients;
 * nobody is refused for it: who waits too long is the business of the login's time-out.
 * Thread-safe.
 */
public final class Doorkeeper implements Authenticator {
    private final Supplier<LoginPolicy> policy;
    private final LoginSources sources;
    private final Executor workers;

    /**
     * @param policy asked at the beginning of each login
     * @param verifiers what passwords are checked against
     * @param secrets what those log in with at the upstream who prove no password here (trust,
     *     certificate): the user list, or {@link Verifiers#none}
     * @param workers may wait and compute; {@link LoginWorkers} are meant
     */
    public Doorkeeper(
            Supplier<LoginPolicy> policy,
            Verifiers verifiers,
            Verifiers secrets,
            Decoys decoys,
            Executor workers,
            InstantSource clock) {
        this.policy = requireNonNull(policy, "policy");
        this.sources = new LoginSources(verifiers, secrets, new Passwords(decoys), decoys, clock);
        this.workers = requireNonNull(workers, "workers");
    }

    @Override
    public Login begin(Peer peer, StartupPacket.Startup startup, Executor loop, Hearer hearer) {
        Questioning questioning = new Questioning(policy.get(), sources, peer, startup);
        RunningLogin login = new RunningLogin(questioning, workers, loop, hearer);
        login.begin();
        return login;
    }
}

package io.quern.proxy.auth;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that logins look up and compute on: virtual ones, because most of them wait, and few,
 * because what they ask and compute is dear. First come, first served.
 */
public final class LoginWorkers {
    /** So many ask or compute at once, over all clients. */
    private static final int AT_ONCE = 16;

    private static final long IDLE_SECONDS = 10;

    /** New workers; whoever starts them shuts them down. */
    public static ExecutorService start() {
        ThreadPoolExecutor workers =
                new ThreadPoolExecutor(
                        AT_ONCE,
                        AT_ONCE,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofVirtual().name("login-", 0).factory());
        workers.allowCoreThreadTimeOut(true);
        return workers;
    }

    private LoginWorkers() {}
}

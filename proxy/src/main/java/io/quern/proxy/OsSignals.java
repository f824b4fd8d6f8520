package io.quern.proxy;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Signals of the operating system. The JDK has them in {@code sun.misc} only, which not every Java
 * runtime has, and which the compiler warns of: so they are looked for at run time.
 */
final class OsSignals {
    private OsSignals() {}

    /**
     * Runs an action, on a thread of its own, each time a signal comes; the JVM's own reaction does
     * not follow then.
     *
     * @param name such as {@code HUP}
     * @return false if this runtime cannot hear it
     */
    static boolean on(String name, Runnable action) {
        try {
            Class<?> signals = Class.forName("sun.misc.Signal");
            Class<?> handlers = Class.forName("sun.misc.SignalHandler");
            InvocationHandler heard =
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            Thread.ofPlatform().name("quern-signal").start(action);
                        }
                        return null;
                    };
            Object handler =
                    Proxy.newProxyInstance(
                            OsSignals.class.getClassLoader(), new Class<?>[] {handlers}, heard);
            Object signal = signals.getConstructor(String.class).newInstance(name);
            signals.getMethod("handle", signals, handlers).invoke(null, signal, handler);
            return true;
        } catch (ReflectiveOperationException absent) {
            return false;
        }
    }
}

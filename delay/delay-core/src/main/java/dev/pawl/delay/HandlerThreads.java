package dev.pawl.delay;

import dev.pawl.common.DaemonThreads;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What runs handlers unless the user says otherwise. */
final class HandlerThreads {

    private HandlerThreads() {}

    /** A virtual thread for each handler where the JVM has them, from Java 21 on; else daemon threads. */
    static ExecutorService make() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            return DaemonThreads.pool("pawl-delay-handler");
        }
    }
}

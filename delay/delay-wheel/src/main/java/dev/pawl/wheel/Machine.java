package dev.pawl.wheel;

/** The one place that reads the monotonic clock and makes a thread. */
final class Machine {

    private Machine() {}

    static long nanoTime() {
        return System.nanoTime();
    }

    static Thread daemon(Runnable body, String name) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        return thread;
    }
}

package dev.pawl.wheel;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Timers on their way to the buckets: new ones, and those whose state has changed since. Stacks of timers linked through
 * themselves, one for each of some threads, so that two threads seldom meet; no order is kept, as none is promised. Any
 * thread pushes; who drains must be alone.
 */
final class Inbox {

    /** The depth of a stack at which it says no more than that it is at least so deep. */
    static final int DEEPEST = Character.MAX_VALUE;

    private final Stack[] stacks;

    Inbox(int atLeast) {
        stacks = new Stack[Integer.highestOneBit(Math.max(1, atLeast) * 2 - 1)];
        for (int i = 0; i < stacks.length; i++) {
            stacks[i] = new Stack();
        }
    }

    /** Pushes a timer whose queued bit the caller has set, and returns how deep its stack is then. */
    int push(Timer timer) {
        Stack stack = own();
        Timer head;
        do {
            head = stack.get();
            timer.next = head;
            timer.depth = (char) (head == null ? 1 : Math.min(DEEPEST, head.depth + 1));
        } while (!stack.compareAndSet(head, timer));
        return timer.depth;
    }

    /** The stack of the calling thread; ids of threads are numbered in order, so that neighbours have different ones. */
    private Stack own() {
        return stacks[(int) Thread.currentThread().getId() & stacks.length - 1];
    }

    /** Brings everything of the calling thread's own stack to its place. */
    void drainOwn(Buckets buckets) {
        drain(own(), buckets);
    }

    /** Brings everything to its place. */
    void drainAll(Buckets buckets) {
        for (Stack stack : stacks) {
            drain(stack, buckets);
        }
    }

    private static void drain(Stack stack, Buckets buckets) {
        Timer timer = stack.get() == null ? null : stack.getAndSet(null);
        while (timer != null) {
            Timer below = timer.next;
            // Before it can be queued again, and so that a timer does not keep others from being collected.
            timer.next = null;
            buckets.settle(timer, unqueued(timer));
            timer = below;
        }
    }

    private static long unqueued(Timer timer) {
        long seen;
        do {
            seen = timer.state();
        } while (Timer.isPending(seen) && !timer.replace(seen, seen & ~Timer.QUEUED));
        return seen;
    }

    /** How many wait, for tests: others push meanwhile. */
    int size() {
        int size = 0;
        for (Stack stack : stacks) {
            Timer head = stack.get();
            size += head == null ? 0 : head.depth;
        }
        return size;
    }

    /** A stack with its cache lines to itself. */
    private static final class Stack extends AtomicReference<@Nullable Timer> {

        private static final long serialVersionUID = 1L;

        @SuppressWarnings("unused")
        private long p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;
    }
}

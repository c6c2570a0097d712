package dev.pawl.benchmarks.stress;

import java.util.function.LongSupplier;

/** Two ids and whether the second was asked for when the first was known. The volatile field orders the others. */
final class Order {

    static final String KEPT = "kept";
    static final String TOGETHER = "together";

    private volatile long announced;
    private long first;
    private long known;
    private long second;

    void announce(long id) {
        first = id;
        announced = id;
    }

    void follow(LongSupplier ids) {
        known = announced;
        second = ids.getAsLong();
    }

    /** After both. */
    String seen() {
        if (first == second) {
            return "the same id twice: " + first;
        }
        if (known == 0) {
            return TOGETHER;
        }
        return second > first ? KEPT : "later, but smaller: " + second + " after " + first;
    }
}

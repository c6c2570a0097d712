package dev.pawl.delay.spi;

/**
 * One part of a queue, which a store keeps in one place: its jobs have one order, one counter of tokens and one clock. A queue of
 * one partition is the usual case. Immutable.
 *
 * @param queue the queue's name, any text of 1 to {@value #GREATEST_BYTES} bytes in UTF-8; names are told apart by their
 *     exact characters
 * @param number which part, in [0, {@value #MOST} - 1]
 */
public record Partition(String queue, int number) {

    /** The longest name, in bytes of UTF-8. */
    public static final int GREATEST_BYTES = 512;

    /** The most partitions of a queue. */
    public static final int MOST = 1_024;

    /** Checks name and number. */
    public Partition {
        Checks.text("queue", queue, GREATEST_BYTES);
        if (number < 0 || number >= MOST) {
            throw new IllegalArgumentException("number must be in [0, " + (MOST - 1) + "]: number=" + number);
        }
    }

    /** Returns number and name with a slash between them: equal for equal partitions, and for no others. */
    @Override
    public String toString() {
        return number + "/" + queue;
    }
}

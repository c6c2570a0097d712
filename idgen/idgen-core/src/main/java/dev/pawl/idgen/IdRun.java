package dev.pawl.idgen;

/**
 * Ids that were reserved in one step, in increasing order. They need not be consecutive numbers: a layout's other fields
 * lie between. Immutable and thread-safe; never blocks.
 */
public interface IdRun {

    /**
     * Returns how many ids there are.
     *
     * @return at least 1
     */
    int size();

    /**
     * Returns one id.
     *
     * @param index from 0 to {@code size() - 1}
     * @return the id
     * @throws IndexOutOfBoundsException if the index is out of bounds
     */
    long get(int index);

    /**
     * Copies all ids into the beginning of an array.
     *
     * @param ids an array of at least {@link #size()} elements
     * @throws IndexOutOfBoundsException if the array is shorter; nothing is written then
     */
    void fill(long[] ids);
}

package dev.pawl.idgen.codec;

/**
 * Another number for every id, and the id for that number. Immutable and thread-safe; never blocks.
 */
public sealed interface IdMapping permits KeyedBijection, VersionedBijection {

    /**
     * Returns an id's number.
     *
     * @param id from 0 to {@link #maxId()}
     * @return from 0 to {@link #maxMapped()}; no other id has it
     * @throws IllegalArgumentException if the id is out of bounds
     * @throws IllegalStateException if this Java runtime has no AES
     */
    long apply(long id);

    /**
     * Returns a number's id.
     *
     * @param mapped a number that {@link #apply} gave
     * @return from 0 to {@link #maxId()}
     * @throws IllegalArgumentException if {@link #apply} gives this number for no id and no key
     * @throws IllegalStateException if this Java runtime has no AES
     */
    long invert(long mapped);

    /**
     * Returns the greatest id that can be mapped.
     *
     * @return at most {@link Long#MAX_VALUE}
     */
    long maxId();

    /**
     * Returns the greatest number that an id can be mapped to.
     *
     * @return at most {@link Long#MAX_VALUE}
     */
    long maxMapped();
}

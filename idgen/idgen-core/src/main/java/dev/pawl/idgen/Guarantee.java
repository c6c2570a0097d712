package dev.pawl.idgen;

import java.util.Objects;

/**
 * What a generator promises of its ids' uniqueness, and among whom. Immutable.
 *
 * @param level how far the promise carries
 * @param scope among whom the ids are unique, for people: {@code "worker file data/snowflake.workers"}
 */
public record Guarantee(Level level, String scope) {

    /** How far a promise carries, the strongest first. */
    public enum Level {
        /**
         * Unique among all who share the store, under any pause, crash, restart, clock change and partition. Rests on
         * nothing but the store's compare-and-set being linearizable and durable.
         */
        PROVEN,
        /** Unique as long as the operator keeps a promise that nothing checks, such as a worker id given by hand. */
        CONFIGURED,
        /** Unique but for failures of the store that its set-up allows, such as a commit that is not on disk. */
        BEST_EFFORT,
        /** Unique within this process only: the store is its memory. */
        EPHEMERAL
    }

    /** Checks that both are given. */
    public Guarantee {
        Objects.requireNonNull(level, "level");
        Objects.requireNonNull(scope, "scope");
    }
}

package dev.pawl.fencing;

import java.util.Objects;

/**
 * What a guard promises, and among whom. Immutable.
 *
 * @param level how far the promise carries
 * @param scope among whom it holds and what it rests on, for people: {@code "fence table of this database"}
 */
public record FenceGuarantee(Level level, String scope) {

    /** How far a promise carries, the strongest first. */
    public enum Level {
        /**
         * The check is one step with the effect at the resource: once a later holder has entered, nothing that an older one
         * does there takes effect, under any pause and delay.
         */
        ATOMIC,
        /** The same among the threads of one process; what other processes do to the resource is not seen. */
        ATOMIC_IN_PROCESS,
        /**
         * The check comes before the effect: who is stale already is refused early, who is replaced between the two is not.
         * The resource needs a guard of its own.
         */
        EARLY_REFUSAL
    }

    /** Checks that both are given. */
    public FenceGuarantee {
        Objects.requireNonNull(level, "level");
        Objects.requireNonNull(scope, "scope");
    }
}

package dev.pawl.lock;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockTerms;

/** What a contender wants, how it holds and waits, and who counts the tokens of its grants. */
record Wanted(LockResource resource, LockTerms terms, LockOptions options, String issuer) {

    FencingToken.Kind mode() {
        return terms.mode();
    }

    /** Whether a holder is the only one, so that it can hand over within its process. */
    boolean isAlone() {
        return mode() == FencingToken.Kind.EXCLUSIVE;
    }

    long leaseNanos() {
        return terms.lease().toNanos();
    }

    /** For how long a lease is trusted: less what two clocks may differ by over it, and a step of the coarser one. */
    long trustedNanos() {
        return leaseNanos() - leaseNanos() / 100 - 2_000_000;
    }
}

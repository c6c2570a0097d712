package dev.pawl.lock.redis;

import org.jspecify.annotations.Nullable;

/**
 * What one node says to one request.
 *
 * @param kind what it says
 * @param millis for {@link Kind#HELD} until the holder's lease ends there; for {@link Kind#TOO_LONG} the longest that it keeps
 * @param mark the proposal that was accepted; for {@link Kind#HELD} and {@link Kind#LOW} the largest that the node knows; else 0
 * @param failure why there is no answer
 */
record NodeAnswer(
        Kind kind, long millis, long mark, @Nullable Throwable failure) {

    enum Kind {
        /** It accepts the proposal; or the grant stands there, or did until this request. */
        YES,
        /** The grant does not stand there. */
        NO,
        /** Another one holds the lock there. */
        HELD,
        /** It has accepted as large a proposal before. */
        LOW,
        /** It is not admitted, and has no vote. */
        KEPT_OUT,
        /** The attempt was ended. */
        ENDED,
        /** It does not keep locks for as long. */
        TOO_LONG,
        /** As {@link #YES}, and until this release others were refused. */
        WANTED,
        /** It has not run the request and will not. */
        NOT_APPLIED,
        /** It may have run the request, or may still. */
        UNKNOWN
    }

    static NodeAnswer of(Kind kind) {
        return new NodeAnswer(kind, 0, 0, null);
    }

    static NodeAnswer failed(Kind kind, Throwable failure) {
        return new NodeAnswer(kind, 0, 0, failure);
    }

    /** Whether the grant stands there, or did until this request. */
    boolean confirms() {
        return kind == Kind.YES || kind == Kind.WANTED;
    }

    /** Whether it leaves open what the node knows of a grant. */
    boolean isUnsure() {
        return kind == Kind.KEPT_OUT || kind == Kind.NOT_APPLIED || kind == Kind.UNKNOWN;
    }
}

package dev.pawl.idgen.server;

import dev.pawl.common.BackendException;
import dev.pawl.common.LimitExceededException;
import dev.pawl.idgen.ClockMovedBackException;
import dev.pawl.idgen.ClockSkewException;
import dev.pawl.idgen.IdSpaceExhaustedException;
import dev.pawl.idgen.LayoutMismatchException;
import dev.pawl.idgen.StoreWentBackException;
import dev.pawl.idgen.TagPausedException;
import dev.pawl.idgen.WorkerIdsExhaustedException;
import dev.pawl.idgen.WorkerLeaseLostException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the API's words why a generator or a store gave nothing. The words are made here: an exception's own message may name the
 * store's host and is for the log only.
 */
final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    /** Why a generator gave no id. */
    static Problem of(String generator, Throwable thrown) {
        return named("generator=" + generator, thrown);
    }

    /** Why a store gave no answer. */
    static Problem ofStore(String what, Throwable thrown) {
        return thrown instanceof TimeoutException
                ? Problem.retry(ProblemType.STORE_UNAVAILABLE, "the store did not answer in time: " + what, 2)
                : named(what, thrown);
    }

    private static Problem named(String asked, Throwable thrown) {
        Throwable failure = thrown;
        while (failure instanceof CompletionException && failure.getCause() != null) {
            failure = failure.getCause();
        }
        String what = ": " + asked;
        if (failure instanceof ProblemException known) {
            return known.problem();
        } else if (failure instanceof IdSpaceExhaustedException) {
            return Problem.of(ProblemType.EXHAUSTED, "every id there is has been given" + what);
        } else if (failure instanceof TagPausedException) {
            return Problem.of(ProblemType.TAG_PAUSED, "an operator has paused the tag" + what);
        } else if (failure instanceof WorkerLeaseLostException) {
            return Problem.retry(ProblemType.LEASE_LOST, "the lease of the worker id was lost" + what, 5);
        } else if (failure instanceof ClockSkewException) {
            return Problem.retry(ProblemType.CLOCK_SKEW, "the clock is too far from the store's" + what, 5);
        } else if (failure instanceof LimitExceededException) {
            return Problem.retry(
                    ProblemType.TOO_FAST, "no id within the wait, demand is above the layout's bound" + what, 1);
        } else if (failure instanceof BackendException) {
            return Problem.retry(ProblemType.STORE_UNAVAILABLE, "the store did not answer within the wait" + what, 2);
        } else if (failure instanceof ClockMovedBackException) {
            return Problem.retry(ProblemType.CLOCK_MOVED_BACK, "the clock stands before the last id" + what, 5);
        } else if (failure instanceof StoreWentBackException) {
            return Problem.retry(
                    ProblemType.STORE_WENT_BACK,
                    "the store was restored or replaced, an operator is needed" + what,
                    60);
        } else if (failure instanceof WorkerIdsExhaustedException exhausted) {
            return Problem.retry(
                    ProblemType.WORKER_IDS_EXHAUSTED,
                    "every worker id is leased by another instance, the first until " + exhausted.earliestFree() + what,
                    10);
        } else if (failure instanceof LayoutMismatchException) {
            return Problem.retry(
                    ProblemType.LAYOUT_MISMATCH, "the worker ids are in use with another layout" + what, 60);
        } else if (failure instanceof IllegalStateException) {
            return Problem.retry(ProblemType.DRAINING, "the generator is closed" + what, 5);
        }
        LOG.error("A call failed in an unexpected way: {}", asked, failure);
        return Problem.of(ProblemType.INTERNAL, "the failure is in the service's log" + what);
    }
}

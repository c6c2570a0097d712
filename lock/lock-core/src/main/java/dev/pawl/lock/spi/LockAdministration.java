package dev.pawl.lock.spi;

import dev.pawl.common.BackendException;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What an administrator may do in a store. Thread-safe; no method blocks; stages end with a {@link BackendException} if the store
 * fails. Holders are named by their grants, so that what was described a moment ago is changed, and nothing that came after it.
 */
public interface LockAdministration {

    /**
     * Finds what is held or waited for. Not a snapshot: what comes or goes meanwhile may be there or not.
     *
     * @param kind of which kind
     * @return descriptions in no order
     */
    CompletionStage<List<LockDescription>> list(LockResource.Kind kind);

    /**
     * Describes one resource.
     *
     * @param resource the resource
     * @return what is known of it; nobody holds or waits if nothing is
     */
    CompletionStage<LockDescription> describe(LockResource resource);

    /**
     * Refuses a holder from now on: it cannot renew its lease, which runs out. The resource stays kept from others until then.
     *
     * @param grant the holder's grant
     * @return false if it held the resource no more
     */
    CompletionStage<Boolean> refuse(Grant grant);

    /**
     * Grants a resource to an attempt in place of a holder, at once and before everybody in the queue. The old grant is gone. A
     * repeated request is answered as the first.
     *
     * @param request the attempt, of the same resource
     * @param from the grant that ends
     * @return the grant, or {@link AcquireAnswer.Taken} if {@code from} did not hold the resource any more, or
     *     {@link AcquireAnswer.Ended} if the attempt was ended before
     */
    CompletionStage<AcquireAnswer> takeOver(AcquireRequest request, Grant from);

    /**
     * Counts the starts of an instance.
     *
     * @param instance what stays the same over restarts
     * @return a number larger than each before, in the same store and namespace
     */
    CompletionStage<Long> nextBoot(String instance);
}

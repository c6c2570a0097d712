package dev.pawl.lock.jdbc;

import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.LockAdministration;
import dev.pawl.lock.spi.LockDescription;
import dev.pawl.lock.spi.LockResource;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** What an administrator may do, on the rows that the locks themselves use. */
final class JdbcLockAdministration implements LockAdministration {

    private final Rows rows;

    JdbcLockAdministration(Rows rows) {
        this.rows = rows;
    }

    @Override
    public CompletionStage<List<LockDescription>> list(LockResource.Kind kind) {
        return rows.list(kind);
    }

    @Override
    public CompletionStage<LockDescription> describe(LockResource resource) {
        return rows.describe(resource);
    }

    @Override
    public CompletionStage<Boolean> refuse(Grant grant) {
        return rows.refuse(grant);
    }

    @Override
    public CompletionStage<AcquireAnswer> takeOver(AcquireRequest request, Grant from) {
        if (request.resource().kind() == LockResource.Kind.SEMAPHORE) {
            throw new UnsupportedOperationException(
                    "only a lock with one holder is taken over: resource=" + request.resource());
        }
        return rows.takeOver(request, from);
    }

    @Override
    public CompletionStage<Long> nextBoot(String instance) {
        return rows.nextBoot(instance);
    }
}

package dev.pawl.lock.jdbc;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockSession;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Turns requests into work on rows, and has its listener told of messages. Thread-safe. */
final class JdbcLockSession implements LockSession {

    private final Rows rows;
    private final Optional<Notifications> notifications;
    private final GrantListener listener;
    private volatile boolean closed;

    JdbcLockSession(Rows rows, Optional<Notifications> notifications, GrantListener listener) {
        this.rows = rows;
        this.notifications = notifications;
        this.listener = listener;
        notifications.ifPresent(messages -> messages.add(listener));
    }

    @Override
    public CompletionStage<AcquireAnswer> acquire(AcquireRequest request) {
        if (request.resource().kind() == LockResource.Kind.READ_WRITE) {
            return CompletableFuture.failedFuture(new BackendException(
                    "read-write locks are not offered: resource=" + request.resource(), Outcome.NOT_APPLIED, null));
        }
        String channel = notifications.map(Notifications::channel).orElse(State.NO_CHANNEL);
        return open(() -> rows.acquire(request, channel).thenApply(answer -> {
            if (request.queued() && answer instanceof AcquireAnswer.Taken) {
                notifications.ifPresent(Notifications::begin);
            }
            return answer;
        }));
    }

    @Override
    public CompletionStage<Boolean> renew(Grant grant, LockTerms terms) {
        return open(() -> rows.renew(grant, terms));
    }

    @Override
    public CompletionStage<Boolean> verify(Grant grant) {
        return open(() -> rows.verify(grant));
    }

    @Override
    public CompletionStage<Boolean> release(Grant grant, Duration tombstone) {
        return open(() -> rows.release(grant, tombstone));
    }

    private <T> CompletionStage<T> open(Supplier<CompletionStage<T>> request) {
        return closed
                ? CompletableFuture.failedFuture(
                        new BackendException("lock session is closed", Outcome.NOT_APPLIED, null))
                : request.get();
    }

    @Override
    public void close() {
        closed = true;
        notifications.ifPresent(messages -> messages.remove(listener));
    }
}

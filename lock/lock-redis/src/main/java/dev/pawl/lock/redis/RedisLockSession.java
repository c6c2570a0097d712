package dev.pawl.lock.redis;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockSession;
import dev.pawl.lock.spi.LockTerms;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisReply;
import dev.pawl.redis.RedisScript;
import dev.pawl.redis.ServerCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Writes requests as script calls and reads their replies. What the scripts do is said there. A lock that nobody else wants has
 * nothing but its record, so its calls name that key alone, which is half the work for client and server; where the record
 * says that there is more, the call is made again with all keys.
 */
final class RedisLockSession implements LockSession {

    // What the scripts for acquire return where it is neither a base nor a time until the end of a lease.
    private static final long ENDED = -1;
    private static final long UNDECIDED = -2;

    /** What lock-release.lua and lock-renew.lua return if the record alone does not decide. */
    private static final long NOT_DONE = 2;

    private final Redis redis;
    private final RecordCalls records;
    private final LockKeys keys;
    private final ServerCheck check;
    private final AtomicLong seen;
    private final Mailbox mailbox;
    private final Crowded crowded = new Crowded();
    private volatile boolean closed;

    RedisLockSession(Redis redis, LockKeys keys, ServerCheck check, AtomicLong seen, Mailbox mailbox) {
        this.redis = redis;
        this.records = new RecordCalls(redis);
        this.keys = keys;
        this.check = check;
        this.seen = seen;
        this.mailbox = mailbox;
    }

    @Override
    public CompletionStage<AcquireAnswer> acquire(AcquireRequest request) {
        return check.passed() ? ask(request) : check.run().thenCompose(checked -> ask(request));
    }

    private CompletionStage<AcquireAnswer> ask(AcquireRequest request) {
        CompletionStage<AcquireAnswer> answer;
        if (LockKeys.isShared(request.resource())) {
            answer = call(Scripts.SHARED_ACQUIRE, keys.shared(request.resource()), shared(request), this::read);
        } else if (crowded.isLikely(request.resource())) {
            answer = askWithAll(request, Scripts.NONE);
        } else {
            answer = askTheRecord(request);
        }
        return request.queued() ? answer.thenCompose(this::listening) : answer;
    }

    private CompletionStage<AcquireAnswer> askTheRecord(AcquireRequest request) {
        return callBriefly(Scripts.ACQUIRE, request.resource(), brief(request))
                .thenCompose(reply -> isUndecided(reply, request.queued())
                        ? askWithAll(request, Scripts.number(reply.integer(1)))
                        : CompletableFuture.completedFuture(read(reply)));
    }

    /** Whoever wants to wait has to take a place in the queue. */
    private static boolean isUndecided(RedisReply reply, boolean queued) {
        return reply.isInteger(0) && (reply.integer(0) == UNDECIDED || (queued && reply.integer(0) >= 0));
    }

    private CompletionStage<AcquireAnswer> askWithAll(AcquireRequest request, byte[] firstAnsweredAt) {
        List<byte[]> args = new ArrayList<>(full(request));
        args.add(firstAnsweredAt);
        CompletionStage<RedisReply> answer = call(Scripts.ACQUIRE, keys.of(request.resource()), args, reply -> reply);
        return answer.whenComplete(
                        // In a slot that moves, four keys are refused where one is not.
                        (reply, failure) -> crowded.seen(request.resource(), failure == null && reply.isInteger(0)))
                .thenApply(reply -> {
                    if (reply.isInteger(0) && reply.integer(0) == UNDECIDED) {
                        throw new BackendException(
                                "first half of an acquire was answered too late: resource=" + request.resource(),
                                Outcome.NOT_APPLIED,
                                null);
                    }
                    return read(reply);
                });
    }

    /** Whoever has to wait must hear the message: before that it asks once more. Where none can be heard, it asks now and then. */
    private CompletionStage<AcquireAnswer> listening(AcquireAnswer answer) {
        if (!(answer instanceof AcquireAnswer.Taken)) {
            return CompletableFuture.completedFuture(answer);
        }
        CompletableFuture<?> open = mailbox.open();
        return open.isDone()
                ? CompletableFuture.completedFuture(answer)
                : open.handle(
                        (subscription, failure) -> failure == null ? new AcquireAnswer.Taken(Duration.ZERO) : answer);
    }

    private List<byte[]> brief(AcquireRequest request) {
        return List.of(
                Scripts.text(request.attempt()),
                Scripts.millis(request.terms().lease()),
                Scripts.millis(request.terms().delay()),
                Scripts.padded(seen.get() + 1));
    }

    private List<byte[]> full(AcquireRequest request) {
        return List.of(
                Scripts.text(request.attempt()),
                Scripts.millis(request.terms().lease()),
                Scripts.millis(request.terms().delay()),
                Scripts.padded(seen.get() + 1),
                request.queued() ? mailbox.channel() : Scripts.NONE,
                Scripts.number(request.stamp()));
    }

    private List<byte[]> shared(AcquireRequest request) {
        List<byte[]> args = new ArrayList<>(full(request));
        args.add(Scripts.text(LockKeys.letter(request.terms().mode())));
        args.add(Scripts.number(request.terms().permits()));
        args.add(Scripts.KEPT);
        return args;
    }

    private AcquireAnswer read(RedisReply reply) {
        return read(reply, seen);
    }

    static AcquireAnswer read(RedisReply reply, AtomicLong seen) {
        long number = reply.integer(0);
        if (reply.isInteger(0)) {
            return number == ENDED ? new AcquireAnswer.Ended() : new AcquireAnswer.Taken(Duration.ofMillis(number));
        }
        long base = number;
        seen.accumulateAndGet(base, Math::max);
        return new AcquireAnswer.Granted(base, reply.size() > 1 ? reply.integer(1) : base);
    }

    @Override
    public CompletionStage<Boolean> renew(Grant grant, LockTerms terms) {
        return extend(grant, Scripts.millis(terms.lease().plus(terms.delay())));
    }

    @Override
    public CompletionStage<Boolean> verify(Grant grant) {
        return extend(grant, Scripts.number(0));
    }

    private CompletionStage<Boolean> extend(Grant grant, byte[] extension) {
        LockResource resource = grant.resource();
        if (LockKeys.isShared(resource)) {
            List<byte[]> args = List.of(
                    Scripts.text(LockKeys.letter(grant.mode()) + grant.attempt()),
                    Scripts.number(grant.base()),
                    extension,
                    Scripts.KEPT);
            return call(Scripts.SHARED_RENEW, keys.sharedHolders(resource), args, RedisLockSession::isTrue);
        }
        List<byte[]> args = List.of(Scripts.text(grant.attempt()), Scripts.padded(grant.base()), extension);
        return call(Scripts.RENEW, keys.recordOnly(resource), args, reply -> reply)
                .thenCompose(reply -> isDone(reply)
                        ? CompletableFuture.completedFuture(isTrue(reply))
                        : call(Scripts.RENEW, keys.holder(resource), args, RedisLockSession::isTrue));
    }

    @Override
    public CompletionStage<Boolean> release(Grant grant, Duration tombstone) {
        LockResource resource = grant.resource();
        byte[] attempt = Scripts.text(grant.attempt());
        if (LockKeys.isShared(resource)) {
            List<byte[]> args = List.of(
                    attempt,
                    Scripts.text(LockKeys.letter(grant.mode())),
                    Scripts.number(grant.base()),
                    Scripts.millis(tombstone),
                    Scripts.KEPT);
            return call(Scripts.SHARED_RELEASE, keys.shared(resource), args, RedisLockSession::isTrue);
        }
        List<byte[]> args = List.of(attempt, Scripts.padded(grant.base()), Scripts.millis(tombstone));
        if (!tombstone.isZero() || crowded.isLikely(resource)) {
            return call(Scripts.RELEASE, keys.of(resource), args, RedisLockSession::isTrue);
        }
        return callBriefly(Scripts.RELEASE, resource, args).thenCompose(reply -> {
            if (isDone(reply)) {
                return CompletableFuture.completedFuture(isTrue(reply));
            }
            crowded.seen(resource, true);
            // A session that was closed meanwhile has begun this release, and ends it.
            return redis.eval(Scripts.RELEASE, keys.of(resource), args).thenApply(RedisLockSession::isTrue);
        });
    }

    private static boolean isDone(RedisReply reply) {
        return reply.integer(0) != NOT_DONE;
    }

    private static boolean isTrue(RedisReply reply) {
        return reply.integer(0) == 1;
    }

    private <T> CompletionStage<T> call(
            RedisScript script, List<String> scriptKeys, List<byte[]> args, Function<RedisReply, T> reading) {
        return closed ? closedSession() : redis.eval(script, scriptKeys, args).thenApply(reading);
    }

    private CompletionStage<RedisReply> callBriefly(RedisScript script, LockResource resource, List<byte[]> args) {
        return closed ? closedSession() : records.eval(script, keys.recordOnly(resource), args);
    }

    private static <T> CompletionStage<T> closedSession() {
        return CompletableFuture.failedFuture(
                new BackendException("lock session is closed", Outcome.NOT_APPLIED, null));
    }

    @Override
    public void close() {
        closed = true;
        mailbox.close();
    }
}

package dev.pawl.lock.redis;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisCall;
import dev.pawl.redis.RedisFailures;
import dev.pawl.redis.RedisReply;
import dev.pawl.redis.RedisScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls of lock-acquire.lua and lock-release.lua by the record alone. What several callers ask until the client writes the first
 * one's call goes with it, as one call of lock-group.lua; whoever asks alone is sent as without this. Nobody waits for others: a
 * group is closed when the client comes to write it, which it does as soon as it can.
 *
 * <p>To the store a group is its requests one after the other, each with its own answer. A group whose outcome is unknown is unknown for
 * each of them, as if each had been sent by itself on the same connection.
 *
 * <p>Order: requests of groups keep the order in which they were asked. Calls that are not made here, since they name all keys of a lock or
 * renew, may be overtaken by a request that joins a group begun before them, and one that is made on the client's own thread overtakes
 * a group that is not written yet. Neither does harm: one attempt waits for each answer before it asks again, but for a release that it
 * sends while an acquire of its is unanswered. That one leaves a tombstone, of ten seconds at least: an acquire behind it finds that the
 * record does not decide, and then, with all keys, the tombstone. A group is written within the client's timeout of its first request or not at
 * all, as any single call is. A renewal behind the release of its grant finds another record.
 *
 * <p>Thread-safe; never blocks.
 */
final class RecordCalls {

    /** Of the server's time this takes about a sixth of a millisecond, and nobody else is served meanwhile. */
    static final int GREATEST_GROUP = 64;

    static final int GREATEST_KEY_BYTES = 16 * 1024;

    /** A user may have rights to some of the keys alone, and a server may be a Cluster's in spite of its client. */
    private static final Set<String> REFUSED_AS_A_GROUP = Set.of("NOPERM", "CROSSSLOT");

    private final Redis redis;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Group open;
    private volatile boolean apart;

    RecordCalls(Redis redis) {
        this.redis = redis;
    }

    /** One call by the record alone, with the answer that it would have by itself. */
    private static final class Request extends CompletableFuture<RedisReply> {

        private final RedisScript script;
        private final List<String> record;
        private final List<byte[]> args;

        Request(RedisScript script, List<String> record, List<byte[]> args) {
            this.script = script;
            this.record = record;
            this.args = args;
        }

        void answer(@Nullable RedisReply reply, @Nullable Throwable failure) {
            if (reply != null) {
                complete(reply);
            } else {
                completeExceptionally(failure == null ? RedisFailures.notAnswered(script.name(), null) : failure);
            }
        }
    }

    /**
     * Runs one of the two scripts by the record alone.
     *
     * @param script lock-acquire.lua or lock-release.lua
     * @param record the key
     * @param args its arguments, as for a call by itself
     * @return what the script returned
     */
    CompletionStage<RedisReply> eval(RedisScript script, List<String> record, List<byte[]> args) {
        if (apart) {
            return redis.eval(script, record, args);
        }
        Request request = new Request(script, record, args);
        Group last = open;
        if (last != null && last.takes(request)) {
            return request;
        }
        Group group = new Group(request);
        CompletionStage<RedisReply> answer = redis.evalLate(group);
        // Not before: a client that does not choose late has written it by now, and it is closed.
        offer(group);
        answer.whenComplete(group::answered);
        return request;
    }

    /** Others may join it, unless there is one that was begun meanwhile and so may be written later. */
    private void offer(Group group) {
        lock.lock();
        try {
            Group last = open;
            if (!group.closed && (last == null || last.closed)) {
                open = group;
            }
        } finally {
            lock.unlock();
        }
    }

    private void sendAlone(Request request) {
        try {
            redis.eval(request.script, request.record, request.args).whenComplete(request::answer);
        } catch (RuntimeException e) {
            request.completeExceptionally(e);
        }
    }

    /** What goes as one call, until it is written. */
    private final class Group implements Supplier<RedisCall> {

        private final List<Request> requests = new ArrayList<>(4);
        private int keyBytes;
        private boolean closed;

        Group(Request first) {
            requests.add(first);
            keyBytes = first.record.get(0).length();
        }

        boolean takes(Request request) {
            int bytes = request.record.get(0).length();
            lock.lock();
            try {
                closed = closed || requests.size() == GREATEST_GROUP || keyBytes + bytes > GREATEST_KEY_BYTES;
                if (closed) {
                    return false;
                }
                keyBytes += bytes;
                return requests.add(request);
            } finally {
                lock.unlock();
            }
        }

        /** Nobody joins from here on. */
        private void close() {
            lock.lock();
            try {
                closed = true;
            } finally {
                lock.unlock();
            }
            if (open == this) {
                open = null;
            }
        }

        /** The client is about to write. */
        @Override
        public RedisCall get() {
            close();
            Request first = requests.get(0);
            if (requests.size() == 1) {
                return new RedisCall(first.script, first.record, first.args);
            }
            List<String> records = new ArrayList<>(requests.size());
            List<byte[]> args = new ArrayList<>(1 + 4 * requests.size());
            byte[] kinds = new byte[requests.size()];
            args.add(kinds);
            for (Request request : requests) {
                kinds[records.size()] = (byte) (request.script == Scripts.ACQUIRE ? 'a' : 'r');
                records.addAll(request.record);
                args.addAll(request.args);
            }
            return new RedisCall(Scripts.GROUP, records, args);
        }

        void answered(@Nullable RedisReply reply, @Nullable Throwable failure) {
            close(); // it may have failed before it was written
            if (requests.size() == 1) {
                requests.get(0).answer(reply, failure);
            } else if (reply != null) {
                read(reply);
            } else {
                failed(failure);
            }
        }

        private void read(RedisReply reply) {
            for (int i = 0; i < requests.size(); i++) {
                Request request = requests.get(i);
                try {
                    request.complete(part(request, reply, i + 1));
                } catch (BackendException e) {
                    request.completeExceptionally(e);
                } catch (RuntimeException e) {
                    request.completeExceptionally(RedisFailures.notAnswered(Scripts.GROUP + " as agreed", e));
                }
            }
        }

        private RedisReply part(Request request, RedisReply reply, int i) {
            if (reply.isInteger(i)) {
                return RedisReply.of(List.of(reply.integer(i), reply.integer(0)));
            }
            byte[] text = reply.bytes(i);
            if (text.length > 0 && Character.isDigit(text[0])) {
                return RedisReply.of(List.of(text));
            }
            throw RedisFailures.refused(request.script.name(), reply.text(i), null);
        }

        private void failed(@Nullable Throwable failure) {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            BackendException known = cause instanceof BackendException backend
                    ? backend
                    : RedisFailures.notAnswered(Scripts.GROUP.name(), cause);
            if (known.outcome() == Outcome.NOT_APPLIED
                    && RedisFailures.code(known)
                            .filter(REFUSED_AS_A_GROUP::contains)
                            .isPresent()) {
                apart = true;
                requests.forEach(RecordCalls.this::sendAlone);
                return;
            }
            // Each has its own exception: what a caller adds to it is not the others'.
            requests.forEach(request -> request.completeExceptionally(
                    new BackendException(String.valueOf(known.getMessage()), known.outcome(), known)));
        }
    }
}

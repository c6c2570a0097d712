package dev.pawl.lock.redis;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks all nodes of a grant at once and counts what they say. */
final class RedLockVotes {

    private RedLockVotes() {}

    /** Completes with what a quorum says, as soon as it cannot change; fails if it cannot be known. */
    static CompletableFuture<Boolean> count(
            List<RedLockNode> nodes, String what, Function<RedLockNode, CompletableFuture<NodeAnswer>> request) {
        Tally tally = new Tally(new Quorum(nodes.size()));
        ReentrantLock lock = new ReentrantLock();
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        List<CompletableFuture<NodeAnswer>> answers =
                nodes.stream().map(request).toList();
        for (int i = 0; i < answers.size(); i++) {
            int node = i;
            CompletableFuture<Void> unused = answers.get(i).thenAccept(answer -> {
                boolean decides;
                lock.lock();
                try {
                    decides = tally.answered(node, answer);
                } finally {
                    lock.unlock();
                }
                if (decides) {
                    complete(result, tally.verdict(), what, answer.failure());
                }
            });
        }
        return result;
    }

    private static void complete(
            CompletableFuture<Boolean> result, Tally.Verdict verdict, String what, @Nullable Throwable failure) {
        if (verdict == Tally.Verdict.UNKNOWN) {
            result.completeExceptionally(new BackendException(
                    "a quorum of the nodes must answer: request=" + what, Outcome.UNKNOWN, failure));
        } else {
            result.complete(verdict == Tally.Verdict.TRUE);
        }
    }
}

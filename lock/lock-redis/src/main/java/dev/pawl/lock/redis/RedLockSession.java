package dev.pawl.lock.redis;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.Ticker;
import dev.pawl.lock.redis.RedLockNode.Held;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.LockSession;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Sends each request to all nodes at once, and lets {@link Ballot} and {@link Tally} decide from what they say. A round that came to
 * nothing is released before the next one is sent, on the same connections.
 */
final class RedLockSession implements LockSession {

    /** How often one request proposes anew at once. Then the contender waits for as long as it does when the lock is taken. */
    private static final int GREATEST_ROUNDS = 4;

    private static final int LEAST_WAIT_MILLIS = 25;
    private static final int GREATEST_WAIT_MILLIS = 75;

    private final List<RedLockNode> nodes;
    private final Quorum quorum;
    private final Proposals proposals;
    private final Supplier<? extends RandomGenerator> random;
    private final RedLockGrants grants;
    private final Courtesy courtesy;
    private volatile boolean closed;

    RedLockSession(
            List<RedLockNode> nodes, Proposals proposals, Supplier<? extends RandomGenerator> random, Ticker ticker) {
        this.nodes = nodes;
        this.quorum = new Quorum(nodes.size());
        this.proposals = proposals;
        this.random = random;
        this.grants = new RedLockGrants(ticker);
        this.courtesy = new Courtesy(random, ticker);
    }

    @Override
    public CompletionStage<AcquireAnswer> acquire(AcquireRequest request) {
        if (closed) {
            return closedAlready();
        }
        OptionalLong before = grants.of(request.attempt());
        if (before.isEmpty()) {
            Optional<Duration> left = request.queued() ? courtesy.left(request.resource()) : Optional.empty();
            return left.isPresent()
                    ? CompletableFuture.completedFuture(new AcquireAnswer.Taken(left.get()))
                    : propose(request, 1);
        }
        // Asked again: the same grant, as long as a quorum still has it.
        Held held = new Held(request.attempt(), before.getAsLong());
        return renew(request, held).thenCompose(stands -> {
            if (stands) {
                return CompletableFuture.completedFuture(granted(held.proposal()));
            }
            grants.remove(request.attempt());
            nodes.forEach(node -> giveBack(node, request, held));
            return propose(request, 1);
        });
    }

    private CompletionStage<Boolean> renew(AcquireRequest request, Held held) {
        Duration hold = hold(request.terms());
        return tally("renewal", node -> node.renew(request.resource(), held, hold));
    }

    /** Each node is looked at before the first proposal: else that would be sent late to some, behind its own release. */
    private CompletableFuture<AcquireAnswer> propose(AcquireRequest request, int round) {
        CompletableFuture<?>[] looks = nodes.stream().map(RedLockNode::lookedAt).toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(looks).thenCompose(done -> send(request, round));
    }

    private CompletableFuture<AcquireAnswer> send(AcquireRequest request, int round) {
        long proposal = proposals.next();
        if (proposal > AcquireAnswer.GREATEST_BASE) {
            return CompletableFuture.failedFuture(new BackendException(
                    "clock must be before the year 2255: micros=" + proposal, Outcome.NOT_APPLIED, null));
        }
        Ballot ballot = new Ballot(quorum, proposal);
        ReentrantLock lock = new ReentrantLock();
        CompletableFuture<Ballot> decided = new CompletableFuture<>();
        Duration hold = hold(request.terms());
        List<CompletableFuture<NodeAnswer>> answers = new ArrayList<>(nodes.size());
        // All are sent before the first answer counts: a release of this round must not overtake it.
        for (RedLockNode node : nodes) {
            answers.add(node.acquire(request.resource(), request.attempt(), proposal, hold));
        }
        for (int i = 0; i < answers.size(); i++) {
            int node = i;
            CompletableFuture<Void> unused = answers.get(i).thenAccept(answer -> {
                proposals.saw(answer.mark());
                boolean decides;
                lock.lock();
                try {
                    decides = ballot.answered(node, answer);
                } finally {
                    lock.unlock();
                }
                if (decides) {
                    decided.complete(ballot);
                }
            });
        }
        return decided.thenCompose(done -> follow(request, done, round));
    }

    private CompletableFuture<AcquireAnswer> follow(AcquireRequest request, Ballot ballot, int round) {
        if (ballot.verdict() == Ballot.Verdict.GRANTED) {
            grants.add(request.attempt(), ballot.proposal(), hold(request.terms()));
            return CompletableFuture.completedFuture(granted(ballot.proposal()));
        }
        Held failed = new Held(request.attempt(), ballot.proposal());
        for (int i = 0; i < nodes.size(); i++) {
            if (ballot.mayHold(i)) {
                giveBack(nodes.get(i), request, failed);
            }
        }
        return switch (ballot.verdict()) {
            case ENDED -> CompletableFuture.completedFuture(new AcquireAnswer.Ended());
            case TOO_LONG, NO_QUORUM -> CompletableFuture.failedFuture(failure(ballot));
            case LOW ->
                round < GREATEST_ROUNDS
                        ? propose(request, round + 1)
                        : CompletableFuture.completedFuture(taken(ballot));
            default -> CompletableFuture.completedFuture(taken(ballot));
        };
    }

    /** Nobody waits for the answer: what is not given back ends with its lease. */
    private static void giveBack(RedLockNode node, AcquireRequest request, Held held) {
        CompletableFuture<NodeAnswer> unused = node.release(request.resource(), held, Duration.ZERO);
    }

    private static AcquireAnswer granted(long proposal) {
        return new AcquireAnswer.Granted(proposal, proposal);
    }

    /** There are no messages: whoever waits asks after a random time, so that contenders who hindered each other come apart. */
    private AcquireAnswer taken(Ballot ballot) {
        long wait = random.get().nextInt(LEAST_WAIT_MILLIS, GREATEST_WAIT_MILLIS + 1);
        long free = ballot.freeWithinMillis();
        return new AcquireAnswer.Taken(Duration.ofMillis(free > 0 ? Math.min(wait, free) : wait));
    }

    private BackendException failure(Ballot ballot) {
        if (ballot.verdict() == Ballot.Verdict.TOO_LONG) {
            return new BackendException(
                    "lease and lock-delay must be at most the longest that the nodes were admitted with",
                    Outcome.NOT_APPLIED,
                    null);
        }
        boolean unknown = ballot.count(NodeAnswer.Kind.UNKNOWN) > 0;
        return new BackendException(
                "a quorum of the nodes must vote: nodes=" + nodes.size() + ", not admitted="
                        + ballot.count(NodeAnswer.Kind.KEPT_OUT) + ", failed="
                        + (ballot.count(NodeAnswer.Kind.NOT_APPLIED) + ballot.count(NodeAnswer.Kind.UNKNOWN)),
                unknown ? Outcome.UNKNOWN : Outcome.NOT_APPLIED,
                ballot.failure());
    }

    @Override
    public CompletionStage<Boolean> renew(Grant grant, LockTerms terms) {
        Held held = new Held(grant.attempt(), grant.base());
        Duration hold = hold(terms);
        return tally("renewal", node -> node.renew(grant.resource(), held, hold))
                .thenApply(stands -> {
                    if (stands) {
                        grants.renewed(held.attempt(), held.proposal(), hold);
                    }
                    return stands;
                });
    }

    @Override
    public CompletionStage<Boolean> verify(Grant grant) {
        Held held = new Held(grant.attempt(), grant.base());
        return tally("look", node -> node.renew(grant.resource(), held, Duration.ZERO));
    }

    @Override
    public CompletionStage<Boolean> release(Grant grant, Duration tombstone) {
        if (closed) {
            return closedAlready();
        }
        OptionalLong before = grants.of(grant.attempt());
        if (grant.base() == 0 || (before.isPresent() && before.getAsLong() == grant.base())) {
            grants.remove(grant.attempt());
        }
        Held held = new Held(grant.attempt(), grant.base());
        return tally(
                "release",
                node -> node.release(grant.resource(), held, tombstone).thenApply(answer -> {
                    if (answer.kind() == NodeAnswer.Kind.WANTED) {
                        courtesy.standBack(grant.resource());
                    }
                    return answer;
                }));
    }

    private CompletionStage<Boolean> tally(String what, Function<RedLockNode, CompletableFuture<NodeAnswer>> request) {
        return closed ? closedAlready() : RedLockVotes.count(nodes, what, request);
    }

    private static <T> CompletionStage<T> closedAlready() {
        return CompletableFuture.failedFuture(
                new BackendException("lock session is closed", Outcome.NOT_APPLIED, null));
    }

    /** How long the nodes keep the lock from others. */
    private static Duration hold(LockTerms terms) {
        return terms.lease().plus(terms.delay());
    }

    @Override
    public void close() {
        closed = true;
    }
}

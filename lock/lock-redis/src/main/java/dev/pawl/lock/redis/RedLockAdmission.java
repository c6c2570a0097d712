package dev.pawl.lock.redis;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.Ticker;
import dev.pawl.redis.RedisReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Decides which nodes of RedLock have a vote. A node votes only while its record names the process that it is, so one that restarted
 * or was flushed keeps itself out until it is admitted again: after a watch as long as a lock may be kept without a renewal,
 * and with a floor above everything that it may have forgotten.
 *
 * <p>Thread-safe; methods block for the nodes' answers, one call at a time. Several administrators may work at the same time: each
 * change is made only to a node that stands as it was seen.
 */
public final class RedLockAdmission {

    /** How a node stands. */
    public enum Standing {
        /** It votes. */
        ADMITTED,
        /** It answers, and has no vote. */
        KEPT_OUT,
        /** It does not answer. */
        UNREACHABLE
    }

    private final List<RedLockNode> nodes;
    private final Quorum quorum;
    private final long longestMillis;
    private final Ticker ticker;
    private final List<NodeWatch> watches;
    private final ReentrantLock lock = new ReentrantLock();

    RedLockAdmission(List<RedLockNode> nodes, Quorum quorum, Duration longest, Ticker ticker) {
        this.nodes = nodes;
        this.quorum = quorum;
        this.longestMillis = longest.toMillis();
        this.ticker = ticker;
        this.watches = Stream.generate(() -> new NodeWatch(longest.toNanos()))
                .limit(nodes.size())
                .toList();
    }

    /**
     * Asks how the nodes stand.
     *
     * @return one standing for each node, in their order
     */
    public List<Standing> standings() {
        return looks().stream().map(RedLockAdmission::standing).toList();
    }

    private static Standing standing(CompletableFuture<NodeRecord> look) {
        if (look.isCompletedExceptionally()) {
            return Standing.UNREACHABLE;
        }
        return look.join().isAdmitted() ? Standing.ADMITTED : Standing.KEPT_OUT;
    }

    /**
     * Admits all nodes at once, without a watch. To be called <em>only before the first lock</em>, or when a quorum has lost its data or
     * was restarted: then no sooner than the longest lease after that, and no node that still has the old data may be missing. Nothing
     * else may break what locks promise, this may.
     *
     * <p>Tokens go on above the largest that any node still knows; where all was lost, above the clients' clocks. Nodes that are
     * admitted stay as they are.
     *
     * @throws IllegalStateException if a quorum is admitted: the others are then admitted one by one, by {@link #admit}; or if a
     *     node is a Cluster or a Sentinel
     * @throws BackendException if a node does not answer, or changed meanwhile; what was done stands: call it again, or where a quorum is admitted by then, {@link #admit}
     */
    public void bootstrap() {
        lock.lock();
        try {
            List<NodeRecord> seen =
                    looks().stream().map(RedLockAdmission::joined).toList();
            if (seen.stream().filter(NodeRecord::isAdmitted).count() >= quorum.votes()) {
                throw new IllegalStateException(
                        "a quorum must not be admitted yet, admit the others one by one: standings="
                                + seen.stream().map(NodeRecord::isAdmitted).toList());
            }
            long floor = seen.stream().mapToLong(NodeRecord::mark).max().orElse(0);
            // An empty node looks like any other empty one: with a mark, this one is known again, and one that is
            // flushed meanwhile is not.
            String label = UUID.randomUUID().toString();
            for (int i = 0; i < nodes.size(); i++) {
                if (!seen.get(i).isAdmitted()) {
                    changed(i, seen.get(i), 'C', 0, label);
                }
            }
            for (int i = 0; i < nodes.size(); i++) {
                if (!seen.get(i).isAdmitted()) {
                    NodeRecord marked = joined(look(i));
                    if (!marked.label().equals(label)) {
                        throw changedMeanwhile(i);
                    }
                    changed(i, marked, 'A', floor, "");
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the next step towards the admission of one node. Call it from time to time until it returns zero: the first call
     * marks the node and begins the watch, one after the end of the watch admits it. A node that restarts meanwhile, or is flushed, is watched anew.
     *
     * @param node its index
     * @return how long the watch goes on; zero if the node is admitted, by this call or before
     * @throws IllegalArgumentException if there is no such node
     * @throws IllegalStateException if the node is a Cluster or a Sentinel, or others were admitted for another longest lease
     * @throws BackendException if the node does not answer, or too few of the others are admitted to tell what it forgot
     */
    public Duration admit(int node) {
        if (node < 0 || node >= nodes.size()) {
            throw new IllegalArgumentException("node must be in [0, " + (nodes.size() - 1) + "]: node=" + node);
        }
        lock.lock();
        try {
            NodeRecord seen = joined(look(node));
            if (seen.isAdmitted()) {
                watches.get(node).end();
                return Duration.ZERO;
            }
            if (!seen.isCandidate()) {
                change(node, seen, 'C', 0, UUID.randomUUID().toString());
                // The watch begins when the mark is seen, so after it was set.
                seen = joined(look(node));
            }
            if (!seen.isCandidate()) {
                return Duration.ofMillis(longestMillis);
            }
            long left = watches.get(node).leftNanos(seen.runId() + seen.label(), ticker.nanos());
            // What the others have accepted is read after the watch: a round that counted this node may end within it.
            return left == 0 && change(node, seen, 'A', floor(node), "")
                    ? Duration.ZERO
                    : Duration.ofNanos(Math.max(left, 1_000_000));
        } finally {
            lock.unlock();
        }
    }

    private void changed(int node, NodeRecord seen, char state, long floor, String label) {
        if (!change(node, seen, state, floor, label)) {
            throw changedMeanwhile(node);
        }
    }

    private static BackendException changedMeanwhile(int node) {
        return new BackendException("node changed meanwhile: node=" + node, Outcome.NOT_APPLIED, null);
    }

    private long floor(int node) {
        List<CompletableFuture<NodeRecord>> looks = looks();
        List<Long> marks = new ArrayList<>();
        for (int i = 0; i < looks.size(); i++) {
            if (i != node && standing(looks.get(i)) == Standing.ADMITTED) {
                NodeRecord other = looks.get(i).join();
                if (other.longestMillis() != longestMillis) {
                    throw new IllegalStateException("nodes must be admitted for the same longest lease: node=" + i
                            + ", its=" + other.longestMillis() + " ms, longest=" + longestMillis + " ms");
                }
                marks.add(other.mark());
            }
        }
        OptionalLong floor = quorum.floor(marks);
        return floor.orElseThrow(() -> new BackendException(
                "others must be admitted, to tell what the node forgot: admitted=" + marks.size() + ", node=" + node,
                Outcome.NOT_APPLIED,
                null));
    }

    private List<CompletableFuture<NodeRecord>> looks() {
        List<CompletableFuture<NodeRecord>> looks = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            looks.add(look(i));
        }
        looks.forEach(look -> look.handle((record, failure) -> record).join());
        return looks;
    }

    private CompletableFuture<NodeRecord> look(int node) {
        return nodes.get(node)
                .call(RedLockScripts.LOOK, List.of())
                .thenApply(RedLockAdmission::read)
                .toCompletableFuture();
    }

    private static NodeRecord read(RedisReply reply) {
        if (!reply.text(1).equals("standalone")) {
            throw new IllegalStateException("node must be a Redis alone: redis_mode=" + reply.text(1));
        }
        return NodeRecord.parse(reply.text(0), reply.text(2));
    }

    private boolean change(int node, NodeRecord seen, char state, long floor, String label) {
        String digits = Long.toString(longestMillis);
        List<byte[]> args = List.of(
                Scripts.text(seen.runId()),
                Scripts.text(seen.text()),
                Scripts.text(String.valueOf(state)),
                Scripts.text("0".repeat(13 - digits.length()) + digits),
                Scripts.padded(floor),
                Scripts.text(label));
        CompletionStage<RedisReply> reply = nodes.get(node).call(RedLockScripts.CHANGE, args);
        return joined(reply.toCompletableFuture()).integer(0) == 1;
    }

    private static <T> T joined(CompletableFuture<T> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof BackendException known) {
                throw new BackendException("node must answer: " + known.getMessage(), known.outcome(), known);
            }
            if (e.getCause() instanceof IllegalStateException wrong) {
                throw new IllegalStateException(wrong.getMessage(), wrong);
            }
            throw e;
        }
    }
}

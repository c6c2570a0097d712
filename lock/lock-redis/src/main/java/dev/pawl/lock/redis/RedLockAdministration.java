package dev.pawl.lock.redis;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.redis.NodeAnswer.Kind;
import dev.pawl.lock.redis.RedLockNode.Description;
import dev.pawl.lock.redis.RedLockNode.Held;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.LockAdministration;
import dev.pawl.lock.spi.LockDescription;
import dev.pawl.lock.spi.LockFeature;
import dev.pawl.lock.spi.LockGuarantees;
import dev.pawl.lock.spi.LockResource;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Describes and refuses holders. Whoever a quorum names is one; what a minority has is left of a round that came to nothing. */
final class RedLockAdministration implements LockAdministration {

    private final List<RedLockNode> nodes;
    private final Quorum quorum;
    private final LockGuarantees guarantees;

    RedLockAdministration(List<RedLockNode> nodes, LockGuarantees guarantees) {
        this.nodes = nodes;
        this.quorum = new Quorum(nodes.size());
        this.guarantees = guarantees;
    }

    @Override
    public CompletionStage<LockDescription> describe(LockResource resource) {
        List<CompletableFuture<Description>> asked =
                nodes.stream().map(node -> node.describe(resource)).toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenApply(done -> described(
                        resource, asked.stream().map(CompletableFuture::join).toList()));
    }

    private LockDescription described(LockResource resource, List<Description> told) {
        Map<Held, List<Description>> held = told.stream()
                .filter(one -> one.answer().kind() == Kind.YES)
                .collect(Collectors.groupingBy(Description::holder));
        long unsure = told.stream().filter(one -> one.answer().isUnsure()).count();
        for (Map.Entry<Held, List<Description>> one : held.entrySet()) {
            if (one.getValue().size() >= quorum.votes()) {
                return new LockDescription(resource, List.of(holder(resource, one.getKey(), one.getValue())), 0);
            }
            if (one.getValue().size() + unsure >= quorum.votes()) {
                throw tooFew(told);
            }
        }
        if (unsure >= quorum.votes()) {
            throw tooFew(told);
        }
        return new LockDescription(resource, List.of(), 0);
    }

    private LockDescription.Holder holder(LockResource resource, Held held, List<Description> told) {
        // Others are granted when so many leases have ended that a quorum is free.
        long millis = told.stream()
                .map(Description::millis)
                .sorted(Comparator.reverseOrder())
                .toList()
                .get(quorum.nodes() - quorum.votes());
        Grant grant = new Grant(resource, FencingToken.Kind.EXCLUSIVE, held.attempt(), held.proposal());
        return new LockDescription.Holder(grant, Duration.ofMillis(millis));
    }

    private static BackendException tooFew(List<Description> told) {
        return new BackendException(
                "a quorum of the nodes must answer: request=describe", Outcome.NOT_APPLIED, failure(told));
    }

    private static @Nullable Throwable failure(List<Description> told) {
        for (Description one : told) {
            if (one.answer().failure() != null) {
                return one.answer().failure();
            }
        }
        return null;
    }

    @Override
    public CompletionStage<Boolean> refuse(Grant grant) {
        Held held = new Held(grant.attempt(), grant.base());
        return RedLockVotes.count(nodes, "refusal", node -> node.refuse(grant.resource(), held));
    }

    @Override
    public CompletionStage<List<LockDescription>> list(LockResource.Kind kind) {
        throw refused();
    }

    @Override
    public CompletionStage<AcquireAnswer> takeOver(AcquireRequest request, Grant from) {
        throw refused();
    }

    @Override
    public CompletionStage<Long> nextBoot(String instance) {
        throw refused();
    }

    private RuntimeException refused() {
        guarantees.require(LockFeature.ADMIN);
        return new IllegalStateException("ADMIN must not be offered");
    }
}

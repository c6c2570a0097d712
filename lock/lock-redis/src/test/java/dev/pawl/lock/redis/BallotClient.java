package dev.pawl.lock.redis;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client that takes a lock, holds and renews it, and gives it back, again and again, counting leases as lock-core does. */
final class BallotClient {

    private static final LockTerms TERMS = new LockTerms(
            FencingToken.Kind.EXCLUSIVE, 1, Duration.ofNanos(BallotSimulation.LEASE * 1_000), Duration.ZERO);
    private static final long TRUSTED = BallotSimulation.LEASE - BallotSimulation.LEASE / 100 - 2_000;

    /** A grant that is believed in until a time. */
    static final class Claim {
        final LockResource resource;
        final String attempt;
        final long proposal;
        long until;
        /** When it was asked for, and when it was granted. */
        long askedAt;

        long at;

        Claim(LockResource resource, String attempt, long proposal) {
            this.resource = resource;
            this.attempt = attempt;
            this.proposal = proposal;
        }

        Grant grant() {
            return new Grant(resource, FencingToken.Kind.EXCLUSIVE, attempt, proposal);
        }

        @Override
        public String toString() {
            return attempt + " by " + proposal + " until " + until;
        }
    }

    private final BallotSimulation simulation;
    private final String name;
    private final double rate;
    private final RedLockSession session;
    private long newestProposal;
    private long pausedUntil;
    private int attempts;
    private boolean dead;

    BallotClient(BallotSimulation simulation, String name) {
        this.simulation = simulation;
        this.name = name;
        this.rate = simulation.rate();
        // Clocks are off by up to 50 ms, some are slow by seconds, and all are coarse, so that proposals collide.
        long offset = simulation.random.nextInt(4) == 0 ? -5_000_000 : simulation.random.nextInt(50_000);
        Proposals proposals = new Proposals(() -> newestProposal = clock(offset));
        List<RedLockNode> nodes = simulation.nodes.stream()
                .map(node -> simulation.node(new BallotPort(simulation, node, this)))
                .toList();
        this.session = new RedLockSession(
                nodes, proposals, () -> simulation.random, () -> (long) (simulation.now() * rate * 1_000));
    }

    private long clock(long offset) {
        return 1_000_000_000_000_000L + (simulation.now() + offset) / 20_000;
    }

    long newestProposal() {
        return newestProposal;
    }

    void deliver(Runnable step) {
        if (simulation.now() >= pausedUntil) {
            step.run();
        } else {
            simulation.after(pausedUntil - simulation.now(), () -> deliver(step));
        }
    }

    private void later(long delay, Runnable step) {
        simulation.after(
                delay,
                () -> deliver(() -> {
                    if (!dead) {
                        step.run();
                    }
                }));
    }

    void think() {
        later(simulation.random.nextLong(BallotSimulation.LEASE / 4), () -> {
            if (simulation.random.nextInt(20) == 0) {
                pausedUntil = simulation.now() + simulation.random.nextLong(2 * BallotSimulation.LEASE);
            }
            if (simulation.random.nextInt(25) == 0) {
                dead = true;
                simulation.newClient();
                return;
            }
            ask(simulation.anyLock(), name + "-" + ++attempts, 1 + simulation.random.nextInt(8));
        });
    }

    private void ask(LockResource resource, String attempt, int patience) {
        long sentAt = simulation.now();
        session.acquire(new AcquireRequest(resource, attempt, TERMS, 0, true)).whenComplete((answer, failure) -> {
            if (dead) {
                return;
            }
            if (answer instanceof AcquireAnswer.Granted granted) {
                Claim claim = new Claim(resource, attempt, granted.base());
                claim.until = until(sentAt);
                claim.askedAt = sentAt;
                if (claim.until > simulation.now()) {
                    simulation.claim(claim, true);
                    later(BallotSimulation.LEASE / 3, () -> renew(claim));
                    later(holding(), () -> end(claim));
                    return;
                }
            }
            if (patience > 0 && !(answer instanceof AcquireAnswer.Ended)) {
                long wait = answer instanceof AcquireAnswer.Taken taken
                        ? taken.freeWithin().toNanos() / 1_000
                        : 50_000;
                later(wait, () -> ask(resource, attempt, patience - 1));
            } else {
                release(new Claim(resource, attempt, 0), Duration.ofSeconds(1));
                think();
            }
        });
    }

    private long holding() {
        return simulation.random.nextLong(
                simulation.random.nextInt(3) == 0 ? 3 * BallotSimulation.LEASE : BallotSimulation.LEASE / 4);
    }

    /** When this client's clock will say that the lease of a request is over. */
    private long until(long sentAt) {
        return sentAt + (long) (TRUSTED / rate);
    }

    private void renew(Claim claim) {
        if (claim.until <= simulation.now()) {
            return;
        }
        long sentAt = simulation.now();
        session.renew(claim.grant(), TERMS).whenComplete((stands, failure) -> {
            if (dead || claim.until <= simulation.now()) {
                return;
            }
            if (failure != null) {
                later(50_000, () -> renew(claim));
            } else if (stands) {
                claim.until = Math.max(claim.until, until(sentAt));
                simulation.claim(claim, false);
                later(BallotSimulation.LEASE / 3, () -> renew(claim));
            } else {
                claim.until = simulation.now();
            }
        });
    }

    private void end(Claim claim) {
        if (claim.until > simulation.now()) {
            claim.until = simulation.now();
            release(claim, Duration.ZERO);
        }
        think();
    }

    private void release(Claim claim, Duration tombstone) {
        session.release(claim.grant(), tombstone).whenComplete(this::ignore);
    }

    private void ignore(@Nullable Boolean held, @Nullable Throwable failure) {}
}

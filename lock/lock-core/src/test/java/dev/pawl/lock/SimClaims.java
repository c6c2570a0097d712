package dev.pawl.lock;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.LockResource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds what handles say of themselves against each other. A handle that says at one moment that something remains claims the
 * lock for as long, whatever its process does meanwhile, unless it is released before.
 */
final class SimClaims {

    private static final class Claims {
        final List<SimHold> standing = new ArrayList<>();
        final Set<Long> tokens = new HashSet<>();
        long greatest;
        long greatestAlone;
    }

    private final LockSimulation simulation;
    private final Map<LockResource, Claims> byResource = new HashMap<>();

    SimClaims(LockSimulation simulation) {
        this.simulation = simulation;
    }

    /** Reads what remains of a handle; zero if it is lost. */
    long observe(SimHold hold) {
        long now = simulation.scheduler.now();
        long left = hold.client.observe(hold.handle);
        if (left > 0) {
            Claims claims = byResource.computeIfAbsent(hold.wanted.resource(), same -> new Claims());
            claims.standing.removeIf(other -> other.claimedUntil <= now);
            if (!hold.seen) {
                hold.seen = true;
                checkToken(hold, claims);
            }
            claims.standing.remove(hold);
            checkOthers(hold, claims.standing);
            claims.standing.add(hold);
            hold.claimedUntil = Math.max(hold.claimedUntil, now + (long) (left / hold.client.rate()));
        }
        return left;
    }

    void end(SimHold hold) {
        hold.claimedUntil = 0;
    }

    private void checkOthers(SimHold hold, List<SimHold> others) {
        for (SimHold other : others) {
            if (hold.excludes(other)) {
                simulation.fail(SimCheck.DISJOINT, hold + " while " + other + " may go on until " + other.claimedUntil);
            }
            if (hold.mode() == FencingToken.Kind.PERMIT
                    && other.token < hold.token
                    && other.token >> 10 < hold.floor >> 10) {
                simulation.fail(SimCheck.TOKENS_RISE, hold + " has floor " + hold.floor + " above " + other);
            }
        }
        if (others.size() >= LockSimulation.PERMITS && hold.mode() == FencingToken.Kind.PERMIT) {
            simulation.fail(SimCheck.DISJOINT, hold + " beside " + others);
        }
    }

    private void checkToken(SimHold hold, Claims claims) {
        boolean alone = hold.mode() == FencingToken.Kind.EXCLUSIVE;
        long before = alone ? claims.greatest : claims.greatestAlone;
        if (!claims.tokens.add(hold.token) || hold.token <= before) {
            simulation.fail(SimCheck.TOKENS_RISE, hold + " after " + (before >> 10) + "+" + (before & 1023));
        }
        claims.greatest = Math.max(claims.greatest, hold.token);
        claims.greatestAlone = alone ? hold.token : claims.greatestAlone;
    }
}

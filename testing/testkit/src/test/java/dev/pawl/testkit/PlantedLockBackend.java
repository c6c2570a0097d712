package dev.pawl.testkit;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.memory.InMemoryLockBackend;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.lock.spi.LockBackend;
import dev.pawl.lock.spi.LockGuarantees;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockSession;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/** A backend that is right but for one rule: what the kit is tested against. */
final class PlantedLockBackend implements LockBackend {

    /** Each names the test that must find it. */
    enum Bug {
        ANSWERS_ANOTHER_BASE_AGAIN("theSameAttemptIsAnsweredTheSameAgain"),
        BASES_FALL("basesRiseFromGrantToGrant"),
        BASES_REPEAT("basesRiseFromGrantToGrant"),
        GRANTS_WHAT_IS_TAKEN("aFreeLockIsGrantedToOne"),
        GRANTS_TWO_NOW_AND_THEN("manyThreadsOfManyClientsNeverHoldTogether"),
        RENEWS_ANY_BASE("aGrantIsKnownByAttemptAndBase"),
        VERIFIES_ANY_BASE("aGrantIsKnownByAttemptAndBase"),
        RELEASES_ANY_BASE("aGrantIsKnownByAttemptAndBase"),
        RELEASES_ANY_READERS_BASE("aReadersGrantIsKnownByAttemptAndBase"),
        RELEASES_NO_UNKNOWN_BASE("aReleaseWithoutABaseGivesBackWhateverWasGranted"),
        SAYS_RELEASED_ALWAYS("aReleaseIsTrueOnce"),
        RELEASE_DOES_NOTHING("aReleaseIsTrueOnce"),
        LEASE_IS_TOO_SHORT("aLeaseEndsInTimeAndNotBefore"),
        LEASE_NEVER_ENDS("aLeaseEndsInTimeAndNotBefore"),
        REVIVES_A_LEASE("aLeaseThatHasEndedIsNotRevived"),
        REVIVES_UNDER_THE_OLD_BASE("aGrantThatIsMadeAnewHasAnotherBase"),
        RENEWAL_DOES_NOTHING("aRenewalLetsTheLeaseCountAnew"),
        ASKING_AGAIN_DOES_NOT_RENEW("anAnswerThatGrantsAgainLetsTheLeaseCountAnew"),
        A_LOOK_RENEWS("aLookChangesNothing"),
        NO_DELAY("aDelayStandsAfterALeaseThatWasNotReleased"),
        NO_DELAY_AFTER_A_RENEWAL("aDelayStandsAfterARenewedLeaseToo"),
        DELAY_AFTER_A_RELEASE("aDelayDoesNotStandAfterARelease"),
        NO_DELAY_IN_THE_QUEUE("aGrantInTheQueueKeepsItsDelay"),
        NO_TOMBSTONE("aTombstoneRefusesALateRequest"),
        NO_TOMBSTONE_IN_THE_QUEUE("whoLeavesWithATombstoneDoesNotComeBackIntoTheQueue"),
        ONE_TOMBSTONE("aTombstoneRefusesOneAttemptOnly"),
        TOMBSTONE_STAYS("aTombstoneOutlivesTheGrantOfOthersAndThenGoes"),
        KINDS_SHARE("resourcesOfOneNameDoNotTouch"),
        KINDS_SHARE_AN_ISSUER("resourcesOfOneNameDoNotTouch"),
        SEMAPHORES_AND_LOCKS_SHARE("sharedResourcesOfOneNameDoNotTouchLocks"),
        NAMES_IGNORE_CASE("everyNameIsALockOfItsOwn"),
        NAMES_ARE_CUT("everyNameIsALockOfItsOwn"),
        NAMES_ARE_TRIMMED("everyNameIsALockOfItsOwn"),
        NAMES_LOSE_BRACES("everyNameIsALockOfItsOwn"),
        CLOSED_SESSION_GOES_ON("aClosedSessionFailsAndLeavesItsGrantsToTheirLeases"),
        NOT_GRANTED_IN_THE_QUEUE("aReleaseGrantsToWhoeverWaits"),
        SHOWS_THE_FIRST_STAMP("aMessageShowsTheStampOfTheNewestRequest"),
        NEWEST_GOES_FIRST("theQueueKeepsItsOrderOverAllClients"),
        ASKING_AGAIN_LOSES_THE_PLACE("theQueueKeepsItsOrderOverAllClients"),
        PLACE_NEVER_LAPSES("aPlaceLapsesWithoutASignOfLife"),
        ASKING_AGAIN_KEEPS_THE_OLD_PLACE("askingAgainKeepsThePlace"),
        NOBODY_LEAVES("whoLeavesTheQueueIsNotGranted"),
        COUNTS_FROM_THE_RELEASE("aGrantToOneThatDiedWaitingEndsWithItsPlace"),
        EVERYONE_WAITS("whoDoesNotWaitLeavesNothingBehind"),
        READERS_ARE_ALONE("readersShareAndAWriterIsAlone"),
        WRITERS_SHARE("readersShareAndAWriterIsAlone"),
        READERS_PASS_A_WRITER("aWriterThatWaitsIsNotPassedByReaders"),
        ONE_PERMIT_MORE("asManyHoldAsThereArePermits"),
        ONE_PERMIT_LESS("asManyHoldAsThereArePermits"),
        FLOOR_IS_THE_BASE("theFloorOfAPermitIsTheLeastBaseThatIsHeld");

        final String foundBy;

        Bug(String foundBy) {
            this.foundBy = foundBy;
        }
    }

    private static final Duration HOUR = Duration.ofHours(1);

    private final Bug bug;
    private final InMemoryLockBackend real;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, AcquireRequest> first = new ConcurrentHashMap<>();
    private final Map<String, Long> bases = new ConcurrentHashMap<>();
    private final Map<String, AcquireRequest> waiting = new LinkedHashMap<>();
    private final AtomicInteger answers = new AtomicInteger();
    private String buried = "";

    PlantedLockBackend(Bug bug, InMemoryLockBackend real) {
        this.bug = bug;
        this.real = real;
    }

    @Override
    public LockGuarantees guarantees() {
        return real.guarantees();
    }

    @Override
    public String issuer(LockResource resource) {
        return real.issuer(
                bug == Bug.KINDS_SHARE_AN_ISSUER
                        ? new LockResource(LockResource.Kind.LOCK, resource.name())
                        : resource);
    }

    @Override
    public void close() {
        real.close();
    }

    @Override
    public LockSession open(String id, GrantListener listener) {
        return new Planted(id, new Messages(listener));
    }

    private boolean is(Bug... any) {
        return List.of(any).contains(bug);
    }

    private LockResource stored(LockResource resource) {
        String name = resource.name();
        return switch (bug) {
            case KINDS_SHARE -> new LockResource(LockResource.Kind.LOCK, name);
            case SEMAPHORES_AND_LOCKS_SHARE ->
                resource.kind() == LockResource.Kind.SEMAPHORE
                        ? new LockResource(LockResource.Kind.LOCK, name)
                        : resource;
            case NAMES_IGNORE_CASE -> new LockResource(resource.kind(), name.toLowerCase(Locale.ROOT));
            case NAMES_ARE_CUT -> new LockResource(resource.kind(), name.substring(0, Math.min(500, name.length())));
            case NAMES_ARE_TRIMMED -> new LockResource(resource.kind(), name.strip() + "x");
            case NAMES_LOSE_BRACES -> new LockResource(resource.kind(), name.replaceAll("[{}]", "") + "x");
            default -> resource;
        };
    }

    private LockTerms changed(LockTerms terms, boolean repeated, boolean queued) {
        FencingToken.Kind mode = terms.mode();
        if (bug == Bug.READERS_ARE_ALONE && mode == FencingToken.Kind.READ
                || bug == Bug.SEMAPHORES_AND_LOCKS_SHARE && mode == FencingToken.Kind.PERMIT) {
            mode = FencingToken.Kind.EXCLUSIVE;
        } else if (bug == Bug.WRITERS_SHARE && mode == FencingToken.Kind.EXCLUSIVE) {
            mode = FencingToken.Kind.READ;
        }
        int permits = mode != FencingToken.Kind.PERMIT
                ? 1
                : terms.permits() + (is(Bug.ONE_PERMIT_MORE) ? 1 : is(Bug.ONE_PERMIT_LESS) ? -1 : 0);
        Duration lease =
                switch (bug) {
                    case LEASE_IS_TOO_SHORT -> terms.lease().dividedBy(2);
                    case LEASE_NEVER_ENDS -> HOUR;
                    case PLACE_NEVER_LAPSES -> queued ? HOUR : terms.lease();
                    case ASKING_AGAIN_DOES_NOT_RENEW -> repeated ? Duration.ofMillis(1) : terms.lease();
                    default -> terms.lease();
                };
        boolean undelayed = is(Bug.NO_DELAY) || is(Bug.NO_DELAY_IN_THE_QUEUE) && queued;
        return new LockTerms(mode, Math.max(1, permits), lease, undelayed ? Duration.ZERO : terms.delay());
    }

    /** Tells of grants in the queue. */
    private final class Messages implements GrantListener {
        private final GrantListener listener;

        Messages(GrantListener listener) {
            this.listener = listener;
        }

        @Override
        public void granted(String attempt, long stamp, AcquireAnswer.Granted answer) {
            bases.put(attempt, answer.base());
            if (bug == Bug.NOT_GRANTED_IN_THE_QUEUE) {
                return;
            }
            long shown = bug == Bug.SHOWS_THE_FIRST_STAMP ? first.get(attempt).stamp() : stamp;
            listener.granted(attempt, shown, told(answer));
        }

        @Override
        public void wake(String attempt) {
            listener.wake(attempt);
        }

        @Override
        public void missed() {
            listener.missed();
        }
    }

    private AcquireAnswer.Granted told(AcquireAnswer.Granted granted) {
        return bug == Bug.FLOOR_IS_THE_BASE ? new AcquireAnswer.Granted(granted.base(), granted.base()) : granted;
    }

    private final class Planted implements LockSession {
        private LockSession session;
        private final String id;
        private final GrantListener listener;

        Planted(String id, GrantListener listener) {
            this.id = id;
            this.listener = listener;
            this.session = real.open(id, listener);
        }

        @Override
        public CompletionStage<AcquireAnswer> acquire(AcquireRequest request) {
            lock.lock();
            try {
                return session.acquire(prepared(request)).thenApply(answer -> {
                    if (answer instanceof AcquireAnswer.Granted granted) {
                        waiting.remove(request.attempt());
                        bases.putIfAbsent(request.attempt(), granted.base());
                    }
                    AcquireAnswer changed = changed(request, answer);
                    reorder(request, answer);
                    first.putIfAbsent(request.attempt(), request);
                    return changed;
                });
            } finally {
                lock.unlock();
            }
        }

        private AcquireRequest prepared(AcquireRequest request) {
            boolean repeated = first.containsKey(request.attempt());
            if (bug == Bug.ASKING_AGAIN_LOSES_THE_PLACE && waiting.containsKey(request.attempt())) {
                leave(request);
            }
            if (bug == Bug.READERS_PASS_A_WRITER && request.terms().mode() == FencingToken.Kind.READ) {
                waiting.values().forEach(this::leave);
            }
            LockTerms terms = PlantedLockBackend.this.changed(request.terms(), repeated, request.queued());
            if (bug == Bug.ASKING_AGAIN_KEEPS_THE_OLD_PLACE && repeated && waiting.containsKey(request.attempt())) {
                terms = new LockTerms(terms.mode(), terms.permits(), Duration.ofMillis(1), terms.delay());
            }
            return new AcquireRequest(
                    stored(request.resource()),
                    request.attempt(),
                    terms,
                    request.stamp(),
                    request.queued() || bug == Bug.EVERYONE_WAITS);
        }

        private void leave(AcquireRequest request) {
            session.release(
                    new Grant(stored(request.resource()), request.terms().mode(), request.attempt(), 0), Duration.ZERO);
        }

        private void reorder(AcquireRequest request, AcquireAnswer answer) {
            boolean newlyWaiting = answer instanceof AcquireAnswer.Taken && request.queued();
            if (bug == Bug.NEWEST_GOES_FIRST && newlyWaiting && !waiting.containsKey(request.attempt())) {
                List<AcquireRequest> others = new ArrayList<>(waiting.values());
                others.forEach(this::leave);
                others.forEach(session::acquire);
            }
            if (bug == Bug.READERS_PASS_A_WRITER && request.terms().mode() == FencingToken.Kind.READ) {
                waiting.values().forEach(session::acquire);
            }
            if (newlyWaiting) {
                waiting.put(request.attempt(), request);
            }
        }

        private AcquireAnswer changed(AcquireRequest request, AcquireAnswer answer) {
            if (answer instanceof AcquireAnswer.Granted granted) {
                long base = granted.base();
                return switch (bug) {
                    case ANSWERS_ANOTHER_BASE_AGAIN ->
                        new AcquireAnswer.Granted(base + (first.containsKey(request.attempt()) ? 1 : 0), base);
                    case BASES_FALL -> new AcquireAnswer.Granted(1_000_000 - base, 1_000_000 - base);
                    case BASES_REPEAT -> new AcquireAnswer.Granted(1, 1);
                    case REVIVES_UNDER_THE_OLD_BASE ->
                        new AcquireAnswer.Granted(bases.get(request.attempt()), bases.get(request.attempt()));
                    default -> told(granted);
                };
            }
            boolean nowAndThen = bug == Bug.GRANTS_TWO_NOW_AND_THEN && answers.incrementAndGet() % 3 == 0;
            if (answer instanceof AcquireAnswer.Taken && (bug == Bug.GRANTS_WHAT_IS_TAKEN || nowAndThen)) {
                return new AcquireAnswer.Granted(1_000_000, 1_000_000);
            }
            return answer;
        }

        private Grant stored(Grant grant, Bug anyBase) {
            long base = bug == anyBase ? bases.getOrDefault(grant.attempt(), grant.base()) : grant.base();
            return new Grant(stored(grant.resource()), grant.mode(), grant.attempt(), base);
        }

        private LockResource stored(LockResource resource) {
            return PlantedLockBackend.this.stored(resource);
        }

        @Override
        public CompletionStage<Boolean> renew(Grant grant, LockTerms terms) {
            if (bug == Bug.RENEWAL_DOES_NOTHING) {
                return verify(grant);
            }
            LockTerms renewed = bug == Bug.NO_DELAY_AFTER_A_RENEWAL
                    ? new LockTerms(terms.mode(), terms.permits(), terms.lease(), Duration.ZERO)
                    : PlantedLockBackend.this.changed(terms, false, false);
            return session.renew(stored(grant, Bug.RENEWS_ANY_BASE), renewed).thenApply(stands -> {
                AcquireRequest request = first.get(grant.attempt());
                if (!stands && bug == Bug.REVIVES_A_LEASE && request != null) {
                    session.acquire(request);
                    return true;
                }
                return stands;
            });
        }

        @Override
        public CompletionStage<Boolean> verify(Grant grant) {
            AcquireRequest request = first.get(grant.attempt());
            if (bug == Bug.A_LOOK_RENEWS && request != null) {
                return session.renew(grant, request.terms());
            }
            return session.verify(stored(grant, Bug.VERIFIES_ANY_BASE));
        }

        @Override
        public CompletionStage<Boolean> release(Grant grant, Duration tombstone) {
            lock.lock();
            try {
                return released(grant, tombstone);
            } finally {
                lock.unlock();
            }
        }

        private CompletionStage<Boolean> released(Grant grant, Duration tombstone) {
            AcquireRequest request = first.get(grant.attempt());
            boolean wasWaiting = waiting.remove(grant.attempt()) != null;
            boolean delayed = request != null && !request.terms().delay().isZero();
            if (bug == Bug.RELEASE_DOES_NOTHING
                    || bug == Bug.NOBODY_LEAVES && wasWaiting
                    || bug == Bug.RELEASES_NO_UNKNOWN_BASE && grant.base() == 0
                    || bug == Bug.DELAY_AFTER_A_RELEASE && delayed) {
                return verify(grant);
            }
            if (bug == Bug.COUNTS_FROM_THE_RELEASE) {
                waiting.values().forEach(session::acquire);
            }
            Duration buriedFor =
                    switch (bug) {
                        case NO_TOMBSTONE -> Duration.ZERO;
                        case NO_TOMBSTONE_IN_THE_QUEUE -> wasWaiting ? Duration.ZERO : tombstone;
                        case TOMBSTONE_STAYS -> tombstone.isZero() ? tombstone : HOUR;
                        case ONE_TOMBSTONE -> {
                            boolean one = buried.isEmpty() || buried.equals(grant.attempt());
                            buried = grant.attempt();
                            yield one ? tombstone : Duration.ZERO;
                        }
                        default -> tombstone;
                    };
            boolean reader = grant.mode() == FencingToken.Kind.READ;
            Bug anyBase = reader ? Bug.RELEASES_ANY_READERS_BASE : Bug.RELEASES_ANY_BASE;
            return session.release(stored(grant, anyBase), buriedFor)
                    .thenApply(held -> held || bug == Bug.SAYS_RELEASED_ALWAYS);
        }

        @Override
        public void close() {
            session.close();
            if (bug == Bug.CLOSED_SESSION_GOES_ON) {
                session = real.open(id, listener);
            }
        }
    }
}

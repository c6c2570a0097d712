package dev.pawl.lock;

import dev.pawl.common.Ticker;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.GrantListener;
import dev.pawl.lock.spi.LockSession;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Bugs around the real classes, one at a time, each of which must break its rule within some seeds. */
enum SimDefect {
    NONE(SimCheck.DISJOINT),

    /** A lease that counts from the arrival of the answer. */
    VALID_FROM_RECEIPT_OF_ANSWER(SimCheck.DISJOINT) {
        @Override
        LockSession session(SimClient client, SimSession real) {
            return new Wrapped(client, real) {
                @Override
                public CompletionStage<AcquireAnswer> acquire(AcquireRequest request) {
                    return super.acquire(request).thenApply(answer -> {
                        if (request.queued() && answer instanceof AcquireAnswer.Granted granted) {
                            long now = client.context.clock.nanos();
                            client.context.contenders.granted(request.attempt(), now, granted);
                            return new AcquireAnswer.Taken(Duration.ofSeconds(1));
                        }
                        return answer;
                    });
                }
            };
        }
    },

    /** A grant by message that counts from the arrival of the message. */
    VALID_FROM_RECEIPT_OF_MESSAGE(SimCheck.DISJOINT) {
        @Override
        GrantListener listener(SimClient client, GrantListener real) {
            return new Told(real) {
                @Override
                public void granted(String attempt, long stamp, AcquireAnswer.Granted answer) {
                    real.granted(attempt, client.context.clock.nanos(), answer);
                }
            };
        }
    },

    /** A grant by message that counts from the contender's newest request, whether or not it has renewed the place. */
    VALID_FROM_NEWEST_REQUEST(SimCheck.DISJOINT) {
        @Override
        LockSession session(SimClient client, SimSession real) {
            return new Wrapped(client, real) {
                @Override
                public CompletionStage<AcquireAnswer> acquire(AcquireRequest request) {
                    client.newestStamps.put(request.attempt(), request.stamp());
                    return super.acquire(request);
                }
            };
        }

        @Override
        GrantListener listener(SimClient client, GrantListener real) {
            return new Told(real) {
                @Override
                public void granted(String attempt, long stamp, AcquireAnswer.Granted answer) {
                    real.granted(attempt, client.newestStamps.getOrDefault(attempt, stamp), answer);
                }
            };
        }
    },

    /** The same attempt id for everything that one process wants. */
    ATTEMPT_USED_AGAIN(SimCheck.DISJOINT) {
        @Override
        LockSession session(SimClient client, SimSession real) {
            return new OneAttempt(client, real, false);
        }

        @Override
        GrantListener listener(SimClient client, GrantListener real) {
            return new ToNewest(client, real);
        }
    },

    /** The same, and a release that names nothing else. */
    RELEASE_WITHOUT_BASE(SimCheck.DISJOINT) {
        @Override
        LockSession session(SimClient client, SimSession real) {
            return new OneAttempt(client, real, true);
        }

        @Override
        GrantListener listener(SimClient client, GrantListener real) {
            return new ToNewest(client, real);
        }
    },

    NO_TOMBSTONE(SimCheck.NO_PHANTOM) {
        @Override
        LockSession session(SimClient client, SimSession real) {
            return new Wrapped(client, real) {
                @Override
                public CompletionStage<Boolean> release(Grant grant, Duration tombstone) {
                    return super.release(grant, Duration.ZERO);
                }
            };
        }
    },

    /** Hand-overs count on from the store's number, which the store's next grant does too. */
    TOKENS_BY_RANGES(SimCheck.TOKENS_RISE) {
        @Override
        long token(long value) {
            return (value >> 10) + (value & 1023);
        }
    },

    /** One token for all holders, which is a guard that lets everyone through. */
    ONE_TOKEN(SimCheck.NO_LOST_UPDATE) {
        @Override
        long token(long value) {
            return 1;
        }
    },

    /** Elapsed time as the greater of what both clocks show in all. */
    TOTALS_OF_CLOCKS(SimCheck.DISJOINT) {
        @Override
        Ticker ticker(SimClient client, Ticker real) {
            long monotonic = real.nanos();
            long wall = client.wallNanos();
            return () -> Math.max(real.nanos() - monotonic, client.wallNanos() - wall);
        }
    },

    /** A renewal that the release does not stop. */
    RENEWED_AFTER_RELEASE(SimCheck.RENEWAL_STOPS) {
        @Override
        LockSession session(SimClient client, SimSession real) {
            return new Wrapped(client, real) {
                private final Map<Grant, LockTerms> renewed = new HashMap<>();

                @Override
                public CompletionStage<Boolean> renew(Grant grant, LockTerms terms) {
                    renewed.put(grant, terms);
                    return super.renew(grant, terms);
                }

                @Override
                public CompletionStage<Boolean> release(Grant grant, Duration tombstone) {
                    CompletionStage<Boolean> result = super.release(grant, tombstone);
                    if (renewed.containsKey(grant)) {
                        renew(grant, renewed.get(grant));
                    }
                    return result;
                }
            };
        }
    };

    /** The rule that it breaks: others may break with it, and do not count. */
    final SimCheck broken;

    SimDefect(SimCheck broken) {
        this.broken = broken;
    }

    Ticker ticker(SimClient client, Ticker real) {
        return real;
    }

    LockSession session(SimClient client, SimSession real) {
        return real;
    }

    GrantListener listener(SimClient client, GrantListener real) {
        return real;
    }

    long token(long value) {
        return value;
    }

    private static class Wrapped implements LockSession {
        final SimClient client;
        private final LockSession real;

        Wrapped(SimClient client, LockSession real) {
            this.client = client;
            this.real = real;
        }

        @Override
        public CompletionStage<AcquireAnswer> acquire(AcquireRequest request) {
            return real.acquire(request);
        }

        @Override
        public CompletionStage<Boolean> renew(Grant grant, LockTerms terms) {
            return real.renew(grant, terms);
        }

        @Override
        public CompletionStage<Boolean> verify(Grant grant) {
            return real.verify(grant);
        }

        @Override
        public CompletionStage<Boolean> release(Grant grant, Duration tombstone) {
            return real.release(grant, tombstone);
        }

        @Override
        public void close() {
            real.close();
        }
    }

    /** Shows the store one attempt for all. */
    private static final class OneAttempt extends Wrapped {
        private final boolean withoutBase;

        OneAttempt(SimClient client, LockSession real, boolean withoutBase) {
            super(client, real);
            this.withoutBase = withoutBase;
        }

        private Grant renamed(Grant grant, long base) {
            return new Grant(grant.resource(), grant.mode(), client.toString(), base);
        }

        @Override
        public CompletionStage<AcquireAnswer> acquire(AcquireRequest request) {
            client.newestAttempt = request.attempt();
            return super.acquire(new AcquireRequest(
                    request.resource(), client.toString(), request.terms(), request.stamp(), request.queued()));
        }

        @Override
        public CompletionStage<Boolean> renew(Grant grant, LockTerms terms) {
            return super.renew(renamed(grant, grant.base()), terms);
        }

        @Override
        public CompletionStage<Boolean> verify(Grant grant) {
            return super.verify(renamed(grant, grant.base()));
        }

        @Override
        public CompletionStage<Boolean> release(Grant grant, Duration tombstone) {
            if (withoutBase && grant.base() == 0) {
                return CompletableFuture.completedFuture(false);
            }
            return super.release(renamed(grant, withoutBase ? 0 : grant.base()), Duration.ZERO);
        }
    }

    private static class Told implements GrantListener {
        private final GrantListener real;

        Told(GrantListener real) {
            this.real = real;
        }

        @Override
        public void granted(String attempt, long stamp, AcquireAnswer.Granted answer) {
            real.granted(attempt, stamp, answer);
        }

        @Override
        public void wake(String attempt) {
            real.wake(attempt);
        }

        @Override
        public void missed() {
            real.missed();
        }
    }

    private static final class ToNewest extends Told {
        private final SimClient client;

        ToNewest(SimClient client, GrantListener real) {
            super(real);
            this.client = client;
        }

        @Override
        public void granted(String attempt, long stamp, AcquireAnswer.Granted answer) {
            super.granted(client.newestAttempt, stamp, answer);
        }
    }
}

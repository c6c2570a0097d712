package dev.pawl.lock.memory;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.LockDescription;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a store of locks in plain code, one resource at a time: who holds, who waits in which order, and which attempts
 * are dead. Everything is decided at the time that the caller gives, and nothing runs by itself: a lease that has ended is noticed
 * by the next call. Not thread-safe.
 *
 * <p>A release, and the end of a lease, grant the resource to the first in the queue at once; its lease then counts from its last
 * sign of life, which is what it knows of. So a waiting contender that has died costs the others a lease at most.
 */
final class LockTable {

    /** Is told of grants to attempts that wait. */
    interface Messages {
        void granted(String attempt, long stamp, AcquireAnswer.Granted answer);
    }

    private static final class Holder {
        final FencingToken.Kind mode;
        final long base;
        long endNanos;

        Holder(FencingToken.Kind mode, long base, long endNanos) {
            this.mode = mode;
            this.base = base;
            this.endNanos = endNanos;
        }
    }

    private static final class Waiter {
        final LockTerms terms;
        final Messages messages;
        long stamp;
        long endNanos;

        Waiter(LockTerms terms, Messages messages) {
            this.terms = terms;
            this.messages = messages;
        }
    }

    private static final class Entry {
        final Map<String, Holder> holders = new LinkedHashMap<>();
        final Map<String, Waiter> waiters = new LinkedHashMap<>();
        final Map<String, Long> tombstones = new HashMap<>();

        boolean isEmpty() {
            return holders.isEmpty() && waiters.isEmpty() && tombstones.isEmpty();
        }
    }

    private static final int LEAST_SWEPT = 1_000;

    private final Map<LockResource, Entry> entries = new HashMap<>();
    private int sweepAt = LEAST_SWEPT;
    private long lastBase;

    AcquireAnswer acquire(AcquireRequest request, Messages messages, long now) {
        if (entries.size() >= sweepAt) {
            sweep(now);
        }
        Entry entry = entries.computeIfAbsent(request.resource(), resource -> new Entry());
        try {
            String attempt = request.attempt();
            LockTerms terms = request.terms();
            expire(entry, now);
            if (entry.tombstones.containsKey(attempt)) {
                return new AcquireAnswer.Ended();
            }
            Holder mine = entry.holders.get(attempt);
            if (mine == null && entry.waiters.isEmpty() && isFree(entry, terms)) {
                mine = grant(entry, attempt, terms.mode());
            }
            if (mine != null) {
                mine.endNanos = end(terms, now);
                return answer(entry, mine);
            }
            if (request.queued()) {
                Waiter waiter = entry.waiters.computeIfAbsent(attempt, same -> new Waiter(terms, messages));
                waiter.stamp = request.stamp();
                waiter.endNanos = now + terms.lease().toNanos();
            }
            return new AcquireAnswer.Taken(freeWithin(entry, now));
        } finally {
            forgetIfEmpty(request.resource(), entry);
        }
    }

    boolean renew(Grant grant, LockTerms terms, long now) {
        Holder holder = standing(grant, now);
        if (holder != null) {
            holder.endNanos = end(terms, now);
        }
        return holder != null;
    }

    boolean verify(Grant grant, long now) {
        return standing(grant, now) != null;
    }

    boolean release(Grant grant, Duration tombstone, long now) {
        Entry entry = entries.computeIfAbsent(grant.resource(), resource -> new Entry());
        // Out of the queue first, so that the end of someone else's lease grants it nothing.
        entry.waiters.remove(grant.attempt());
        expire(entry, now);
        if (!tombstone.isZero()) {
            entry.tombstones.merge(grant.attempt(), now + tombstone.toNanos(), Math::max);
        }
        Holder holder = entry.holders.get(grant.attempt());
        boolean held = holder != null && (grant.base() == 0 || grant.base() == holder.base);
        if (held) {
            entry.holders.remove(grant.attempt());
        }
        grantToWaiting(entry);
        forgetIfEmpty(grant.resource(), entry);
        return held;
    }

    /** Lets a holder's lease run out. */
    boolean refuse(Grant grant, long now) {
        Holder holder = standing(grant, now);
        Entry entry = entries.get(grant.resource());
        if (holder == null || entry == null) {
            return false;
        }
        entry.tombstones.put(grant.attempt(), holder.endNanos);
        return true;
    }

    AcquireAnswer takeOver(AcquireRequest request, Grant from, long now) {
        Entry entry = entries.computeIfAbsent(request.resource(), resource -> new Entry());
        try {
            expire(entry, now);
            if (entry.tombstones.containsKey(request.attempt())) {
                return new AcquireAnswer.Ended();
            }
            Holder mine = entry.holders.get(request.attempt());
            Holder former = entry.holders.get(from.attempt());
            if (mine == null && former != null && former.base == from.base()) {
                entry.holders.remove(from.attempt());
                mine = grant(entry, request.attempt(), request.terms().mode());
            }
            if (mine == null) {
                return new AcquireAnswer.Taken(freeWithin(entry, now));
            }
            mine.endNanos = end(request.terms(), now);
            return answer(entry, mine);
        } finally {
            forgetIfEmpty(request.resource(), entry);
        }
    }

    List<LockDescription> list(LockResource.Kind kind, long now) {
        sweep(now);
        return entries.keySet().stream()
                .filter(resource -> resource.kind() == kind)
                .map(resource -> describe(resource, now))
                .filter(described -> !described.holders().isEmpty() || described.waiting() > 0)
                .toList();
    }

    LockDescription describe(LockResource resource, long now) {
        Entry entry = entries.getOrDefault(resource, new Entry());
        expire(entry, now);
        List<LockDescription.Holder> holders = entry.holders.entrySet().stream()
                .map(held -> new LockDescription.Holder(
                        new Grant(resource, held.getValue().mode, held.getKey(), held.getValue().base),
                        Duration.ofNanos(held.getValue().endNanos - now)))
                .toList();
        return new LockDescription(resource, holders, entry.waiters.size());
    }

    /** Looks at every resource, since a lease that ends unseen would keep one for ever that nobody asks for again. */
    void sweep(long now) {
        entries.values().removeIf(entry -> {
            expire(entry, now);
            return entry.isEmpty();
        });
        sweepAt = Math.max(LEAST_SWEPT, 2 * entries.size());
    }

    int size() {
        return entries.size();
    }

    private @Nullable Holder standing(Grant grant, long now) {
        Entry entry = entries.get(grant.resource());
        if (entry == null) {
            return null;
        }
        expire(entry, now);
        Holder holder = entry.holders.get(grant.attempt());
        boolean refused = entry.tombstones.containsKey(grant.attempt());
        forgetIfEmpty(grant.resource(), entry);
        return refused || holder == null || holder.base != grant.base() ? null : holder;
    }

    private void expire(Entry entry, long now) {
        entry.tombstones.values().removeIf(end -> end - now <= 0);
        entry.waiters.values().removeIf(waiter -> waiter.endNanos - now <= 0);
        entry.holders.values().removeIf(holder -> holder.endNanos - now <= 0);
        grantToWaiting(entry);
    }

    private void grantToWaiting(Entry entry) {
        Iterator<Map.Entry<String, Waiter>> waiting = entry.waiters.entrySet().iterator();
        while (waiting.hasNext()) {
            Map.Entry<String, Waiter> first = waiting.next();
            Waiter waiter = first.getValue();
            if (!isFree(entry, waiter.terms)) {
                return;
            }
            waiting.remove();
            Holder holder = grant(entry, first.getKey(), waiter.terms.mode());
            holder.endNanos = waiter.endNanos + waiter.terms.delay().toNanos();
            waiter.messages.granted(first.getKey(), waiter.stamp, answer(entry, holder));
        }
    }

    private Holder grant(Entry entry, String attempt, FencingToken.Kind mode) {
        lastBase++;
        Holder holder = new Holder(mode, lastBase, 0);
        entry.holders.put(attempt, holder);
        return holder;
    }

    private static boolean isFree(Entry entry, LockTerms terms) {
        return switch (terms.mode()) {
            case EXCLUSIVE -> entry.holders.isEmpty();
            case READ -> entry.holders.values().stream().allMatch(holder -> holder.mode == FencingToken.Kind.READ);
            case PERMIT -> entry.holders.size() < terms.permits();
        };
    }

    private static AcquireAnswer.Granted answer(Entry entry, Holder holder) {
        long floor = holder.mode != FencingToken.Kind.PERMIT
                ? holder.base
                : entry.holders.values().stream()
                        .mapToLong(other -> other.base)
                        .min()
                        .orElse(holder.base);
        return new AcquireAnswer.Granted(holder.base, floor);
    }

    private static Duration freeWithin(Entry entry, long now) {
        long soonest = entry.holders.values().stream()
                .mapToLong(holder -> holder.endNanos - now)
                .min()
                .orElse(0);
        return Duration.ofNanos(Math.max(0, soonest));
    }

    private static long end(LockTerms terms, long now) {
        return now + terms.lease().plus(terms.delay()).toNanos();
    }

    private void forgetIfEmpty(LockResource resource, Entry entry) {
        if (entry.isEmpty()) {
            entries.remove(resource);
        }
    }
}

package dev.pawl.lock.jdbc;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.AcquireAnswer;
import dev.pawl.lock.spi.AcquireRequest;
import dev.pawl.lock.spi.Grant;
import dev.pawl.lock.spi.LockDescription;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a row says of a resource at the time at which it was read, and what a request makes of it. The row is written only if it is
 * still the same, so each decision stands as if it had been made at once. What has ended by then is not taken in. Times are the
 * database's, in microseconds. Confined to one thread.
 */
final class State {

    private record Holder(long base, long end) {}

    private record Place(long end, String channel) {}

    /** The channel of those who do not listen. */
    static final String NO_CHANNEL = "-";

    private final long now;
    private final boolean permits;
    private long counter;
    private final Map<String, Holder> holders = new LinkedHashMap<>();
    private final Map<String, Place> places = new LinkedHashMap<>();
    private final Map<String, Long> tombstones = new LinkedHashMap<>();
    private boolean changed;
    private boolean freed;

    State(boolean permits, long now, long counter, String holder, long until, String more) {
        this.now = now;
        this.permits = permits;
        this.counter = counter;
        if (!permits && until > now) {
            holders.put(holder, new Holder(counter, until));
        }
        more.lines().forEach(this::read);
    }

    private void read(String line) {
        String[] fields = line.split(" ", -1);
        long end = Long.parseLong(fields[2]);
        if (end <= now) {
            return;
        }
        switch (fields[0]) {
            case "h" -> holders.put(fields[1], new Holder(Long.parseLong(fields[3]), end));
            case "w" -> places.put(fields[1], new Place(end, fields[3]));
            case "d" -> tombstones.put(fields[1], end);
            default -> throw new IllegalStateException("line of a row must be known: line=" + line);
        }
    }

    AcquireAnswer acquire(AcquireRequest request, String channel) {
        String attempt = request.attempt();
        LockTerms terms = request.terms();
        if (tombstones.containsKey(attempt)) {
            return new AcquireAnswer.Ended();
        }
        boolean free = permits ? holders.size() < terms.permits() : holders.isEmpty();
        if (free || holders.containsKey(attempt)) {
            return grant(attempt, terms);
        }
        if (request.queued()) {
            places.put(attempt, new Place(now + micros(terms.lease()), channel));
            changed = true;
        }
        return taken();
    }

    private AcquireAnswer.Granted grant(String attempt, LockTerms terms) {
        Holder before = holders.get(attempt);
        long end = now + micros(terms.lease().plus(terms.delay()));
        if (before == null) {
            counter = Math.max(counter + 1, now);
            holders.put(attempt, new Holder(counter, end));
        } else {
            holders.put(attempt, new Holder(before.base, Math.max(before.end, end)));
        }
        places.remove(attempt);
        changed = true;
        long base = before == null ? counter : before.base;
        long floor = holders.values().stream().mapToLong(Holder::base).min().orElse(base);
        return new AcquireAnswer.Granted(base, floor);
    }

    private AcquireAnswer.Taken taken() {
        long soonest = holders.values().stream().mapToLong(Holder::end).min().orElse(now);
        return new AcquireAnswer.Taken(duration(soonest - now));
    }

    boolean stands(Grant grant) {
        return !tombstones.containsKey(grant.attempt()) && holds(grant);
    }

    private boolean holds(Grant grant) {
        Holder holder = holders.get(grant.attempt());
        return holder != null && holder.base == grant.base();
    }

    boolean renew(Grant grant, LockTerms terms) {
        if (!stands(grant)) {
            return false;
        }
        AcquireAnswer.Granted unused = grant(grant.attempt(), terms);
        return true;
    }

    boolean release(Grant grant, Duration tombstone) {
        Holder holder = holders.get(grant.attempt());
        boolean held = holder != null && (grant.base() == 0 || grant.base() == holder.base);
        if (held) {
            holders.remove(grant.attempt());
        }
        boolean waited = places.remove(grant.attempt()) != null;
        if (!tombstone.isZero()) {
            tombstones.merge(grant.attempt(), now + micros(tombstone), Math::max);
        }
        changed = held || waited || !tombstone.isZero();
        // Whoever leaves the queue of a free resource may have been woken for it. Of permits nobody knows here.
        freed = held || (waited && (permits || holders.isEmpty()));
        return held;
    }

    /** Lets a holder's lease run out. */
    boolean refuse(Grant grant) {
        Holder holder = holders.get(grant.attempt());
        if (holder == null || !stands(grant)) {
            return false;
        }
        tombstones.put(grant.attempt(), holder.end);
        changed = true;
        return true;
    }

    AcquireAnswer takeOver(AcquireRequest request, Grant from) {
        if (tombstones.containsKey(request.attempt())) {
            return new AcquireAnswer.Ended();
        }
        if (!holders.containsKey(request.attempt()) && !holds(from)) {
            return taken();
        }
        holders.remove(from.attempt());
        return grant(request.attempt(), request.terms());
    }

    /** Counts one more, for what is no lock. */
    long count() {
        changed = true;
        counter++;
        return counter;
    }

    /**
     * After a release picks the first who listens, and puts it behind the others: one that has died is woken in vain once a round.
     */
    Optional<Wake> wakeNext() {
        Optional<Wake> next = places.entrySet().stream()
                .filter(place -> freed && !place.getValue().channel.equals(NO_CHANNEL))
                .findFirst()
                .map(place -> new Wake(place.getValue().channel, place.getKey()));
        next.map(Wake::attempt).ifPresent(attempt -> {
            Place place = places.remove(attempt);
            if (place != null) {
                places.put(attempt, place);
            }
        });
        return next;
    }

    /** Whom to wake, and where it listens. */
    record Wake(String channel, String attempt) {}

    LockDescription describe(LockResource resource) {
        FencingToken.Kind mode = permits ? FencingToken.Kind.PERMIT : FencingToken.Kind.EXCLUSIVE;
        List<LockDescription.Holder> described = holders.entrySet().stream()
                .map(held -> new LockDescription.Holder(
                        new Grant(resource, mode, held.getKey(), held.getValue().base),
                        duration(held.getValue().end - now)))
                .toList();
        return new LockDescription(resource, described, places.size());
    }

    boolean isChanged() {
        return changed;
    }

    long now() {
        return now;
    }

    long counter() {
        return counter;
    }

    String holder() {
        return permits ? "" : holders.keySet().stream().findFirst().orElse("");
    }

    long until() {
        return permits
                ? 0
                : holders.values().stream().mapToLong(Holder::end).max().orElse(0);
    }

    String more() {
        StringBuilder more = new StringBuilder();
        if (permits) {
            holders.forEach((attempt, holder) -> line(more, 'h', attempt, holder.end, " " + holder.base));
        }
        places.forEach((attempt, place) -> line(more, 'w', attempt, place.end, " " + place.channel));
        tombstones.forEach((attempt, end) -> line(more, 'd', attempt, end, ""));
        return more.toString();
    }

    long moreUntil() {
        long last = max(tombstones.values());
        last = Math.max(last, max(places.values().stream().map(Place::end).toList()));
        return permits
                ? Math.max(last, max(holders.values().stream().map(Holder::end).toList()))
                : last;
    }

    private static long max(Collection<Long> ends) {
        return ends.stream().mapToLong(Long::longValue).max().orElse(0);
    }

    private static void line(StringBuilder more, char kind, String attempt, long end, String rest) {
        more.append(kind)
                .append(' ')
                .append(attempt)
                .append(' ')
                .append(end)
                .append(rest)
                .append('\n');
    }

    /** How a line names an attempt, and no line another one. */
    static String mention(String attempt) {
        return " " + attempt + " ";
    }

    /** Rounds up: a store may keep what it promised for longer. */
    static long micros(Duration duration) {
        return duration.plusNanos(999).toNanos() / 1_000;
    }

    private static Duration duration(long micros) {
        return Duration.ofNanos(Math.multiplyExact(micros, 1_000));
    }
}

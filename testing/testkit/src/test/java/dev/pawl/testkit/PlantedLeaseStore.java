package dev.pawl.testkit;

import dev.pawl.idgen.Guarantee;
import dev.pawl.idgen.spi.SegmentTag;
import dev.pawl.idgen.spi.WorkerLeaseStore;
import dev.pawl.idgen.spi.WorkerRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** A store over shared rows that can be told to be wrong in one way: what the kit is tested against. */
final class PlantedLeaseStore implements WorkerLeaseStore {

    enum Bug {
        NONE,
        COMPARES_THE_REVISION_ONLY,
        COMPARES_THE_INCARNATION_ONLY,
        COMPARES_NOTHING,
        LOSES_AN_UPDATE_UNDER_THREADS,
        CREATES_OVER_A_RECORD,
        CREATES_WHERE_A_RECORD_IS_EXPECTED,
        SAYS_YES_WITHOUT_WRITING,
        SAYS_YES_TO_WHAT_IS_THERE_ALREADY,
        SAYS_NO_AND_WRITES,
        SPACES_SHARE_RECORDS,
        SPACES_IGNORE_CASE,
        SPACES_ARE_PREFIXES,
        SPACES_ARE_CUT,
        WORKER_IDS_SHARE_A_RECORD,
        READS_WHAT_IT_READ_BEFORE,
        READS_THE_FIRST_THOUSAND,
        FORGETS_THE_INCARNATION,
        FORGETS_HALF_OF_THE_INCARNATION,
        FORGETS_THE_FIRST_TICK,
        FORGETS_THE_LAST_TICK_OF_AN_ENDED_LEASE,
        KEEPS_TICKS_AS_DOUBLES,
        KEEPS_TICKS_IN_32_BITS,
        KEEPS_THE_WINDOW_IN_SECONDS,
        KEEPS_THE_OLD_WINDOW,
        KEEPS_THE_OLD_LAYOUT,
        CUTS_THE_LAYOUT,
        TAKES_AN_EMPTY_LAYOUT_FOR_NONE,
        NAME_IS_NOT_CHECKED,
        NEXT_IS_NOT_CHECKED,
        TIME_OF_ANOTHER_ZONE,
        TIME_OF_ITS_START
    }

    /** The rows of a database. */
    static final class Rows {
        private final Map<String, WorkerRecord> records = new ConcurrentHashMap<>();
    }

    private final Bug bug;
    private final Rows rows;
    private final Map<String, Optional<WorkerRecord>> cache = new ConcurrentHashMap<>();
    private final Instant start = Clock.systemUTC().instant();

    PlantedLeaseStore(Bug bug, Rows rows) {
        this.bug = bug;
        this.rows = rows;
    }

    @Override
    public CompletionStage<List<WorkerRecord>> readAll(String space) {
        requireName(space);
        String prefix = key(space) + (bug == Bug.SPACES_ARE_PREFIXES ? "" : "/");
        return CompletableFuture.completedFuture(rows.records.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .map(Map.Entry::getValue)
                .limit(bug == Bug.READS_THE_FIRST_THOUSAND ? 1_000 : Long.MAX_VALUE)
                .toList());
    }

    @Override
    public CompletionStage<Optional<WorkerRecord>> read(String space, int workerId) {
        requireName(space);
        Optional<WorkerRecord> found = Optional.ofNullable(rows.records.get(key(space, workerId)));
        return CompletableFuture.completedFuture(
                bug == Bug.READS_WHAT_IT_READ_BEFORE
                        ? cache.computeIfAbsent(key(space, workerId), key -> found)
                        : found);
    }

    @Override
    public CompletionStage<Boolean> compareAndSet(String space, Optional<WorkerRecord> expected, WorkerRecord next) {
        requireName(space);
        if (bug != Bug.NEXT_IS_NOT_CHECKED) {
            WorkerRecord.requireNext(expected, next);
        }
        if (bug == Bug.LOSES_AN_UPDATE_UNDER_THREADS) {
            return CompletableFuture.completedFuture(written(key(space, next.workerId()), expected, next));
        }
        synchronized (rows) {
            return CompletableFuture.completedFuture(written(key(space, next.workerId()), expected, next));
        }
    }

    private boolean written(String key, Optional<WorkerRecord> expected, WorkerRecord next) {
        WorkerRecord present = rows.records.get(key);
        boolean same = isExpected(Optional.ofNullable(present), expected);
        if (bug == Bug.LOSES_AN_UPDATE_UNDER_THREADS) {
            Thread.yield();
        }
        if (bug == Bug.SAYS_YES_WITHOUT_WRITING && same && expected.isPresent()) {
            return true;
        }
        if (same || bug == Bug.SAYS_NO_AND_WRITES) {
            rows.records.put(key, stored(Optional.ofNullable(present), next));
        }
        return same || (bug == Bug.SAYS_YES_TO_WHAT_IS_THERE_ALREADY && next.equals(present));
    }

    private boolean isExpected(Optional<WorkerRecord> present, Optional<WorkerRecord> expected) {
        return switch (bug) {
            case COMPARES_NOTHING -> true;
            case COMPARES_THE_REVISION_ONLY ->
                present.map(WorkerRecord::revision).equals(expected.map(WorkerRecord::revision));
            case COMPARES_THE_INCARNATION_ONLY ->
                present.map(WorkerRecord::incarnation).equals(expected.map(WorkerRecord::incarnation));
            case CREATES_OVER_A_RECORD -> expected.isEmpty() || WorkerRecord.sameVersion(present, expected);
            case CREATES_WHERE_A_RECORD_IS_EXPECTED -> present.isEmpty() || WorkerRecord.sameVersion(present, expected);
            default -> WorkerRecord.sameVersion(present, expected);
        };
    }

    private WorkerRecord stored(Optional<WorkerRecord> old, WorkerRecord r) {
        UUID incarnation = r.incarnation();
        return switch (bug) {
            case FORGETS_THE_INCARNATION ->
                of(r, old.map(WorkerRecord::incarnation).orElse(incarnation), r.fromTick(), r.toTick());
            case FORGETS_HALF_OF_THE_INCARNATION ->
                of(r, new UUID(0, incarnation.getLeastSignificantBits()), r.fromTick(), r.toTick());
            case FORGETS_THE_FIRST_TICK ->
                of(r, incarnation, old.map(WorkerRecord::fromTick).orElse(r.fromTick()), r.toTick());
            case FORGETS_THE_LAST_TICK_OF_AN_ENDED_LEASE ->
                of(r, incarnation, r.fromTick(), Math.max(r.fromTick(), r.toTick()));
            case KEEPS_TICKS_AS_DOUBLES -> of(r, incarnation, (long) (double) r.fromTick(), (long) (double) r.toTick());
            case KEEPS_TICKS_IN_32_BITS -> of(r, incarnation, (int) r.fromTick() & 0xffff_ffffL, r.toTick());
            case KEEPS_THE_WINDOW_IN_SECONDS ->
                of(r, Duration.ofSeconds(r.window().toSeconds()), r.layout());
            case KEEPS_THE_OLD_WINDOW -> of(r, old.map(WorkerRecord::window).orElse(r.window()), r.layout());
            case KEEPS_THE_OLD_LAYOUT ->
                of(r, r.window(), old.map(WorkerRecord::layout).orElse(r.layout()));
            case CUTS_THE_LAYOUT ->
                of(
                        r,
                        r.window(),
                        r.layout().substring(0, Math.min(1_024, r.layout().length())));
            case TAKES_AN_EMPTY_LAYOUT_FOR_NONE -> of(r, r.window(), r.layout().isEmpty() ? "null" : r.layout());
            default -> r;
        };
    }

    private static WorkerRecord of(WorkerRecord r, UUID incarnation, long fromTick, long toTick) {
        return new WorkerRecord(r.workerId(), incarnation, fromTick, toTick, r.window(), r.layout(), r.revision());
    }

    private static WorkerRecord of(WorkerRecord r, Duration window, String layout) {
        return new WorkerRecord(r.workerId(), r.incarnation(), r.fromTick(), r.toTick(), window, layout, r.revision());
    }

    @Override
    public CompletionStage<Optional<Instant>> time() {
        Instant now = Clock.systemUTC().instant();
        return CompletableFuture.completedFuture(
                switch (bug) {
                    case TIME_OF_ANOTHER_ZONE -> Optional.of(now.plus(Duration.ofMinutes(30)));
                    case TIME_OF_ITS_START -> Optional.of(start);
                    default -> Optional.of(now);
                });
    }

    @Override
    public Guarantee guarantee() {
        return new Guarantee(Guarantee.Level.EPHEMERAL, "planted");
    }

    private void requireName(String space) {
        if (bug != Bug.NAME_IS_NOT_CHECKED) {
            SegmentTag.requireName(space);
        }
    }

    private String key(String space, int workerId) {
        return key(space) + "/" + (bug == Bug.WORKER_IDS_SHARE_A_RECORD ? workerId & 0xffff : workerId);
    }

    private String key(String space) {
        return switch (bug) {
            case SPACES_SHARE_RECORDS -> "one";
            case SPACES_IGNORE_CASE -> space.toLowerCase(Locale.ROOT);
            case SPACES_ARE_CUT -> space.substring(0, Math.min(127, space.length()));
            default -> space;
        };
    }
}
